/** How much each channel is owed and since when; nothing when all was taken. */

import { Card, type TableColumnsType } from "antd";
import type { Schemas } from "@/api/model";
import { useBacklog } from "@/api/queries";
import { tones } from "@/app/theme";
import { Mark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { ProblemPanel } from "@/components/ProblemPanel";
import { WideTable } from "@/components/WideTable";
import { useWords, wordFor } from "@/locales/words";
import type { Words } from "@/locales/zh-CN";

type Backlog = Schemas["BacklogView"];

export function BacklogCard() {
  const words = useWords();
  const { data, error, refetch } = useBacklog(true);
  if (error) return <ProblemPanel error={error} onRetry={() => void refetch()} />;
  if (!data || data.length === 0) return null;
  const title = words.outbox.backlog.title;
  return (
    <Card title={title} styles={{ body: { padding: 0 } }}>
      <WideTable<Backlog>
        name={title}
        width={700}
        rowKey={({ channel, kind }) => `${kind} ${channel}`}
        dataSource={data}
        columns={columns(words)}
      />
    </Card>
  );
}

function columns({ outbox, channel: channels, none }: Words): TableColumnsType<Backlog> {
  const { columns: title, kind: kinds, unconnected } = outbox.backlog;
  return [
    { title: title.channel, key: "channel", render: (_, { channel }) => wordFor(channels, channel) },
    {
      title: title.kind,
      key: "kind",
      render: (_, { kind, is_alarming }) => (
        <Mark tone={is_alarming ? tones.red : tones.grey}>{wordFor(kinds, kind)}</Mark>
      ),
    },
    {
      title: title.waiting,
      key: "waiting",
      align: "right",
      render: (_, { waiting }) => <span className="figures">{waiting}</span>,
    },
    { title: title.oldest, key: "oldest", render: (_, { oldest_at }) => <Moment at={oldest_at} /> },
    {
      title: title.error,
      key: "error",
      render: (_, { is_connected, last_error }) => {
        if (!is_connected) return unconnected;
        return last_error ? wordFor(outbox.error, last_error) : none;
      },
    },
  ];
}
