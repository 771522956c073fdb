import { Descriptions } from "antd";
import type { CaseDetail } from "@/api/model";
import { tones } from "@/app/theme";
import { Mark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { Section } from "@/components/Section";
import { showMoney } from "@/lib/money";
import { codeWords } from "@/locales/codes";
import { NONE } from "@/locales/dictionary";
import { useWords, wordFor } from "@/locales/words";
import { useWithheld } from "../useWithheld";
import { TransferNotices } from "./Notices";
import { overviewWords } from "./words/overview";

/** What the case is about, and between whom. */
export function OverviewTab({ detail }: { detail: CaseDetail }) {
  return (
    <div className="stack">
      <IntakeSection detail={detail} />
      <PartiesSection detail={detail} />
      <TransferNotices detail={detail} />
    </div>
  );
}

function IntakeSection({ detail }: { detail: CaseDetail }) {
  const { intake } = detail;
  const withheld = useWithheld(detail);
  const { intake: words, injury } = useWords(overviewWords);
  const { channel } = useWords(codeWords);
  const items = [
    {
      key: "channel",
      label: words.channel,
      children: intake.channel ? wordFor(channel, intake.channel) : NONE,
    },
    {
      key: "externalNo",
      label: words.externalNo,
      children: <span className="code">{intake.external_no ?? NONE}</span>,
    },
    {
      key: "occurred",
      label: words.occurred,
      children: intake.occurred_at ? <Moment at={intake.occurred_at} /> : NONE,
    },
    { key: "persons", label: words.persons, children: intake.persons ?? NONE },
    {
      key: "amount",
      label: words.amount,
      children:
        intake.amount_cents == null ? (
          NONE
        ) : (
          <span className="figures">{showMoney(intake.amount_cents)}</span>
        ),
    },
    {
      key: "injury",
      label: words.injury,
      children: withheld("risk") ?? wordFor(injury, intake.injury ?? "", NONE),
    },
    {
      key: "place",
      label: words.place,
      span: "filled" as const,
      children: withheld("names") ?? intake.address ?? NONE,
    },
  ];
  return (
    <Section title={words.title}>
      <h3 className="case-subtitle">{words.summary}</h3>
      <p className="prose">{intake.summary || words.noSummary}</p>
      <Descriptions size="small" column={{ xs: 1, md: 2 }} items={items} style={{ marginTop: 16 }} />
    </Section>
  );
}

function PartiesSection({ detail }: { detail: CaseDetail }) {
  const { parties } = detail;
  const withheld = useWithheld(detail);
  const { parties: words } = useWords(overviewWords);
  return (
    <Section
      title={words.title}
      extra={<span className="soft small">{words.masked}</span>}
      empty={parties.length === 0 && withheld("names", words.empty)}
    >
      <ul className="plain case-parties">
        {parties.map((party) => (
          <li key={party.id} data-withdrawn={party.withdrawn || !!party.alias_of}>
            <Mark tone={party.side === "a" ? tones.blue : party.side === "b" ? tones.green : tones.grey}>
              {wordFor(words.side, party.side)}
            </Mark>
            <span className="case-party-name">{party.name_masked}</span>
            <span className="soft small">{wordFor(words.kind, party.kind)}</span>
            {party.is_minor == null && <span className="soft small">{withheld("flags")}</span>}
            {party.is_minor && <Mark tone={tones.amber}>{words.minor}</Mark>}
            {party.is_incapacitated && <Mark tone={tones.amber}>{words.incapacitated}</Mark>}
            {party.is_representative && <Mark tone={tones.grey}>{words.representative}</Mark>}
            {party.withdrawn && <Mark tone={tones.grey}>{words.withdrawn}</Mark>}
            {party.alias_of && <Mark tone={tones.grey}>{words.alias}</Mark>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
