import { expect, test, vi } from "vitest";
import { newEntryId, newName } from "./name";

test("two names and two ids differ, also where the browser makes no UUIDs", () => {
  vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
  expect(newName()).toMatch(/^[0-9a-f]{32}$/);
  expect(newName()).not.toBe(newName());
  expect(newEntryId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(newEntryId()).not.toBe(newEntryId());
  vi.unstubAllGlobals();
});
