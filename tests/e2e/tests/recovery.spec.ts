/** After a restore. The county of these tests was never set back, so the answers of the server are laid in; tests/sync/recover.rs brings them about. */

import { expect, test } from "@playwright/test";
import type { components } from "../../../backend/console/src/api/schema.d.ts";
import { expectAccessible, openAsSupervisor } from "../console.ts";

type Claim = components["schemas"]["RecoveryClaimView"];

const claim: Claim = {
  case_id: "0198a000-0000-7000-8000-000000000001",
  case_no: "990101-2026-000123",
  version: 7,
  claim: "5f".repeat(32),
  shown_at: "2026-03-02T01:00:00Z",
  present: {
    status: "signed_for",
    status_zh: "已签收",
    level: "red",
    level_zh: "红",
    lead_name: "调解员甲",
    steps: [{ event_zh: "颜色调整", zh: "颜色调整", by_name: "督导甲", received_at: "2026-03-02T00:30:00Z" }],
  },
  proved: {
    status: "mediating",
    status_zh: "调解中",
    level: "yellow",
    level_zh: "黄",
    lead_name: "调解员甲",
    steps: [{ event_zh: "受理", zh: "双方同意调解", by_name: "调解员甲", received_at: "2026-03-01T08:00:00Z" }],
  },
};

test("of two states after a restore a person chooses one, with what each says side by side", async ({ page }) => {
  let waiting = [claim];
  await page.route("**/api/v1/recovery-claims", (route) => route.fulfill({ json: waiting }));
  await page.route(`**/api/v1/cases/${claim.case_id}/recovery`, (route) => {
    waiting = [];
    return route.fulfill({ json: {} });
  });
  await openAsSupervisor(page, "/quarantine");
  const section = page.getByRole("region", { name: "恢复备份后待核对的案件（1）" });
  await expect(section.getByRole("article", { name: claim.case_no })).toContainText("督导甲 颜色调整");
  await expect(section).toContainText("受理：双方同意调解");
  await expectAccessible(page);
  await page.screenshot({ path: `${test.info().outputDir}/recovery.png`, fullPage: true });
  await section.getByRole("button", { name: "以手机出示的为准" }).click();
  const sent = page.waitForRequest((request) => request.url().endsWith("/recovery"));
  await page.getByRole("tooltip").getByRole("button", { name: /确\s*定/ }).click();
  expect((await sent).postDataJSON()).toEqual({ take: true, claim: claim.claim, base_version: 7 });
  await expect(page.getByText("已选定。")).toBeVisible();
  await expect(section).toBeHidden();
});

test("a state that became another one while the choice was confirmed is not chosen unseen", async ({
  page,
  context,
}) => {
  let waiting = claim;
  await page.route("**/api/v1/recovery-claims", (route) => route.fulfill({ json: [waiting] }));
  await page.route(`**/api/v1/cases/${claim.case_id}/recovery`, (route) => route.fulfill({ json: {} }));
  await openAsSupervisor(page, "/quarantine");
  const section = page.getByRole("region", { name: "恢复备份后待核对的案件（1）" });
  await section.getByRole("button", { name: "以手机出示的为准" }).click();
  const question = page.getByRole("tooltip");
  const confirm = question.getByRole("button", { name: /确\s*定/ });
  await expect(confirm).toBeEnabled();

  waiting = { ...claim, version: 8, present: { ...claim.present, lead_name: "调解员乙" } };
  // A line that comes back has everything read anew.
  await context.setOffline(true);
  await expect(page.getByRole("status").filter({ hasText: "连接中断" })).toBeVisible();
  await context.setOffline(false);
  await expect(section).toContainText("调解员乙");
  await expect(question.getByRole("alert")).toContainText("案件刚有新变化");
  await expect(confirm).toBeDisabled();
  await page.screenshot({ path: test.info().outputPath("claim.png") });
  await question.getByRole("button", { name: "已核对最新内容" }).click();
  const sent = page.waitForRequest((request) => request.url().endsWith("/recovery"));
  await confirm.click();
  expect((await sent).postDataJSON()).toEqual({ take: true, claim: claim.claim, base_version: 8 });
});
