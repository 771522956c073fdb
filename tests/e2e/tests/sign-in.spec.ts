import { expect, test } from "@playwright/test";
import { expectAccessible, openAs, openAsSupervisor, passOn, submitSignIn } from "../console.ts";
import { server, supervisor } from "../world.ts";

test("a supervisor signs in, is named, and signs out", async ({ page }) => {
  await openAs(page, "/cases", supervisor);
  await expect(page.getByText(supervisor.name)).toBeVisible();
  await page.getByRole("button", { name: "退出登录" }).click();
  await expect(page).toHaveURL("/sign-in");
  await expect(page.getByText("您已退出登录。")).toBeVisible();
});

test("a wrong password is refused in words that say what to do", async ({ page }) => {
  await page.goto("/");
  await submitSignIn(page, { ...supervisor, password: "not the password" });
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("账号或密码错误");
  await expect(alert).toContainText("请核对账号和密码后再试");
  await expect(page).toHaveURL("/sign-in");
  await expectAccessible(page);
});

test("an empty form names what is missing and asks nobody", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await expect(page.getByText("请输入账号")).toBeVisible();
  await expect(page.getByText("请输入密码")).toBeVisible();
});

test("a page that needs a session is come back to after signing in", async ({ page }) => {
  await openAs(page, "/cases?status=mediating", supervisor);
  await expect(page.getByLabel("状态")).toBeVisible();
});

test("a reload keeps the session and no token can be read from the page's storage beside the refresh token", async ({
  page,
}) => {
  await openAsSupervisor(page, "/cases");
  await page.reload();
  await expect(page.getByText(supervisor.name)).toBeVisible();
  await passOn(page);
  const kept = await page.evaluate(
    () => JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }),
  );
  // An access token is a signed JWT; its header always begins like this.
  expect(kept).not.toContain("eyJ");
});

test("a session that was ended elsewhere leads back to the sign-in page with the reason", async ({
  page,
}) => {
  await openAsSupervisor(page, "/cases");
  await page.evaluate(() => {
    const kept = JSON.parse(sessionStorage.getItem("hejie.session") ?? "{}") as { refreshToken: string };
    sessionStorage.setItem("hejie.session", JSON.stringify({ ...kept, refreshToken: "0".repeat(43) }));
  });
  await page.reload();
  await expect(page.getByText("登录已过期，请重新登录。")).toBeVisible();
});

test("the pages run under a policy that lets no foreign or inline script in", async ({ page, request }) => {
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await openAsSupervisor(page, "/cases");
  const policy = (await request.get(server.url)).headers()["content-security-policy"];
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toContain("unsafe-eval");
  expect(complaints).toEqual([]);
});
