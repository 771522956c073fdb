import { expect, test } from "@playwright/test";
import { expectAccessible, openAs, openAsSupervisor, openTab } from "../console.ts";
import { type CaseDetail, Desk } from "../desk.ts";
import { dispatcher, person, supervisor } from "../world.ts";

const isOpen = ({ settled }: CaseDetail["conflicts"][number]) => !settled;

async function caseInConflict(): Promise<CaseDetail> {
  return (await Desk.signIn(supervisor)).inConflict();
}

test("what two authors wrote stands side by side under their names, and a merged text is marked as nobody's", async ({
  page,
}) => {
  const detail = await caseInConflict();
  const conflict = detail.conflicts.find(isOpen);
  if (!conflict) throw new Error("no conflict is open");
  await openAsSupervisor(page, `/cases/${detail.summary.id}?tab=conflicts`);
  const variants = page.getByRole("article");
  for (const [place, variant] of conflict.variants.entries()) {
    const card = variants.nth(place);
    await expect(card).toContainText(variant.text);
    await expect(card).toContainText(variant.is_merged ? "没有人这样写过" : (variant.author_name ?? ""));
  }
  await expectAccessible(page);
});

test("a ruling without a choice or a reason is not sent", async ({ page }) => {
  const detail = await caseInConflict();
  await openAsSupervisor(page, `/cases/${detail.summary.id}?tab=conflicts`);
  await page.getByRole("button", { name: "作出裁定" }).first().click();
  await expect(page.getByText("请选择采用哪个版本")).toBeVisible();
  await expect(page.getByText("请写明裁定理由")).toBeVisible();
});

test("the lead, whom a disagreement about a text names, rules on it at the desk as well", async ({ page }) => {
  const detail = await caseInConflict();
  const lead = person(detail.summary.lead_name ?? "");
  await openAs(page, `/cases/${detail.summary.id}?tab=conflicts`, lead);
  await expect(page.getByText("由主办调解员裁定").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "作出裁定" }).first()).toBeVisible();
});

test("a ruling shows who ruled and when, and why to those who read what it is about, and stands in the trail", async ({
  page,
  browser,
}) => {
  const detail = await caseInConflict();
  const before = detail.conflicts.filter(isOpen).length;
  const reason = `经核对现场照片（${Date.now()}）`;
  await openAsSupervisor(page, `/cases/${detail.summary.id}?tab=conflicts`);
  const form = page.locator("form").first();
  await form.getByRole("radio").last().check();
  await form.getByLabel("裁定理由").fill(reason);
  await form.getByRole("button", { name: "作出裁定" }).click();

  await expect(page.getByText("裁定已记入轨迹")).toBeVisible();
  const ruled = page.getByRole("note").filter({ hasText: `${supervisor.name} 于` });
  await expect(ruled.first()).toBeVisible();
  await expect(page.locator("form")).toHaveCount(before - 1);
  await openTab(page, "轨迹");
  await expect(page.getByRole("row").filter({ hasText: "分歧裁定" }).first()).toContainText(supervisor.name);

  const other = await browser.newContext();
  const reader = await other.newPage();
  await openAs(reader, `/cases/${detail.summary.id}?tab=conflicts`, dispatcher);
  const note = reader.getByRole("note").filter({ hasText: reason });
  await expect(note).toContainText(`${supervisor.name} 于`);
  await expect(reader.getByText("裁定采用").first()).toBeVisible();
  await other.close();
});
