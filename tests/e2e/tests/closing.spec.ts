import { expect, test } from "@playwright/test";
import { expectAccessible, openAsSupervisor, openTab } from "../console.ts";
import { Desk } from "../desk.ts";
import { supervisor } from "../world.ts";

test("a supervisor grants the closing that the lead asked for, and sees what the channel is told", async ({
  page,
}) => {
  const desk = await Desk.signIn(supervisor);
  const detail = await desk.find(
    "whose closing was asked for",
    ({ summary: { status } }) => status === "pending_close" || status === "close_disputed",
  );
  await openAsSupervisor(page, `/cases/${detail.summary.id}`);
  await page.getByRole("button", { name: "准予结案" }).click();
  const form = page.getByRole("dialog", { name: "准予结案" });
  await expect(form.getByRole("radio")).toBeChecked();
  await expect(form.getByText("主办人填写的反馈：")).toBeVisible();
  await expectAccessible(page);
  await form.getByRole("button", { name: "确认结案" }).click();

  await expect(page.getByText("已结案").first()).toBeVisible();
  await expect(form).toBeHidden();
  await expect(page.getByRole("button", { name: "准予结案" })).toHaveCount(0);
  await openTab(page, "轨迹");
  const last = page.getByRole("row").last();
  await expect(last).toContainText("结案");
  await expect(last).toContainText(supervisor.name);
});
