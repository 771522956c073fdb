/** What stands between a form and its sending: that the case moved on since it was begun, or what the server refused. */

import { Alert, Button } from "antd";
import type { CaseDetail } from "@/api/model";
import { isStale } from "@/api/problem";
import { useWords } from "@/locales/words";
import { EventName } from "./EventName";
import { ProblemPanel } from "./ProblemPanel";
import { componentWords } from "./words";

type TrailEntry = CaseDetail["trail"][number];

interface Props {
  hasMoved: boolean;
  /** What the form is for cannot be done any more. */
  isGone?: boolean;
  /** What happened since, the newest first, where that is known. */
  news?: TrailEntry[];
  error: unknown;
  /** The newest state was looked at, and the form goes on with it. */
  onSeen: () => void;
}

export function FormNotice({ hasMoved, isGone = false, news = [], error, onSeen }: Props) {
  const { moved: words } = useWords(componentWords);
  // Whether the page learned of it first or the server refused: what is to be done is the same.
  const isLate = hasMoved || isGone || isStale(error);
  if (!isLate) return error ? <ProblemPanel error={error} /> : null;
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      title={words.title}
      description={
        <>
          {news.length > 0 && <News news={news} />}
          <div>{isGone ? words.gone : words.next}</div>
        </>
      }
      action={
        !isGone && (
          <Button size="small" onClick={onSeen}>
            {words.seen}
          </Button>
        )
      }
    />
  );
}

/** How many events are named; whoever wants more finds them in the trail. */
const NAMED = 5;

function News({ news }: { news: TrailEntry[] }) {
  return (
    <ul className="plain">
      {news.slice(0, NAMED).map((entry, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one event may stand there twice
        <li key={i}>
          <EventName event={entry.event} zh={entry.event_zh} /> {entry.by_name}
          {entry.zh !== entry.event_zh && <span lang="zh-CN">：{entry.zh}</span>}
        </li>
      ))}
    </ul>
  );
}
