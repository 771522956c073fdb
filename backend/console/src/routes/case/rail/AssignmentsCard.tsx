import { tones } from "@/app/theme";
import { Mark } from "@/components/Mark";
import { Section } from "@/components/Section";
import { showMinute } from "@/lib/time";
import { useWords, wordFor } from "@/locales/words";
import type { Words } from "@/locales/zh-CN";
import type { Assignment } from "../model";

/** Who answers for the case, and who did before. */
export function AssignmentsCard({ assignments }: { assignments: Assignment[] }) {
  const words = useWords();
  return (
    <Section title={words.assignments.title} empty={assignments.length === 0 && words.assignments.empty}>
      <ul className="plain rail-list">
        {assignments.map((assignment) => (
          <li key={`${assignment.user_id} ${assignment.duty} ${assignment.from}`}>
            <div className="row spread">
              <strong>{assignment.name ?? words.none}</strong>
              {assignment.departed && <Mark tone={tones.red}>{words.assignments.departed}</Mark>}
              <Mark tone={assignment.to ? tones.grey : tones.blue}>
                {wordFor(words.assignments.duty, assignment.duty, assignment.duty_zh)}
              </Mark>
            </div>
            <div className="small soft">
              {wordFor(words.role, assignment.role)}
              {assignment.org_name && ` · ${assignment.org_name}`}
            </div>
            {assignment.expected && !assignment.to && (
              <div className="small">{words.assignments.expected(assignment.expected)}</div>
            )}
            <div className="small soft figures">{state(assignment, words.assignments)}</div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function state({ signed_at, to }: Assignment, words: Words["assignments"]): string {
  if (to) return words.ended(showMinute(to));
  return signed_at ? words.signed(showMinute(signed_at)) : words.waiting;
}
