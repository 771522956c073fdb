/** What comes in while somebody fills in a form: nothing is decided about it unseen, and no word is lost. */

import { expect, type Locator, type Page, test } from "@playwright/test";
import { expectAccessible, openAsSupervisor } from "../console.ts";
import { type CaseDetail, Desk, phoneReports, pushOrder } from "../desk.ts";
import { type Account, dispatcher, person, supervisor } from "../world.ts";

const MOVED = "案件刚有新变化，本页已更新";

/** A case that a danger holds, and the mediator whose phone reported it. */
async function caseInDanger(danger: string): Promise<{ id: string; mediator: Account }> {
  const { case_id: id } = await pushOrder();
  const { assignments } = await (await Desk.signIn(supervisor)).case(id);
  const mediator = person(assignments[0]?.name ?? "");
  await phoneReports(mediator, id, danger);
  return { id, mediator };
}

async function openRelease(page: Page, id: string): Promise<Locator> {
  await openAsSupervisor(page, `/cases/${id}`);
  await page.getByRole("button", { name: "解除险情" }).click();
  return page.getByRole("dialog", { name: "解除险情" });
}

function colleagueRaises(id: string, why: string): Promise<void> {
  return Desk.signIn(dispatcher).then((desk) => desk.act(id, { override_colour: { level: "red", why } }));
}

test("a danger that comes in while the release is written is not released unseen", async ({ page }) => {
  const { id, mediator } = await caseInDanger("双方争吵");
  const form = await openRelease(page, id);
  const dangers = form.getByRole("region").getByRole("listitem");
  await expect(dangers).toHaveText(["双方争吵"]);
  await form.getByLabel("理由").fill("已到场查看，争吵已平息。");

  await phoneReports(mediator, id, "一方持刀追人");
  await expect(form.getByRole("alert")).toContainText(MOVED);
  await expect(form.getByRole("alert")).toContainText("险情上报");
  await expect(dangers).toHaveText(["一方持刀追人", "双方争吵"]);
  await expect(form.getByRole("button", { name: "确认解除" })).toBeDisabled();
  await expectAccessible(page);
  await page.screenshot({ path: test.info().outputPath("release.png") });

  await form.getByRole("button", { name: "已核对最新内容" }).click();
  await expect(form.getByLabel("理由")).toHaveValue("已到场查看，争吵已平息。");
  const desk = await Desk.signIn(supervisor);
  expect((await desk.case(id)).facts.hold?.what).toBe("双方争吵\n一方持刀追人");
  await form.getByRole("button", { name: "确认解除" }).click();
  await expect(page.getByText("险情已解除")).toBeVisible();
  await expect(form).toBeHidden();
  expect((await desk.case(id)).facts.hold ?? undefined).toBeUndefined();
});

test("a release that a colleague was faster with says so and keeps what was written", async ({ page }) => {
  const { id } = await caseInDanger("双方争吵");
  const form = await openRelease(page, id);
  await form.getByLabel("理由").fill("已到场查看。");
  await (await Desk.signIn(supervisor)).act(id, { release: { why: "民警已到场。" } });
  await expect(form.getByRole("alert")).toContainText("这一步现在不能办理");
  await expect(form.getByRole("button", { name: "确认解除" })).toBeDisabled();
  await expect(form.getByLabel("理由")).toHaveValue("已到场查看。");
  await page.screenshot({ path: test.info().outputPath("gone.png") });
});

test("a colour that a colleague set meanwhile is not replaced unseen", async ({ page }) => {
  const { case_id: id } = await pushOrder();
  await openAsSupervisor(page, `/cases/${id}`);
  const card = page.getByRole("region", { name: "三色预警" });
  await card.getByRole("button", { name: "调整" }).click();
  const form = page.getByRole("dialog", { name: "调整预警颜色" });
  await form.getByRole("radio", { name: "红" }).check();
  await form.getByLabel("理由").fill("双方亲属聚集。");

  await colleagueRaises(id, "现场有人受伤。");
  await expect(form.getByRole("alert")).toContainText(MOVED);
  await expect(form.getByText(`${dispatcher.name} 调整`)).toBeVisible();
  await expect(form.getByText("现场有人受伤。")).toBeVisible();
  await expect(form.getByRole("button", { name: "调整" })).toBeDisabled();
  await page.screenshot({ path: test.info().outputPath("colour.png") });
  await form.getByRole("button", { name: "已核对最新内容" }).click();
  await form.getByRole("button", { name: "调整" }).click();
  await expect(card).toContainText(`${supervisor.name} 调整`);
  await expect(card).toContainText("双方亲属聚集。");
});

test("a decision that the page could not know to be late is refused by the server, and goes on from there", async ({
  page,
}) => {
  const { case_id: id } = await pushOrder();
  await openAsSupervisor(page, `/cases/${id}`);
  const card = page.getByRole("region", { name: "三色预警" });
  await card.getByRole("button", { name: "调整" }).click();
  const form = page.getByRole("dialog", { name: "调整预警颜色" });
  await form.getByRole("radio", { name: "红" }).check();
  await form.getByLabel("理由").fill("双方亲属聚集。");
  const known = await (await Desk.signIn(supervisor)).case(id);
  let isLate = true;
  await page.route(`**/api/v1/cases/${id}`, (route) =>
    isLate ? route.fulfill({ json: known }) : route.continue(),
  );
  await page.route(`**/api/v1/cases/${id}/acts`, (route) => {
    isLate = false;
    return route.continue();
  });

  await colleagueRaises(id, "现场有人受伤。");
  await form.getByRole("button", { name: "调整" }).click();
  await expect(form.getByRole("alert")).toContainText(MOVED);
  await expect(card).toContainText("现场有人受伤。");
  await expect(form.getByRole("button", { name: "调整" })).toBeDisabled();
  await page.screenshot({ path: test.info().outputPath("stale.png") });
  await form.getByRole("button", { name: "已核对最新内容" }).click();
  await form.getByRole("button", { name: "调整" }).click();
  await expect(card).toContainText(`${supervisor.name} 调整`);
});

// Which phones write on is theirs to say, so the variants that they leave are laid into the answers
// of the server.
test("a variant that was chosen is followed to its new place, and asked for again when it is gone", async ({
  page,
}) => {
  const desk = await Desk.signIn(supervisor);
  const { summary } = await desk.inConflict();
  let lays = (detail: CaseDetail) => detail;
  await page.route(`**/api/v1/cases/${summary.id}`, async (route) => {
    const answer = await route.fetch();
    return route.fulfill({ response: answer, json: lays((await answer.json()) as CaseDetail) });
  });
  await page.route(`**/api/v1/cases/${summary.id}/acts`, (route) => route.fulfill({ json: {} }));
  await openAsSupervisor(page, `/cases/${summary.id}?tab=conflicts`);
  const form = page.locator("form").first();
  const reason = form.getByRole("textbox");
  await form.getByRole("radio").first().check();
  await reason.fill("与现场照片一致。");

  lays = (detail) => withFirst(detail, (variants) => variants.toReversed());
  await colleagueRaises(summary.id, "现场有人受伤。");
  await expect(form.getByRole("alert")).toContainText(MOVED);
  await expect(form.locator("button[type=submit]")).toBeDisabled();
  await form.getByRole("button", { name: "已核对最新内容" }).click();
  await expect(form.getByRole("radio").last()).toBeChecked();

  lays = (detail) => withFirst(detail, (variants) => variants.map((one) => ({ ...one, text: `${one.text}（补）` })));
  await colleagueRaises(summary.id, "又来一人。");
  await expect(form.getByRole("alert")).toContainText(MOVED);
  await expectAccessible(page);
  await page.screenshot({ path: test.info().outputPath("ruling.png"), fullPage: true });
  await form.getByRole("button", { name: "已核对最新内容" }).click();
  await expect(reason).toHaveValue("与现场照片一致。");
  await form.locator("button[type=submit]").click();
  await expect(form.getByText("请选择采用哪个版本")).toBeVisible();

  const { version } = (await desk.case(summary.id)).summary;
  const sent = page.waitForRequest((request) => request.url().endsWith("/acts"));
  await form.getByRole("radio").last().check();
  await form.locator("button[type=submit]").click();
  expect((await sent).postDataJSON()).toMatchObject({
    act: { rule_conflict: { why: "与现场照片一致。" } },
    base_version: version,
  });
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

type Variants = CaseDetail["conflicts"][number]["variants"];

/** The case with other variants in the first disagreement that waits. */
function withFirst(detail: CaseDetail, changes: (variants: Variants) => Variants): CaseDetail {
  const first = detail.conflicts.find(({ settled }) => !settled);
  const conflicts = detail.conflicts.map((one) =>
    one === first ? { ...one, variants: changes(one.variants), grown: one.grown + 1 } : one,
  );
  return { ...detail, conflicts };
}
