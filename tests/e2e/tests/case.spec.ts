import { expect, test } from "@playwright/test";
import { expectAccessible, openAs, openAsSupervisor, openTab } from "../console.ts";
import { Desk } from "../desk.ts";
import { dispatcher, person, supervisor } from "../world.ts";

const shanghai = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Asia/Shanghai",
  dateStyle: "short",
  timeStyle: "medium",
});

test("the trail shows the time that a phone claims beside the time of receipt, in the county's zone", async ({
  page,
}) => {
  const desk = await Desk.signIn(supervisor);
  const detail = await desk.find("with a claimed time", ({ trail }) => trail.some((line) => line.claimed_at));
  const line = detail.trail.find(({ claimed_at }) => claimed_at);
  if (!line?.claimed_at) throw new Error("no line has a claimed time");

  await openAsSupervisor(page, `/cases/${detail.summary.id}`);
  await openTab(page, "轨迹");
  await expect(page.getByRole("columnheader", { name: "声称时间（设备）" })).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "收到时间（服务器）" })).toBeVisible();
  const row = page
    .getByRole("row")
    .filter({ hasText: line.event_zh })
    .filter({ hasText: shanghai.format(new Date(line.claimed_at)) })
    .filter({ hasText: shanghai.format(new Date(line.received_at)) });
  await expect(row.first()).toBeVisible();
  await expectAccessible(page);
});

test("parties are masked, and nobody can be called or identified from the page", async ({ page }) => {
  const desk = await Desk.signIn(supervisor);
  const detail = await desk.find("with parties", ({ parties }) => parties.length > 0);
  await openAsSupervisor(page, `/cases/${detail.summary.id}`);
  const parties = page.getByRole("region", { name: "当事人" });
  for (const party of detail.parties) await expect(parties).toContainText(party.name_masked);
  const people = detail.parties.filter(({ kind }) => kind === "person");
  for (const { name_masked: name } of people) expect(name).toMatch(/[*某]/);
  for (const tab of ["概况", "办理记录", "协议", "请求与裁定", "轨迹"]) {
    await openTab(page, tab);
    // A mobile number, an identity number.
    await expect(page.getByRole("main")).not.toContainText(
      /(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?![\dA-Fa-f])/,
    );
  }
});

test("every part of a case that was worked on offline is there, and no page shuts anybody out", async ({
  page,
}) => {
  const desk = await Desk.signIn(dispatcher);
  const detail = await desk.find(
    "with notes, statements and an agreement",
    ({ notes, statements, drafts }) => notes.length > 0 && statements.length > 0 && drafts.length > 0,
  );
  await openAs(page, `/cases/${detail.summary.id}`, dispatcher);
  await expect(page.getByText(detail.intake.summary)).toBeVisible();
  await expectAccessible(page);

  await openTab(page, "办理记录");
  for (const { text } of detail.notes) await expect(page.getByText(text)).toBeVisible();
  await expectAccessible(page);

  await openTab(page, "协议");
  const clause = detail.drafts.at(-1)?.clauses[0];
  if (clause) await expect(page.getByText(clause.text).first()).toBeVisible();
  await expectAccessible(page);

  await openTab(page, "请求与裁定");
  await expect(page.getByText("已准").first()).toBeVisible();
  await expectAccessible(page);
});

test("the lead sees the original of a photograph", async ({ page }) => {
  const desk = await Desk.signIn(dispatcher);
  const detail = await desk.find("with a photograph", ({ evidence }) =>
    evidence.some(({ mime }) => mime === "image/jpeg"),
  );
  await openAs(page, `/cases/${detail.summary.id}`, person(detail.summary.lead_name ?? ""));
  await openTab(page, "办理记录");
  await page.getByRole("button", { name: "查看原件" }).first().click();
  const picture = page.getByRole("dialog").locator("img");
  await expect(picture).toBeVisible();
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(100);
  await page.screenshot({ path: test.info().outputPath("original.png") });
  await expectAccessible(page);
});

// Shows R154.
test("what a supervisor may not see is said to be withheld, and not shown as empty", async ({ page }) => {
  const desk = await Desk.signIn(dispatcher);
  const detail = await desk.find(
    "with notes and statements",
    ({ notes, statements }) => notes.length > 0 && statements.length > 0,
  );
  await openAsSupervisor(page, `/cases/${detail.summary.id}?tab=records`);
  for (const part of ["记录", "陈述"]) {
    await expect(page.getByRole("region", { name: part, exact: true })).toContainText("无权查看：您的岗位不查看这类内容。");
  }
  for (const { text } of detail.notes) await expect(page.getByText(text)).toHaveCount(0);
  await expectAccessible(page);
});

test("the alert explains itself in words, and deadlines name their term", async ({ page }) => {
  const desk = await Desk.signIn(supervisor);
  const detail = await desk.find("with deadlines", ({ deadlines }) => deadlines.length > 0);
  await openAsSupervisor(page, `/cases/${detail.summary.id}`);
  const colour = page.getByRole("region", { name: "三色预警" });
  for (const { zh } of detail.colour.reasons) await expect(colour).toContainText(zh);
  const deadlines = page.getByRole("region", { name: "期限" });
  for (const { kind_zh } of detail.deadlines) await expect(deadlines).toContainText(kind_zh);
});
