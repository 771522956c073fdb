import { expect, test } from "@playwright/test";
import { expectAccessible, openAsSupervisor, passOn } from "../console.ts";

// Shows D11.
test("the console can be read in English, remembers it, and turns back", async ({ page }) => {
  await openAsSupervisor(page, "/cases");
  await page.getByRole("button", { name: "Switch to English" }).click();
  await expect(page.getByRole("heading", { name: "Cases" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.locator("tbody").getByRole("link").first().click();
  await expect(page.getByRole("tab", { name: "Trail" })).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByRole("tab", { name: "Trail" })).toBeVisible();
  await passOn(page);
  await page.getByRole("button", { name: "切换到中文" }).click();
  await expect(page.getByRole("tab", { name: "轨迹" })).toBeVisible();
});
