import { Descriptions } from "antd";
import type { Draft } from "@/api/model";
import { showMoney } from "@/lib/money";
import { useWords } from "@/locales/words";

type Clause = Draft["clauses"][number];
type Terms = NonNullable<Clause["terms"]>;

/** The clauses in their order, each with its promise. */
export function Clauses({ clauses }: { clauses: Clause[] }) {
  return (
    <ol className="clauses">
      {clauses.map((clause) => (
        <li key={clause.id}>
          <p className="prose">{clause.text}</p>
          {clause.terms && <TermsOf terms={clause.terms} />}
        </li>
      ))}
    </ol>
  );
}

function TermsOf({ terms }: { terms: Terms }) {
  const { agreement, none } = useWords();
  const words = agreement.terms;
  const items = [
    { key: "obligor", label: words.obligor, children: terms.obligor },
    { key: "obligee", label: words.obligee, children: terms.obligee },
    {
      key: "amount",
      label: words.amount,
      children: `${showMoney(terms.amount_cents)}（${terms.amount_words}）`,
    },
    {
      key: "schedule",
      label: words.schedule,
      children:
        terms.schedule.map(({ due, amount_cents }) => `${due} ${showMoney(amount_cents)}`).join("；") || none,
    },
    { key: "method", label: words.method, children: terms.method || none },
    { key: "onBreach", label: words.onBreach, children: terms.on_breach || none },
  ];
  return <Descriptions className="terms" size="small" column={{ xs: 1, md: 2 }} items={items} />;
}
