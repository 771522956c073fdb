import { Descriptions } from "antd";
import type { CaseDetail, Party } from "@/api/model";
import { tones } from "@/app/theme";
import { Mark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { Section } from "@/components/Section";
import { showMoney } from "@/lib/money";
import { useWords, wordFor } from "@/locales/words";
import type { Intake } from "../model";

/** What the case is about, and between whom. */
export function OverviewTab({ detail }: { detail: CaseDetail }) {
  return (
    <div className="stack">
      <IntakeSection intake={detail.intake} />
      <PartiesSection parties={detail.parties} />
    </div>
  );
}

function IntakeSection({ intake }: { intake: Intake }) {
  const words = useWords();
  const { none } = words;
  const items = [
    {
      key: "channel",
      label: words.intake.channel,
      children: intake.channel ? wordFor(words.channel, intake.channel) : none,
    },
    {
      key: "externalNo",
      label: words.intake.externalNo,
      children: <span className="code">{intake.external_no ?? none}</span>,
    },
    {
      key: "occurred",
      label: words.intake.occurred,
      children: intake.occurred_at ? <Moment at={intake.occurred_at} /> : none,
    },
    { key: "persons", label: words.intake.persons, children: intake.persons ?? none },
    {
      key: "amount",
      label: words.intake.amount,
      children:
        intake.amount_cents == null ? (
          none
        ) : (
          <span className="figures">{showMoney(intake.amount_cents)}</span>
        ),
    },
    { key: "injury", label: words.intake.injury, children: wordFor(words.injury, intake.injury ?? "", none) },
    { key: "place", label: words.intake.place, span: "filled" as const, children: intake.address ?? none },
  ];
  return (
    <Section title={words.intake.title}>
      <h3 className="case-subtitle">{words.intake.summary}</h3>
      <p className="prose">{intake.summary || words.intake.noSummary}</p>
      <Descriptions size="small" column={{ xs: 1, md: 2 }} items={items} style={{ marginTop: 16 }} />
    </Section>
  );
}

function PartiesSection({ parties }: { parties: Party[] }) {
  const { parties: words } = useWords();
  return (
    <Section
      title={words.title}
      extra={<span className="soft small">{words.masked}</span>}
      empty={parties.length === 0 && words.empty}
    >
      <ul className="plain case-parties">
        {parties.map((party) => (
          <li key={party.id} data-withdrawn={party.withdrawn || !!party.alias_of}>
            <Mark tone={party.side === "a" ? tones.blue : party.side === "b" ? tones.green : tones.grey}>
              {wordFor(words.side, party.side)}
            </Mark>
            <span className="case-party-name">{party.name_masked}</span>
            <span className="soft small">{wordFor(words.kind, party.kind)}</span>
            {party.is_minor && <Mark tone={tones.amber}>{words.minor}</Mark>}
            {party.is_representative && <Mark tone={tones.grey}>{words.representative}</Mark>}
            {party.withdrawn && <Mark tone={tones.grey}>{words.withdrawn}</Mark>}
            {party.alias_of && <Mark tone={tones.grey}>{words.alias}</Mark>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
