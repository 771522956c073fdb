import { expect, test } from "vitest";
import { isOverdue } from "./due";

const now = Date.parse("2026-11-22T08:00:00Z");

test("an open case past its term is overdue", () => {
  expect(isOverdue({ status: "mediating", due_at: "2026-11-22T07:59:00Z" }, now)).toBe(true);
});

test("a case within its term, or without one, is not", () => {
  expect(isOverdue({ status: "mediating", due_at: "2026-11-22T08:01:00Z" }, now)).toBe(false);
  expect(isOverdue({ status: "mediating", due_at: null }, now)).toBe(false);
});

test("a closed case is no longer late", () => {
  expect(isOverdue({ status: "closed", due_at: "2026-11-01T00:00:00Z" }, now)).toBe(false);
});
