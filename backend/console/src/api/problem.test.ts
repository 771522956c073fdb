import { expect, test } from "vitest";
import { asProblem, isStale, ProblemError, reaching, unwrap } from "./problem";

test("a problem document keeps its code, sentence and request number", () => {
  const problem = ProblemError.from(401, {
    status: 401,
    code: "wrong_password",
    title: "账号或密码不正确",
    request_id: "r-1",
  });
  expect(problem).toMatchObject({
    code: "wrong_password",
    title: "账号或密码不正确",
    requestId: "r-1",
    detail: undefined,
  });
});

test("a body that is no problem document still gives a stable code", () => {
  expect(ProblemError.from(502, "<html>").code).toBe("http_502");
});

test("a decision on an old state is told from every other refusal", () => {
  expect(isStale(ProblemError.from(409, { code: "stale" }))).toBe(true);
  expect(isStale(ProblemError.from(409, { code: "not_held" }))).toBe(false);
  expect(isStale(undefined)).toBe(false);
});

test("a failed fetch is an unreachable server", async () => {
  const fails = reaching(async () => {
    throw new TypeError("Failed to fetch");
  });
  await expect(fails(new Request("http://hejie.test"))).rejects.toMatchObject({ code: "unreachable" });
});

test("a mistake of our own is not blamed on the network", () => {
  expect(asProblem(new TypeError("crypto.randomUUID is not a function")).code).toBe("unexpected");
});

test("who goes on to another page is told of no failure", async () => {
  const stop = new AbortController();
  stop.abort();
  const aborted = new DOMException("aborted", "AbortError");
  const left = reaching(async () => {
    throw aborted;
  });
  await expect(left(new Request("http://hejie.test", { signal: stop.signal }))).rejects.toBe(aborted);
});

test("an answer in the two hundreds gives its data", () => {
  expect(unwrap({ data: 7, response: new Response() })).toBe(7);
});

test("an answer with an error status is thrown", () => {
  const answer = { error: { code: "not_found" }, response: new Response(null, { status: 404 }) };
  expect(() => unwrap(answer)).toThrow(expect.objectContaining({ status: 404, code: "not_found" }));
});
