import { defineConfig } from "@playwright/test";
import { chromium, server } from "./world.ts";

/** One browser and one test at a time: the tests share one county, and some of them change it. */
export default defineConfig({
  testDir: "tests",
  outputDir: process.env.HEJIE_E2E_OUTPUT ?? "results",
  reporter: [["list"], ["./counting.ts"]],
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    baseURL: server.url,
    browserName: "chromium",
    locale: "zh-CN",
    // Not the county's zone, so that a time shown in the browser's own zone is noticed.
    timezoneId: "America/New_York",
    viewport: { width: 1280, height: 800 },
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: chromium,
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
