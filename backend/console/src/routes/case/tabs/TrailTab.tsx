import type { TableColumnsType } from "antd";
import { tones } from "@/app/theme";
import { columnsOf } from "@/components/columns";
import { EventName } from "@/components/EventName";
import { Mark, StatusMark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { Section } from "@/components/Section";
import { WideTable } from "@/components/WideTable";
import { gap } from "@/lib/time";
import type { WordsOf } from "@/locales/dictionary";
import { kindWords } from "@/locales/kinds";
import { useWords } from "@/locales/words";
import type { TrailEntry } from "../model";
import { trailWords } from "./words/trail";

/** What happened, in the order in which the server learned of it: the claim of the device beside the fact of receipt. */
export function TrailTab({ trail }: { trail: TrailEntry[] }) {
  const words = useWords(trailWords);
  const { role } = useWords(kindWords);
  const numbered = trail.map((entry, i) => ({ ...entry, no: i + 1 }));
  return (
    <Section
      title={words.title}
      extra={<span className="soft small">{words.explain}</span>}
      empty={trail.length === 0 && words.empty}
    >
      <WideTable<TrailEntry & { no: number }>
        name={words.caption}
        width={760}
        rowKey="no"
        dataSource={numbered}
        columns={columns(words.columns, role.system)}
      />
    </Section>
  );
}

function columns(
  title: WordsOf<typeof trailWords>["columns"],
  system: string,
): TableColumnsType<TrailEntry & { no: number }> {
  return columnsOf(
    { ...title, no: "#" },
    {
      no: { width: 44, show: ({ no }) => <span className="soft figures">{no}</span> },
      event: (entry) => (
        <div>
          <EventName event={entry.event} zh={entry.event_zh} />
          {entry.zh !== entry.event_zh && (
            <div className="small" lang="zh-CN">
              {entry.zh}
            </div>
          )}
          {entry.words && (
            <div className="small soft" lang="zh-CN">
              {entry.words}
            </div>
          )}
        </div>
      ),
      by: ({ by_name }) => by_name ?? <span className="soft">{system}</span>,
      claimed: (entry) => <Claimed entry={entry} />,
      received: ({ received_at }) => <Moment at={received_at} precision="second" />,
      status: (entry) => <Step entry={entry} />,
    },
  );
}

function Claimed({ entry: { claimed_at, received_at } }: { entry: TrailEntry }) {
  const words = useWords(trailWords);
  if (!claimed_at) return <span className="soft">{words.noClaim}</span>;
  const distance = gap(claimed_at, received_at);
  return (
    <div>
      <Moment at={claimed_at} precision="second" />
      <div>
        {distance.kind === "late" && <Mark tone={tones.amber}>{words.late(distance.minutes)}</Mark>}
        {distance.kind === "ahead" && <Mark tone={tones.red}>{words.ahead(distance.minutes)}</Mark>}
      </div>
    </div>
  );
}

function Step({ entry: { from, from_zh, to, to_zh } }: { entry: TrailEntry }) {
  if (from === to) return <StatusMark status={to} zh={to_zh} />;
  return (
    <span className="row case-step">
      <StatusMark status={from} zh={from_zh} />
      <span aria-hidden="true">→</span>
      <StatusMark status={to} zh={to_zh} />
    </span>
  );
}
