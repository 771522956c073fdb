import { expect, test } from "@playwright/test";
import { openAs, openAsSupervisor } from "../console.ts";
import { Desk, phoneComesBack, pushOrder } from "../desk.ts";
import { dispatcher, person, supervisor } from "../world.ts";

// Shows R080.
test("a call that 110 pushes appears in the list by itself", async ({ page }) => {
  await openAsSupervisor(page, "/cases");
  await expect(page.locator("tbody").getByRole("link").first()).toBeVisible();
  const { case_no } = await pushOrder();
  await expect(page.getByRole("row").filter({ hasText: case_no })).toBeVisible();
});

// Shows R152.
test("the page of a case changes by itself when a phone comes back", async ({ page }) => {
  const { case_id: id } = await pushOrder();
  const desk = await Desk.signIn(supervisor);
  const { assignments } = await desk.case(id);
  const mediator = person(assignments[0]?.name ?? "");
  await openAs(page, `/cases/${id}?tab=records`, dispatcher);
  await expect(page.getByText("已派单待签收").first()).toBeVisible();

  const text = await phoneComesBack(mediator, id);
  await expect(page.getByText(text)).toBeVisible();
  await expect(page.getByText("已签收").first()).toBeVisible();
});

test("a line that breaks is said to be broken, and comes back by itself", async ({ page, context }) => {
  await openAsSupervisor(page, "/cases");
  await context.setOffline(true);
  await expect(page.getByRole("status").filter({ hasText: "连接中断" })).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByRole("status").filter({ hasText: "实时" })).toBeVisible();
  const { case_no } = await pushOrder();
  await expect(page.getByRole("row").filter({ hasText: case_no })).toBeVisible();
});

test("a decision made on an old state is refused with the reason", async ({ page }) => {
  const desk = await Desk.signIn(supervisor);
  const detail = await desk.inConflict();
  await openAsSupervisor(page, `/cases/${detail.summary.id}?tab=conflicts`);
  await expect(page.getByRole("button", { name: "作出裁定" }).first()).toBeVisible();
  // As if a colleague had decided in the moment between reading and sending.
  await page.route("**/api/v1/cases/**", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    const body = { ...(route.request().postDataJSON() as object), base_version: 0 };
    return route.continue({ postData: JSON.stringify(body) });
  });
  const form = page.locator("form").first();
  await form.getByRole("radio").first().check();
  await form.getByLabel("裁定理由").fill("依据旧情况");
  await form.getByRole("button", { name: "作出裁定" }).click();
  await expect(form.getByRole("alert")).toContainText("案件刚有新变化，本页已更新");
});
