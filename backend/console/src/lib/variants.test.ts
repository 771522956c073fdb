import { expect, test } from "vitest";
import { variantKeys } from "./variants";

const variant = (author_name: string, text: string, is_excerpt = false) => ({
  author_name,
  text,
  is_excerpt,
  is_merged: false,
});
const mediator = variant("调解员甲", "赔偿 800 元");
const grid = variant("网格员乙", "赔偿 8000 元");

test("a variant is known again at another place", () => {
  const [first, second] = variantKeys({ variants: [mediator, grid], grown: 0 });
  expect(variantKeys({ variants: [grid, mediator], grown: 1 })).toEqual([second, first]);
});

test("other words of the same author, and the same words of another one, are another variant", () => {
  const before = variantKeys({ variants: [mediator, grid], grown: 0 });
  const after = variantKeys({
    variants: [variant("调解员甲", "赔偿 900 元"), variant("调解员丙", "赔偿 8000 元")],
    grown: 1,
  });
  expect(before.filter((key) => after.includes(key))).toEqual([]);
});

test("of a passage nobody knows what else was changed once the disagreement grew", () => {
  const passage = variant("调解员甲", "……800 元……", true);
  const keys = (grown: number) => variantKeys({ variants: [passage], grown });
  expect(keys(0)).toEqual(keys(0));
  expect(keys(1)).not.toEqual(keys(0));
});

test("variants that read alike stay apart", () => {
  expect(new Set(variantKeys({ variants: [mediator, mediator], grown: 0 })).size).toBe(2);
});
