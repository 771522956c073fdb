import { expect, test } from "vitest";
import { runs } from "./diff";

test("equal texts have nothing of their own", () => {
  expect(runs("双方同意", "双方同意")).toEqual([{ text: "双方同意", own: false }]);
});

test("a changed amount is marked and the rest is not", () => {
  expect(runs("退还中介费3000元", "退还中介费8000元")).toEqual([
    { text: "退还中介费", own: false },
    { text: "3", own: true },
    { text: "000元", own: false },
  ]);
});

test("an empty text has no runs", () => {
  expect(runs("", "甲")).toEqual([]);
});

test("a very long text is shown without marks", () => {
  const long = "甲".repeat(2000);
  expect(runs(long, "乙")).toEqual([{ text: long, own: false }]);
});
