import { expect, test } from "@playwright/test";
import { expectAccessible, expectFits, openAsSupervisor, passOn } from "../console.ts";
import { Desk } from "../desk.ts";
import { supervisor } from "../world.ts";

test("the list shows each case with its number, state, alert in words and term", async ({ page }) => {
  const [summary] = await (await Desk.signIn(supervisor)).cases();
  if (!summary) throw new Error("the county has no case");
  await openAsSupervisor(page, "/cases");
  const row = page.getByRole("row").filter({ hasText: summary.case_no });
  await expect(row).toContainText(summary.public_code);
  await expect(row).toContainText(summary.status_zh);
  await expect(row).toContainText(summary.situation_zh);
  await expect(row).toContainText(summary.level_zh);
  await expectAccessible(page);
});

test("the list is narrowed by status and by words, and says so when nothing is left", async ({ page }) => {
  const [summary] = await (await Desk.signIn(supervisor)).cases();
  if (!summary) throw new Error("the county has no case");
  await openAsSupervisor(page, "/cases");
  await page.getByLabel("搜索案件").fill(summary.public_code);
  await page.getByLabel("搜索案件").press("Enter");
  await expect(page).toHaveURL(/q=/);
  await expect(page.locator("tbody").getByRole("link", { name: summary.case_no })).toBeVisible();
  await expect(page.locator("tbody tr.ant-table-row")).toHaveCount(1);

  await page.getByLabel("搜索案件").fill("没有这样的案件");
  await page.getByLabel("搜索案件").press("Enter");
  await expect(page.getByText("没有符合条件的案件。")).toBeVisible();
  await page.getByRole("button", { name: "清除条件" }).click();
  await expect(page.getByRole("row").filter({ hasText: summary.case_no })).toBeVisible();

  await page.goto(`/cases?status=${summary.status}`);
  await expect(page.getByRole("row").filter({ hasText: summary.case_no })).toBeVisible();
  await passOn(page);
});

test("the keyboard alone opens a case", async ({ page }) => {
  await openAsSupervisor(page, "/cases");
  const link = page.locator("tbody").getByRole("link").first();
  await link.focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/cases\/[0-9a-f-]{36}$/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("a narrow window needs no scrolling sideways", async ({ page }) => {
  await page.setViewportSize({ width: 768, height: 900 });
  await openAsSupervisor(page, "/cases");
  await expectFits(page);
  await page.locator("tbody").getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectFits(page);
});

test("an address without a page, and a case that does not exist, say what to do next", async ({ page }) => {
  await openAsSupervisor(page, "/nowhere");
  await expect(page.getByText("没有这个页面")).toBeVisible();
  await page.goto("/cases/00000000-0000-7000-8000-000000000000");
  await expect(page.getByRole("alert")).toContainText("请从案件列表重新进入");
  await passOn(page);
});
