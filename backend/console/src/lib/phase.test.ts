import { expect, test } from "vitest";
import { progress } from "./phase";

const short = (status: string) =>
  progress(status)
    .map((step) => step.progress[0])
    .join("");

test("a new case has everything ahead of it", () => {
  expect(short("registered")).toBe("caaaaaaa");
});

test("a suspended case stays in mediation", () => {
  expect(short("suspended")).toBe("ddddcaaa");
});

test("asking to close is not yet closed", () => {
  expect(short("pending_close")).toBe("dddddddc");
  expect(short("closed")).toBe("dddddddd");
});

test("a status from a newer server marks no phase wrongly", () => {
  expect(short("a_new_one")).toBe("aaaaaaaa");
});
