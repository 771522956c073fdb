import type { Deadline } from "@/api/model";
import { tones } from "@/app/theme";
import { Mark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { Section } from "@/components/Section";
import { minutesUntil, showMinute } from "@/lib/time";
import { useWords, wordFor } from "@/locales/words";

/** All clocks of the case; those that run come first. */
export function DeadlinesCard({ deadlines }: { deadlines: Deadline[] }) {
  const { deadlines: words, deadlineKind } = useWords();
  const ordered = deadlines.toSorted(
    (a, b) =>
      Number(Boolean(a.met_at)) - Number(Boolean(b.met_at)) || Date.parse(a.due_at) - Date.parse(b.due_at),
  );
  return (
    <Section title={words.title} empty={deadlines.length === 0 && words.empty}>
      <ul className="plain rail-list">
        {ordered.map((deadline) => (
          <li key={`${deadline.kind} ${deadline.starts_at}`}>
            <div className="row spread">
              <strong>{wordFor(deadlineKind, deadline.kind, deadline.kind_zh)}</strong>
              <Rest deadline={deadline} />
            </div>
            <div className="small soft">
              {words.due} <Moment at={deadline.due_at} />
            </div>
            {deadline.basis && (
              <div className="small soft">
                {words.basis} {deadline.basis}
              </div>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

const DAY = 24 * 60;

function Rest({ deadline: { due_at, met_at } }: { deadline: Deadline }) {
  const { deadlines: words } = useWords();
  if (met_at) return <span className="small soft">{words.met(showMinute(met_at).slice(5))}</span>;
  const minutes = minutesUntil(due_at);
  if (minutes < 0) return <Mark tone={tones.red}>{words.over(-minutes)}</Mark>;
  return <Mark tone={minutes < DAY ? tones.amber : tones.grey}>{words.left(minutes)}</Mark>;
}
