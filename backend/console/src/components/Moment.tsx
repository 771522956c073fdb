import { showDay, showMinute, showSecond } from "@/lib/time";

const shown = { day: showDay, minute: showMinute, second: showSecond };

/** A moment in Asia/Shanghai, readable by machines as well. */
export function Moment({ at, precision = "minute" }: { at: string; precision?: keyof typeof shown }) {
  return <time dateTime={at}>{shown[precision](at)}</time>;
}
