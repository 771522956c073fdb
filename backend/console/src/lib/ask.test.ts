import { expect, test } from "vitest";
import { showAsk } from "./ask";

test("an extension says which clock, by how much and why", () => {
  const ask = { type: "extend", payload: { clock: "feedback", days: 7, why: "鉴定未回" } };
  expect(showAsk(ask, "zh-CN")).toBe("反馈110 · 延 7 天 · 鉴定未回");
});

test("a request whose name says everything has no particulars, and an unknown one none either", () => {
  expect(showAsk({ type: "accept" }, "zh-CN")).toBe("");
  expect(showAsk({}, "zh-CN")).toBe("");
});
