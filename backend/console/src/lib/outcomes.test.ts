import { expect, test } from "vitest";
import type { RequestView } from "@/api/model";
import { askedOutcomes } from "./outcomes";

const request = (ask: object, ruling = "accepted") => ({ ask, ruling }) as unknown as RequestView;
const close = (outcome: string, feedback = "") => ({ type: "ask_close", payload: { outcome, feedback } });

test("closings that contradict each other can both be chosen", () => {
  const asked = askedOutcomes([request(close("reconciled")), request(close("litigation"))]);
  expect(asked.map(({ outcome }) => outcome)).toEqual(["litigation", "reconciled"]);
});

test("a refused request and requests of another kind offer no outcome", () => {
  expect(askedOutcomes([request(close("reconciled"), "refused"), request({ type: "accept" })])).toEqual([]);
});

test("settling on the scene is an outcome, and the lead's words come with it", () => {
  const asked = askedOutcomes([request({ type: "settle_on_scene", payload: { result: "已和解" } })]);
  expect(asked).toEqual([{ outcome: "on_scene_settled", feedback: "已和解" }]);
});
