/** How much each channel is owed and since when; nothing when all was taken. */

import { Card, type TableColumnsType } from "antd";
import type { Schemas } from "@/api/model";
import { useBacklog } from "@/api/queries";
import { tones } from "@/app/theme";
import { columnsOf } from "@/components/columns";
import { Mark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { ProblemPanel } from "@/components/ProblemPanel";
import { WideTable } from "@/components/WideTable";
import { codeWords } from "@/locales/codes";
import { NONE } from "@/locales/dictionary";
import { useWords, wordFor } from "@/locales/words";
import { outboxWords } from "./words";

type Backlog = Schemas["BacklogView"];

export function BacklogCard() {
  const { backlog: words } = useWords(outboxWords);
  const columns = useColumns();
  const { data, error, refetch } = useBacklog(true);
  if (error) return <ProblemPanel error={error} onRetry={refetch} />;
  if (!data || data.length === 0) return null;
  return (
    <Card title={words.title} styles={{ body: { padding: 0 } }}>
      <WideTable<Backlog>
        name={words.title}
        width={700}
        rowKey={({ channel, kind }) => `${kind} ${channel}`}
        dataSource={data}
        columns={columns}
      />
    </Card>
  );
}

function useColumns(): TableColumnsType<Backlog> {
  const { backlog, error } = useWords(outboxWords);
  const { columns: title, kind: kinds, unconnected } = backlog;
  const { channel: channels } = useWords(codeWords);
  return columnsOf(title, {
    channel: ({ channel }) => wordFor(channels, channel),
    kind: ({ kind, is_alarming }) => (
      <Mark tone={is_alarming ? tones.red : tones.grey}>{wordFor(kinds, kind)}</Mark>
    ),
    waiting: { align: "right", show: ({ waiting }) => <span className="figures">{waiting}</span> },
    oldest: ({ oldest_at }) => <Moment at={oldest_at} />,
    error: ({ is_connected, last_error }) => {
      if (!is_connected) return unconnected;
      return last_error ? wordFor(error, last_error) : NONE;
    },
  });
}
