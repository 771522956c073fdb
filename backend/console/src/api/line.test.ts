import { expect, test } from "vitest";
import { follow, type LineState, pauseAfter } from "./line";

/** Runs a line over the given answers; it stops when they are used up. */
async function run(...answers: (() => Response)[]) {
  const stop = new AbortController();
  const states: LineState[] = [];
  const cases: string[] = [];
  const pauses: number[] = [];
  let gaps = 0;
  let calls = 0;
  await follow({
    signal: stop.signal,
    open: async () => {
      const answer = answers.shift();
      if (!answer) throw new TypeError("Failed to fetch");
      return answer();
    },
    onState: (state) => states.push(state),
    onGap: () => gaps++,
    onCase: (id) => cases.push(id),
    onCall: () => calls++,
    pause: async (ms) => {
      pauses.push(ms);
      if (answers.length === 0) stop.abort();
    },
  });
  return { states, cases, pauses, gaps, calls };
}

const away = () => {
  throw new TypeError("Failed to fetch");
};

test("a danger that waits for a call is told", async () => {
  const { calls } = await run(() => new Response('event: danger_call\ndata: {"case_id":"c1"}\n\n'));
  expect(calls).toBe(1);
});

test("each named case is reported and other events are not", async () => {
  const { cases } = await run(
    () =>
      new Response(
        'event: case\ndata: {"case_id":"c1","version":3}\n\nevent: other\ndata: {"case_id":"c2"}\n\n',
      ),
  );
  expect(cases).toEqual(["c1"]);
});

test("an event that cannot be read does not break the line", async () => {
  const { cases } = await run(
    () => new Response('event: case\ndata: nonsense\n\nevent: case\ndata: {"case_id":"c1"}\n\n'),
  );
  expect(cases).toEqual(["c1"]);
});

test("a line that ends is lost, opened again and caught up", async () => {
  const { states, gaps } = await run(
    () => new Response(": hello\n\n"),
    () => new Response(": hello\n\n"),
  );
  expect(states).toEqual(["live", "lost", "live", "lost"]);
  expect(gaps).toBe(2);
});

test("pauses grow while newer windows of the same person take the line", async () => {
  const replaced = () => new Response("event: hello\ndata: {}\n\nevent: replaced\ndata: {}\n\n");
  const { pauses } = await run(replaced, replaced, replaced);
  expect(pauses).toEqual([2_000, 4_000, 8_000]);
});

test("pauses grow while the server is away", async () => {
  const { pauses, states } = await run(away, away, away);
  expect(pauses).toEqual([2_000, 4_000, 8_000]);
  expect(states).not.toContain("live");
});

test("a refused line is not live", async () => {
  const { states } = await run(() => new Response(null, { status: 403 }));
  expect(states).toEqual(["lost"]);
});

test("a reader that was too slow reads everything anew", async () => {
  const { gaps } = await run(() => new Response("event: lagged\ndata: {}\n\n"));
  expect(gaps).toBe(2);
});

test("no pause is longer than half a minute", () => {
  expect(pauseAfter(20)).toBe(30_000);
});
