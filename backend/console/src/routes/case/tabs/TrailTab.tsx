import { Table, type TableColumnsType } from "antd";
import type { TrailEntry } from "@/api/model";
import { tones } from "@/app/theme";
import { Mark, StatusMark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { Section } from "@/components/Section";
import { gap } from "@/lib/time";
import { useWords } from "@/locales/words";
import type { Words } from "@/locales/zh-CN";

/** What happened, in the order in which the server learned of it: the claim of the device beside the fact of receipt. */
export function TrailTab({ trail }: { trail: TrailEntry[] }) {
  const { trail: words } = useWords();
  const numbered = trail.map((entry, i) => ({ ...entry, no: i + 1 }));
  return (
    <Section
      title={words.title}
      extra={<span className="soft small">{words.explain}</span>}
      empty={trail.length === 0 && words.empty}
    >
      <Table<TrailEntry & { no: number }>
        aria-label={words.caption}
        rowKey="no"
        size="middle"
        pagination={false}
        scroll={{ x: 760 }}
        dataSource={numbered}
        columns={columns(words)}
      />
    </Section>
  );
}

function columns({ columns: title, system }: Words["trail"]): TableColumnsType<TrailEntry & { no: number }> {
  return [
    { title: "#", key: "no", width: 44, render: (_, { no }) => <span className="soft figures">{no}</span> },
    {
      title: title.event,
      key: "event",
      render: (_, entry) => (
        <div lang="zh-CN">
          <strong>{entry.event_zh}</strong>
          {entry.zh !== entry.event_zh && <div className="small">{entry.zh}</div>}
        </div>
      ),
    },
    {
      title: title.by,
      key: "by",
      render: (_, { by_name }) => by_name ?? <span className="soft">{system}</span>,
    },
    { title: title.claimed, key: "claimed", render: (_, entry) => <Claimed entry={entry} /> },
    {
      title: title.received,
      key: "received",
      render: (_, { received_at }) => <Moment at={received_at} precision="second" />,
    },
    { title: title.status, key: "status", render: (_, entry) => <Step entry={entry} /> },
  ];
}

function Claimed({ entry: { claimed_at, received_at } }: { entry: TrailEntry }) {
  const { trail: words } = useWords();
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

function Step({ entry: { from, to } }: { entry: TrailEntry }) {
  if (from === to) return <StatusMark status={to} />;
  return (
    <span className="row case-step">
      <StatusMark status={from} />
      <span aria-hidden="true">→</span>
      <StatusMark status={to} />
    </span>
  );
}
