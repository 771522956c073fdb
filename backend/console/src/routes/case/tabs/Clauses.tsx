import { Descriptions } from "antd";
import { tones } from "@/app/theme";
import { Mark } from "@/components/Mark";
import { showMoney } from "@/lib/money";
import type { PartyNames } from "@/lib/parties";
import { NONE } from "@/locales/dictionary";
import { useWords } from "@/locales/words";
import type { Draft } from "../model";
import { agreementWords } from "./words/agreement";

type Clause = Draft["clauses"][number];
type Terms = NonNullable<Clause["terms"]>;

/** The clauses in their order, each with its promise. */
export function Clauses({ clauses, names }: { clauses: Clause[]; names: PartyNames }) {
  const { disputed } = useWords(agreementWords);
  return (
    <ol className="clauses">
      {clauses.map((clause) => (
        <li key={clause.id}>
          <p className="prose">{clause.text}</p>
          {clause.disputed && <Mark tone={tones.red}>{disputed}</Mark>}
          {clause.terms && <TermsOf terms={clause.terms} names={names} />}
        </li>
      ))}
    </ol>
  );
}

function TermsOf({ terms, names }: { terms: Terms; names: PartyNames }) {
  const { terms: words } = useWords(agreementWords);
  const items = [
    { key: "obligor", label: words.obligor, children: names(terms.obligor) },
    { key: "obligee", label: words.obligee, children: names(terms.obligee) },
    {
      key: "amount",
      label: words.amount,
      children: `${showMoney(terms.amount_cents)}（${terms.amount_words}）`,
    },
    { key: "method", label: words.method, children: terms.method || NONE },
    { key: "onBreach", label: words.onBreach, children: terms.on_breach || NONE },
  ];
  return <Descriptions className="terms" size="small" column={{ xs: 1, md: 2 }} items={items} />;
}
