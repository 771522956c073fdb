import { standingTone } from "@/app/theme";
import { Mark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { Section } from "@/components/Section";
import { minutesUntil, showMinute } from "@/lib/time";
import type { WordsOf } from "@/locales/dictionary";
import { kindWords } from "@/locales/kinds";
import { useWords, wordFor } from "@/locales/words";
import { courseWords } from "../course/words";
import type { Deadline } from "../model";
import { railWords } from "./words";

/** The most urgent first; what is over comes last. */
const order = ["overdue", "soon90", "soon75", "running", "paused", "met", "waived", "ended"];

/** All clocks of the case with how they stand, as the server reckons. */
export function DeadlinesCard({ deadlines }: { deadlines: Deadline[] }) {
  const { deadlines: words } = useWords(railWords);
  const rank = ({ standing }: Deadline) => order.indexOf(standing);
  const ordered = deadlines.toSorted(
    (a, b) => rank(a) - rank(b) || Date.parse(a.due_at) - Date.parse(b.due_at),
  );
  const isOver = (d: Deadline) => ["met", "waived", "ended"].includes(d.standing);
  const open = ordered.filter((d) => !isOver(d));
  const over = ordered.filter(isOver);
  return (
    <Section title={words.title} empty={deadlines.length === 0 && words.empty}>
      {open.length > 0 ? <Clocks clocks={open} /> : <p className="soft small">{words.empty}</p>}
      {over.length > 0 && (
        <details className="clocks-over">
          <summary>{words.overCount(over.length)}</summary>
          <Clocks clocks={over} />
        </details>
      )}
    </Section>
  );
}

function Clocks({ clocks }: { clocks: Deadline[] }) {
  return (
    <ul className="plain rail-list">
      {clocks.map((clock) => (
        <Clock key={`${clock.kind} ${JSON.stringify(clock.subject)} ${clock.starts_at}`} clock={clock} />
      ))}
    </ul>
  );
}

function Clock({ clock }: { clock: Deadline }) {
  const { deadlines } = useWords(railWords);
  const { dueVisits } = useWords(courseWords);
  const { deadlineKind } = useWords(kindWords);
  return (
    <li>
      <div className="row spread">
        <strong>
          {wordFor(deadlineKind, clock.kind, clock.kind_zh)}
          {clock.subject?.n != null && ` ${dueVisits.nth(clock.subject.n)}`}
        </strong>
        <Mark tone={clock.late ? standingTone("overdue") : standingTone(clock.standing)}>
          {standing(clock, deadlines)}
        </Mark>
      </div>
      <div className="small soft">
        {deadlines.due} <Moment at={clock.due_at} />
      </div>
      <div className="row small soft">
        {clock.extended_days > 0 && <span>{deadlines.extended(clock.extended_days)}</span>}
        {clock.pauses.length > 0 && <span>{deadlines.paused(clock.pauses.length)}</span>}
        {clock.waived && <span>{clock.waived.why}</span>}
        {clock.basis && (
          <span>
            {deadlines.basis} {clock.basis}
          </span>
        )}
      </div>
    </li>
  );
}

function standing(
  { standing: word, due_at, met_at, late }: Deadline,
  deadlines: WordsOf<typeof railWords>["deadlines"],
): string {
  const minutes = minutesUntil(due_at);
  switch (word) {
    case "met":
      return met_at ? (late ? deadlines.metLate : deadlines.met)(showMinute(met_at).slice(5)) : word;
    case "overdue":
      return deadlines.over(-minutes);
    case "running":
    case "soon75":
    case "soon90":
      return deadlines.left(Math.max(minutes, 0));
    default:
      return wordFor(deadlines.standing, word);
  }
}
