import type { CaseDetail } from "@/api/model";
import { type Tone, tones } from "@/app/theme";
import { Entry } from "@/components/Entry";
import { Mark } from "@/components/Mark";
import { Section } from "@/components/Section";
import { showMoney } from "@/lib/money";
import { codeWords } from "@/locales/codes";
import { useWords, wordFor } from "@/locales/words";
import { agreementWords } from "./words/agreement";

const tone: Record<string, Tone> = { performed: tones.green, broken: tones.red, disputed: tones.red };

/** What became of each obligation of the agreement in force, and the log that says so. */
export function PerformanceSection({ detail }: { detail: CaseDetail }) {
  const { obligations: words } = useWords(agreementWords);
  const { performance } = useWords(codeWords);
  const { obligations, drafts, agreement } = detail;
  if (obligations.length === 0) return null;
  const clauses = drafts.find(({ id }) => id === agreement?.draft)?.clauses ?? [];
  return (
    <Section title={words.title}>
      <ol className="clauses">
        {obligations.map(({ clause, state, paid_cents }) => (
          <li key={clause}>
            <div className="row">
              <Mark tone={tone[state] ?? tones.amber}>{wordFor(words.state, state)}</Mark>
              {paid_cents > 0 && <span className="figures">{words.paid(showMoney(paid_cents))}</span>}
            </div>
            <p className="prose">{clauses.find(({ id }) => id === clause)?.text}</p>
            <ul className="plain">
              {detail.performance
                .filter(({ obligation }) => obligation === clause)
                .map((entry) => (
                  <Entry
                    key={entry.id}
                    author={entry.author_name}
                    at={entry.at}
                    marks={
                      <>
                        <Mark tone={tones.grey}>{wordFor(performance, entry.state)}</Mark>
                        {entry.amount_cents > 0 && (
                          <span className="figures">{showMoney(entry.amount_cents)}</span>
                        )}
                        {entry.means && <span>{entry.means}</span>}
                      </>
                    }
                  />
                ))}
            </ul>
          </li>
        ))}
      </ol>
    </Section>
  );
}
