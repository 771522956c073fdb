import { expect, test } from "vitest";
import { asProblem, ProblemError, unwrap } from "./problem";

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

test("a failed fetch is an unreachable server", () => {
  expect(asProblem(new TypeError("Failed to fetch")).code).toBe("unreachable");
});

test("an answer in the two hundreds gives its data", () => {
  expect(unwrap({ data: 7, response: new Response() })).toBe(7);
});

test("an answer with an error status is thrown", () => {
  const answer = { error: { code: "not_found" }, response: new Response(null, { status: 404 }) };
  expect(() => unwrap(answer)).toThrow(expect.objectContaining({ status: 404, code: "not_found" }));
});
