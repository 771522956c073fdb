import { matchQuery, QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { isAboutCase, queryKey } from "./key";

test("a change of a case makes the case old, what was asked about it, and the lists of cases", () => {
  const path = { id: "c1", conflict_id: "k" };
  expect(isAboutCase("c1", queryKey("/api/v1/cases/{id}", { path: { id: "c1" } }))).toBe(true);
  expect(isAboutCase("c1", queryKey("/api/v1/cases/{id}/conflicts/{conflict_id}/versions", { path }))).toBe(
    true,
  );
  expect(isAboutCase("c1", queryKey("/api/v1/cases", { query: { q: "N03" } }))).toBe(true);
});

test("a change of a case leaves other cases and other questions as they are", () => {
  expect(isAboutCase("c1", queryKey("/api/v1/cases/{id}", { path: { id: "c2" } }))).toBe(false);
  expect(isAboutCase("c1", queryKey("/api/v1/outbox"))).toBe(false);
});

test("an address alone names all its answers, and none of the addresses below it", () => {
  const cache = new QueryClient().getQueryCache();
  const kept = (key: readonly unknown[]) => cache.build(new QueryClient(), { queryKey: key });
  const page = kept(queryKey("/api/v1/quarantine", { query: { after: "7" } }));
  const below = kept(queryKey("/api/v1/quarantine/dangers"));
  const all = { queryKey: queryKey("/api/v1/quarantine") };
  expect(matchQuery(all, page)).toBe(true);
  expect(matchQuery(all, below)).toBe(false);
});
