import { Descriptions } from "antd";
import type { CaseDetail } from "@/api/model";
import { tones } from "@/app/theme";
import { Mark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { Section } from "@/components/Section";
import { type PartyNames, partyNames } from "@/lib/parties";
import { NONE } from "@/locales/dictionary";
import { useWords, wordFor } from "@/locales/words";
import type { Agreement, Draft } from "../model";
import { useWithheld } from "../useWithheld";
import { Clauses } from "./Clauses";
import { BreachNotices } from "./Notices";
import { PerformanceSection } from "./PerformanceSection";
import { agreementWords } from "./words/agreement";

/** The drafts of the agreement, newest first, and what became of them. */
export function AgreementTab({ detail }: { detail: CaseDetail }) {
  const words = useWords(agreementWords);
  const { drafts, agreement } = detail;
  const names = partyNames(detail.parties);
  const withheld = useWithheld(detail);
  if (drafts.length === 0) {
    return <Section title={words.title} empty={withheld("agreement", withheld("drafts", words.empty))} />;
  }
  return (
    <div className="stack">
      {drafts
        .map((draft, i) => (
          <DraftSection
            key={draft.id}
            draft={draft}
            number={i + 1}
            names={names}
            agreement={agreement?.draft === draft.id ? agreement : undefined}
          />
        ))
        .reverse()}
      <PerformanceSection detail={detail} />
      <BreachNotices detail={detail} />
    </div>
  );
}

interface Props {
  draft: Draft;
  number: number;
  names: PartyNames;
  /** What the server holds of this draft, once it was frozen. */
  agreement: Agreement | undefined;
}

function DraftSection({ draft, number, names, agreement }: Props) {
  const words = useWords(agreementWords);
  return (
    <Section
      title={`${wordFor(words.form, draft.form)} · ${words.draft(number)}`}
      extra={
        <>
          {draft.moved && <Mark tone={tones.red}>{words.moved[draft.moved]}</Mark>}
          <Mark tone={draft.frozen ? tones.green : tones.grey}>
            {draft.frozen ? words.frozen : words.open}
          </Mark>
        </>
      }
    >
      {agreement && <AgreementFacts agreement={agreement} />}
      <h3 className="case-subtitle">{words.clauses}</h3>
      <Clauses clauses={draft.clauses} names={names} />
      <h3 className="case-subtitle">{words.signatures}</h3>
      <Signatures signatures={draft.signatures} names={names} />
    </Section>
  );
}

function AgreementFacts({ agreement }: { agreement: Agreement }) {
  const words = useWords(agreementWords);
  const items = [
    {
      key: "effective",
      label: words.effective,
      children: agreement.effective_at ? <Moment at={agreement.effective_at} /> : words.notEffective,
    },
    { key: "number", label: words.number, children: agreement.number ?? NONE },
    { key: "seal", label: words.seal, children: agreement.seal_no ?? NONE },
    {
      key: "hash",
      label: words.contentHash,
      children: (
        <span className="code" title={agreement.content_hash}>
          {agreement.content_hash.slice(0, 16)}
        </span>
      ),
    },
  ];
  return <Descriptions size="small" column={{ xs: 1, md: 2 }} items={items} />;
}

function Signatures({ signatures, names }: { signatures: Draft["signatures"]; names: PartyNames }) {
  const words = useWords(agreementWords);
  if (signatures.length === 0) return <p className="soft">{words.noSignatures}</p>;
  return (
    <ul className="plain">
      {signatures.map((signature) => (
        <li key={signature.id} className="row">
          <strong>{signature.party ? names(signature.party) : words.mediator}</strong>
          <span>{wordFor(words.medium, signature.medium)}</span>
          <span className="soft">
            <Moment at={signature.at} />
          </span>
          {signature.scan && <span className="soft">{words.pictured}</span>}
          {!signature.valid && <Mark tone={tones.red}>{words.invalidSignature}</Mark>}
        </li>
      ))}
    </ul>
  );
}
