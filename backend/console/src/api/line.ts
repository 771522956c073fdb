/** Keeps one stream of events open: reads it, notices silence, and opens it again with growing pauses. */

import { readEvents } from "@/lib/sse";

export type LineState = "connecting" | "live" | "lost";

export interface Line {
  signal: AbortSignal;
  open: (signal: AbortSignal) => Promise<Response>;
  onState: (state: LineState) => void;
  /** Events may have been missed: everything shown may be old. */
  onGap: () => void;
  onCase: (caseId: string) => void;
  /** A danger waits for somebody to call the police. */
  onCall: () => void;
  /** Waits, or returns early when the signal is aborted; tests bring their own. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** The server sends a comment every fifteen seconds; three missed ones mean a dead line. */
const SILENCE_MS = 50_000;

/** Follows the line until the signal is aborted. Never throws. */
export async function follow(line: Line): Promise<void> {
  const pause = line.pause ?? sleep;
  let failures = 0;
  while (!line.signal.aborted) {
    const stood = await once(line);
    if (line.signal.aborted) return;
    line.onState("lost");
    failures = stood ? 0 : failures + 1;
    await pause(pauseAfter(failures), line.signal);
  }
}

/** The pause before the next attempt: it doubles with each failure in a row. */
export function pauseAfter(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
}

/** Reads one stream to its end; says whether it ever stood. */
async function once(line: Line): Promise<boolean> {
  const stop = new AbortController();
  const signal = AbortSignal.any([line.signal, stop.signal]);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const beat = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stop.abort(), SILENCE_MS);
  };
  let stood = false;
  try {
    beat();
    const answer = await line.open(signal);
    if (!answer.ok || !answer.body) return false;
    stood = true;
    line.onState("live");
    line.onGap();
    for await (const event of readEvents(answer.body, beat)) {
      const caseId = event.event === "case" ? caseOf(event.data) : undefined;
      if (caseId) line.onCase(caseId);
      if (event.event === "danger_call") line.onCall();
      if (event.event === "lagged") line.onGap();
      // This person has more windows open than the server serves: the newest are, and this one asks
      // again later.
      if (event.event === "replaced") return false;
    }
    return stood;
  } catch {
    // Every way in which a line breaks has the same cure: wait and open it again.
    return stood;
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}

function caseOf(data: string): string | undefined {
  try {
    const { case_id: id } = JSON.parse(data) as { case_id?: unknown };
    return typeof id === "string" ? id : undefined;
  } catch {
    return undefined;
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
