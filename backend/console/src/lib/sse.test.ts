import { expect, test } from "vitest";
import { parseBlock, readEvents, type ServerEvent } from "./sse";

function stream(...chunks: string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
}

async function collect(body: ReadableStream<Uint8Array>, onBeat = () => {}): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  for await (const event of readEvents(body, onBeat)) events.push(event);
  return events;
}

test("an event that arrives in pieces is put together", async () => {
  const events = await collect(stream("event: ca", 'se\ndata: {"case_id"', ':"1"}\n', "\n"));
  expect(events).toEqual([{ event: "case", data: '{"case_id":"1"}' }]);
});

test("a comment keeps the line alive and is no event", async () => {
  let beats = 0;
  expect(await collect(stream(": ping\n\n"), () => beats++)).toEqual([]);
  expect(beats).toBe(1);
});

test("windows line ends and several data lines are understood", async () => {
  expect(await collect(stream("data: a\r\ndata: b\r\n\r\n"))).toEqual([{ event: "message", data: "a\nb" }]);
});

test("an unfinished event at the end is dropped", async () => {
  expect(await collect(stream("data: a\n\ndata: b"))).toEqual([{ event: "message", data: "a" }]);
});

test("a block without data is no event", () => {
  expect(parseBlock("event: case")).toBeUndefined();
});
