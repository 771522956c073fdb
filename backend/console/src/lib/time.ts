/** Times: stored in UTC, shown in Asia/Shanghai whatever the browser's own zone is. */

const ZONE = "Asia/Shanghai";

const parts = new Intl.DateTimeFormat("en-CA", {
  timeZone: ZONE,
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** `2026-11-22 15:04`. */
export function showMinute(at: string): string {
  return show(at, "minute");
}

/** `2026-11-22 15:04:09`, for the trail, where seconds decide an order. */
export function showSecond(at: string): string {
  return show(at, "second");
}

/** `2026-11-22`. */
export function showDay(at: string): string {
  return show(at, "day");
}

/** How far a device's claim lies from the server's receipt. */
export type Gap = { kind: "close" } | { kind: "late"; minutes: number } | { kind: "ahead"; minutes: number };

/** Below this a receipt counts as immediate. */
const LATE_MINUTES = 10;
/** A clock that runs this far ahead of the server is worth a remark. */
const AHEAD_MINUTES = 2;

/** Compares the two times of one event. */
export function gap(claimedAt: string, receivedAt: string): Gap {
  const minutes = Math.round((Date.parse(receivedAt) - Date.parse(claimedAt)) / 60_000);
  if (minutes >= LATE_MINUTES) return { kind: "late", minutes };
  if (minutes <= -AHEAD_MINUTES) return { kind: "ahead", minutes: -minutes };
  return { kind: "close" };
}

/** Whole days, hours and minutes of a span, the two largest parts that are not zero. */
export function split(minutes: number): { days: number; hours: number; minutes: number } {
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  return { days, hours, minutes: days > 0 ? 0 : minutes % 60 };
}

/** Minutes from now until then; negative when it has passed. */
export function minutesUntil(at: string, now: number = Date.now()): number {
  return Math.floor((Date.parse(at) - now) / 60_000);
}

function show(at: string, precision: "day" | "minute" | "second"): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return at;
  const part = Object.fromEntries(parts.formatToParts(date).map(({ type, value }) => [type, value]));
  const day = `${part.year}-${part.month}-${part.day}`;
  if (precision === "day") return day;
  const minute = `${day} ${part.hour}:${part.minute}`;
  return precision === "minute" ? minute : `${minute}:${part.second}`;
}
