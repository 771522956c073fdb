/** What people do in the console, and what every page of it must be. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { type Account, supervisor } from "./world.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Types into the form of the sign-in page and sends it. */
export async function submitSignIn(page: Page, { login, password }: Account): Promise<void> {
  await page.getByLabel("账号").fill(login);
  await page.getByLabel("密码", { exact: true }).fill(password);
  await page.getByRole("button", { name: "登录", exact: true }).click();
}

/**
 * Opens an address as the supervisor, whose session passes from test to test as it would through a reload: the server
 * slows down who signs in too often.
 */
export async function openAsSupervisor(page: Page, path: string): Promise<void> {
  if (passed.token) await page.addInitScript(seed, passed.token);
  await page.goto(path);
  if (!passed.token) await submitSignIn(page, supervisor);
  await expectOpen(page, path);
  await passOn(page);
}

/** Keeps what the next test goes on with; a page whose session has ended leaves it as it was. */
export async function passOn(page: Page): Promise<void> {
  const kept = await page.evaluate(() => sessionStorage.getItem("hejie.session"));
  if (kept) passed.token = (JSON.parse(kept) as { refreshToken: string }).refreshToken;
}

/** Signs somebody in by hand and opens an address. */
export async function openAs(page: Page, path: string, who: Account): Promise<void> {
  await page.goto(path);
  await submitSignIn(page, who);
  await expectOpen(page, path);
}

async function expectOpen(page: Page, path: string): Promise<void> {
  await expect(page).toHaveURL(path);
  await expect(page.getByRole("status").filter({ hasText: "实时" })).toBeVisible();
}

const passed: { token?: string } = {};

function seed(refreshToken: string): void {
  if (sessionStorage.getItem("e2e.seeded")) return;
  sessionStorage.setItem("e2e.seeded", "yes");
  sessionStorage.setItem("hejie.session", JSON.stringify({ refreshToken, tab: crypto.randomUUID() }));
}

/** Opens one tab of a case. */
export async function openTab(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole("tab", { name }).click();
}

/** Fails with what is wrong when a page shuts somebody out (axe: serious and critical). */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  );
  const grave = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  expect(grave).toEqual([]);
}

/** Fails when a page had to be scrolled sideways. */
export async function expectFits(page: Page): Promise<void> {
  const surplus = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(surplus).toBeLessThanOrEqual(0);
}
