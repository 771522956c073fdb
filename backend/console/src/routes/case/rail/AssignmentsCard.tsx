import { tones } from "@/app/theme";
import { Mark } from "@/components/Mark";
import { Section } from "@/components/Section";
import { showMinute } from "@/lib/time";
import type { WordsOf } from "@/locales/dictionary";
import { NONE } from "@/locales/dictionary";
import { kindWords } from "@/locales/kinds";
import { useWords, wordFor } from "@/locales/words";
import type { Assignment } from "../model";
import { railWords } from "./words";

/** Who answers for the case, and who did before. */
export function AssignmentsCard({ assignments }: { assignments: Assignment[] }) {
  const { assignments: words } = useWords(railWords);
  const { role } = useWords(kindWords);
  return (
    <Section title={words.title} empty={assignments.length === 0 && words.empty}>
      <ul className="plain rail-list">
        {assignments.map((assignment) => (
          <li key={`${assignment.user_id} ${assignment.duty} ${assignment.from}`}>
            <div className="row spread">
              <strong>{assignment.name ?? NONE}</strong>
              {assignment.departed && <Mark tone={tones.red}>{words.departed}</Mark>}
              <Mark tone={assignment.to ? tones.grey : tones.blue}>
                {wordFor(words.duty, assignment.duty, assignment.duty_zh)}
              </Mark>
            </div>
            <div className="small soft">
              {wordFor(role, assignment.role)}
              {assignment.org_name && ` · ${assignment.org_name}`}
            </div>
            {assignment.expected && !assignment.to && (
              <div className="small">{words.expected(assignment.expected)}</div>
            )}
            <div className="small soft figures">{state(assignment, words)}</div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function state({ signed_at, to }: Assignment, words: WordsOf<typeof railWords>["assignments"]): string {
  if (to) return words.ended(showMinute(to));
  return signed_at ? words.signed(showMinute(signed_at)) : words.waiting;
}
