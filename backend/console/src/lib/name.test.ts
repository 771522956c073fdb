import { expect, test, vi } from "vitest";
import { newName } from "./name";

test("two names differ, also where the browser makes no UUIDs", () => {
  vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
  expect(newName()).toMatch(/^[0-9a-f]{32}$/);
  expect(newName()).not.toBe(newName());
  vi.unstubAllGlobals();
});
