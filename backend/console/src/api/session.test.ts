import { beforeEach, expect, test } from "vitest";
import { Session, type SessionPorts } from "./session";

const user = { id: "u", display_name: "督导员", role: "supervisor", org_id: "o", org_name: "和安县矛调中心" };
const opened = (n: number) => ({
  access_token: `access-${n}`,
  refresh_token: `refresh-${n}`,
  expires_at: new Date(n * 900_000).toISOString(),
  user,
});
const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

let kept: Map<string, string>;
let asked: string[];
let answers: (() => Response)[];
let now: number;
let alone: boolean;

beforeEach(() => {
  kept = new Map();
  asked = [];
  answers = [];
  now = 0;
  alone = true;
});

function session(): Session {
  const ports: SessionPorts = {
    origin: "http://hejie.test",
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    fetch: async (request) => {
      asked.push(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`.trim());
      const answer = answers.shift();
      if (!answer) throw new TypeError("Failed to fetch");
      return answer();
    },
    claim: async () => alone,
    now: () => now,
  };
  return new Session(ports);
}

async function signedIn(): Promise<Session> {
  const tab = session();
  answers.push(() => json(200, opened(1)));
  await tab.signIn("dudao", "secret");
  return tab;
}

test("without a kept token a tab starts signed out and asks nobody", async () => {
  const tab = session();
  await tab.start();
  expect(tab.state()).toEqual({ kind: "signed-out", ending: undefined });
  expect(asked).toEqual([]);
});

test("a refused password leaves the problem to the page and keeps nothing", async () => {
  const tab = session();
  answers.push(() => json(401, { code: "wrong_credentials", title: "账号或密码不正确" }));
  await expect(tab.signIn("dudao", "wrong")).rejects.toMatchObject({ code: "wrong_credentials" });
  expect(kept.size).toBe(0);
});

test("the access token is never stored", async () => {
  await signedIn();
  expect([...kept.values()].join()).not.toContain("access-1");
  expect([...kept.values()].join()).toContain("refresh-1");
});

test("a reload takes the session up again with a rotated token", async () => {
  await signedIn();
  const reloaded = session();
  answers.push(() => json(200, opened(2)));
  await reloaded.start();
  expect(reloaded.state()).toEqual({ kind: "signed-in", user });
  expect([...kept.values()].join()).toContain("refresh-2");
});

test("a duplicated tab does not use the token of the first", async () => {
  await signedIn();
  asked = [];
  alone = false;
  const copy = session();
  await copy.start();
  expect(copy.state().kind).toBe("signed-out");
  expect(asked).toEqual([]);
});

test("a server that is away during a reload does not end the session", async () => {
  await signedIn();
  const reloaded = session();
  await reloaded.start();
  expect(reloaded.state()).toMatchObject({ kind: "unreachable", problem: { code: "unreachable" } });
  expect(kept.size).toBe(1);
});

test("a refused refresh token ends the session as expired", async () => {
  const tab = await signedIn();
  now = 900_000;
  answers.push(() => json(401, { code: "token_reused" }));
  await expect(tab.accessToken()).rejects.toMatchObject({ status: 401 });
  expect(tab.state()).toEqual({ kind: "signed-out", ending: "expired" });
});

test("requests at the same time share one renewal", async () => {
  const tab = await signedIn();
  now = 900_000 - 10_000;
  answers.push(() => json(200, opened(2)));
  expect(await Promise.all([tab.accessToken(), tab.accessToken()])).toEqual(["access-2", "access-2"]);
  expect(asked).toHaveLength(2);
});

test("signing out tells the server and forgets at once even when it is away", async () => {
  const tab = await signedIn();
  await tab.signOut("signed-out");
  expect(asked.at(-1)).toBe("DELETE /api/v1/session");
  expect(tab.state()).toEqual({ kind: "signed-out", ending: "signed-out" });
  expect(kept.size).toBe(0);
});
