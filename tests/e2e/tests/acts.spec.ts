import { expect, type Locator, type Page, test } from "@playwright/test";
import { expectAccessible, openAsSupervisor, openTab } from "../console.ts";
import { Desk, pushOrder } from "../desk.ts";
import { supervisor } from "../world.ts";

/** A case that waits to be dispatched: one of the county, or one that 110 has just reported and nobody on duty took. */
async function waiting(): Promise<string> {
  const desk = await Desk.signIn(supervisor);
  const known = await desk.cases();
  return known.find(({ status }) => status === "pending_dispatch")?.id ?? (await pushOrder()).case_id;
}

async function choosePerson(form: Locator, page: Page, label: string): Promise<void> {
  await form.getByLabel(label).click();
  await page.locator(".ant-select-item-option").first().click();
}

test("a supervisor dispatches a case with what is expected, and the form says what is missing", async ({ page }) => {
  await openAsSupervisor(page, `/cases/${await waiting()}`);
  await page.getByRole("button", { name: "派单", exact: true }).click();
  const form = page.getByRole("dialog", { name: "派单" });
  await form.getByRole("button", { name: "派单", exact: true }).click();
  await expect(form.getByText("请写明办理要求")).toBeVisible();
  await choosePerson(form, page, "承办人");
  await form.getByLabel("办理要求（定效）").fill("当日联系双方，三日内组织首次调解。");
  await expectAccessible(page);
  await form.getByRole("button", { name: "派单", exact: true }).click();

  await expect(page.getByText("已派单，等待签收")).toBeVisible();
  await expect(page.getByText("要求：当日联系双方，三日内组织首次调解。")).toBeVisible();
  await openTab(page, "进展");
  await expect(page.getByRole("region", { name: "三推送" }).getByText("待签收")).toHaveCount(3);
  await expect(page.getByRole("button", { name: "派单", exact: true })).toHaveCount(0);
});

test("a request that waits for a desk stands above the case, and is denied with a reason", async ({ page }) => {
  const desk = await Desk.signIn(supervisor);
  const detail = await desk.find("with a request that waits", ({ facts }) =>
    facts.referred.some(({ may_decide }) => may_decide),
  );
  await openAsSupervisor(page, `/cases/${detail.summary.id}`);
  const section = page.getByRole("region", { name: "待审批的申请" });
  const before = detail.facts.referred.length;
  await section.getByRole("button", { name: "不批准" }).first().click();
  const form = page.getByRole("dialog", { name: "不批准申请" });
  await form.getByLabel("理由").fill("先按期限办理。");
  await form.getByRole("button", { name: "不批准" }).click();
  await expect(page.getByText("已答复")).toBeVisible();
  await expect(section.getByRole("listitem")).toHaveCount(before - 1);
});

test("a danger holds the case in red until somebody releases it with a reason", async ({ page }) => {
  const desk = await Desk.signIn(supervisor);
  const detail = await desk.find("that is held", ({ facts }) => facts.hold != null);
  await openAsSupervisor(page, `/cases/${detail.summary.id}`);
  const banner = page.getByRole("alert").filter({ hasText: "案件已锁定" });
  await expect(banner).toContainText(detail.facts.hold?.what ?? "");
  await expectAccessible(page);
  await banner.getByRole("button", { name: "解除险情" }).click();
  const form = page.getByRole("dialog", { name: "解除险情" });
  await form.getByLabel("理由").fill("民警已到场处置，双方分开。");
  await form.getByRole("button", { name: "确认解除" }).click();
  await expect(banner).toHaveCount(0);
  await openTab(page, "轨迹");
  await expect(page.getByRole("row").filter({ hasText: "险情解除" })).toContainText(supervisor.name);
});

test("the colour is overridden by hand, and the card says by whom and why", async ({ page }) => {
  const desk = await Desk.signIn(supervisor);
  const detail = await desk.find("whose colour may be set", ({ acts }) => acts.includes("R042"));
  await openAsSupervisor(page, `/cases/${detail.summary.id}`);
  const card = page.getByRole("region", { name: "三色预警" });
  await card.getByRole("button", { name: "调整" }).click();
  const form = page.getByRole("dialog", { name: "调整预警颜色" });
  await form.getByRole("radio", { name: "红" }).check();
  await form.getByLabel("理由").fill("双方亲属聚集。");
  await form.getByRole("button", { name: "调整" }).click();
  await expect(card).toContainText(`${supervisor.name} 调整`);
  await expect(card).toContainText("双方亲属聚集。");
});

test("the outbox and the quarantine are reached from the bar and shut nobody out", async ({ page }) => {
  await openAsSupervisor(page, "/outbox");
  await expect(page.getByRole("heading", { name: "对外推送" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "隔离区" }).click();
  await expect(page.getByRole("heading", { name: "隔离区" })).toBeVisible();
  await expectAccessible(page);
});
