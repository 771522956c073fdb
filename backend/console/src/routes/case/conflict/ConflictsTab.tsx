import type { CaseDetail } from "@/api/model";
import { Section } from "@/components/Section";
import { useWords } from "@/locales/words";
import { ConflictCard } from "./ConflictCard";
import { conflictWords } from "./words";

/** The disagreements in the document, those that wait for a ruling first. */
export function ConflictsTab({ detail }: { detail: CaseDetail }) {
  const words = useWords(conflictWords);
  if (detail.conflicts.length === 0) return <Section title={words.title} empty={words.empty} />;
  const ordered = detail.conflicts.toSorted(
    (a, b) => Number(Boolean(a.settled)) - Number(Boolean(b.settled)),
  );
  return (
    <div className="stack">
      {ordered.map((conflict) => (
        <ConflictCard key={conflict.id} conflict={conflict} detail={detail} />
      ))}
    </div>
  );
}
