import { expect, test } from "@playwright/test";
import { expectAccessible, openAsSupervisor } from "../console.ts";
import { Desk } from "../desk.ts";
import { supervisor } from "../world.ts";

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
