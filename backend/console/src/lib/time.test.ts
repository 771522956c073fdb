import { expect, test } from "vitest";
import { gap, minutesUntil, showDay, showMinute, showSecond, split } from "./time";

test("a time is shown in Asia/Shanghai whatever the zone of the machine", () => {
  expect(showSecond("2026-11-22T16:05:09Z")).toBe("2026-11-23 00:05:09");
  expect(showMinute("2026-11-22T16:05:09Z")).toBe("2026-11-23 00:05");
  expect(showDay("2026-11-22T16:05:09Z")).toBe("2026-11-23");
});

test("text that is not a time is shown as it is", () => {
  expect(showMinute("不详")).toBe("不详");
});

test("a receipt within ten minutes is not remarked on", () => {
  expect(gap("2026-11-22T08:00:00Z", "2026-11-22T08:09:00Z")).toEqual({ kind: "close" });
});

test("a receipt hours after the claim is late", () => {
  expect(gap("2026-11-22T08:00:00Z", "2026-11-22T11:12:00Z")).toEqual({ kind: "late", minutes: 192 });
});

test("a claim after the receipt shows a fast clock", () => {
  expect(gap("2026-11-22T08:05:00Z", "2026-11-22T08:00:00Z")).toEqual({ kind: "ahead", minutes: 5 });
});

test("a span of days leaves its minutes out", () => {
  expect(split(192)).toEqual({ days: 0, hours: 3, minutes: 12 });
  expect(split(1440 * 2 + 61)).toEqual({ days: 2, hours: 1, minutes: 0 });
});

test("what is past is negative", () => {
  expect(minutesUntil("2026-11-22T08:00:00Z", Date.parse("2026-11-22T08:01:00Z"))).toBe(-1);
});
