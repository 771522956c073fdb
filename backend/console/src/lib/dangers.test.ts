import { expect, test } from "vitest";
import type { CaseDetail } from "@/api/model";
import { openDangers } from "./dangers";

const held = (what: string | undefined, ...reported: string[]) =>
  ({
    facts: { hold: what === undefined ? null : { what } },
    requests: reported.map((what) => ({ ask: { type: "danger", payload: { what } } })),
  }) as unknown as CaseDetail;

test("the danger that was reported last stands first", () => {
  expect(openDangers(held("双方争吵\n一方持刀追人", "双方争吵", "一方持刀追人"))).toEqual([
    "一方持刀追人",
    "双方争吵",
  ]);
});

test("a danger that was told in several lines stays together, and one that a phone did not report is named too", () => {
  const told = "双方争吵\n围观人多";
  expect(openDangers(held(`${told}\n并入案件的险情\n${told}`, told))).toEqual([told, "并入案件的险情", told]);
});

test("a danger without words is one, and a case that is not held has none", () => {
  expect(openDangers(held("\n有人落水", "有人落水", ""))).toEqual(["有人落水", ""]);
  expect(openDangers(held(undefined, "双方争吵"))).toEqual([]);
});
