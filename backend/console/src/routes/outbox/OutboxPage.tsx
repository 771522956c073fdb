/** What is owed to the channels: results, police orders and pushes, what fails first. */

import { useQuery } from "@tanstack/react-query";
import { Card, Empty, type TableColumnsType } from "antd";
import { Link } from "react-router";
import { POLL_MS } from "@/api/live";
import type { Schemas } from "@/api/model";
import { query } from "@/api/query";
import { type Tone, tones } from "@/app/theme";
import { columnsOf } from "@/components/columns";
import { Mark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { ProblemPanel } from "@/components/ProblemPanel";
import { WideTable } from "@/components/WideTable";
import { codeWords } from "@/locales/codes";
import { NONE } from "@/locales/dictionary";
import { useWords, wordFor } from "@/locales/words";
import { BacklogCard } from "./BacklogCard";
import { outboxWords } from "./words";

type OutboxMessage = Schemas["OutboxView"];

const tone: Record<string, Tone> = { waiting: tones.amber, failing: tones.red, delivered: tones.green };

export function OutboxPage() {
  const words = useWords(outboxWords);
  const columns = useColumns();
  const { data, error, isPending, refetch } = useQuery({
    ...query("/api/v1/outbox"),
    // No event tells of deliveries.
    refetchInterval: POLL_MS,
  });
  return (
    <div className="page stack">
      <div>
        <h1>{words.title}</h1>
        <p className="soft">{words.lead}</p>
      </div>
      <BacklogCard />
      {error && <ProblemPanel error={error} onRetry={refetch} />}
      {(data || isPending) && (
        <Card styles={{ body: { padding: 0 } }}>
          <WideTable<OutboxMessage>
            name={words.title}
            width={900}
            rowKey="id"
            loading={isPending}
            dataSource={data ?? []}
            columns={columns}
            locale={{
              emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words.empty} />,
            }}
          />
        </Card>
      )}
    </div>
  );
}

function useColumns(): TableColumnsType<OutboxMessage> {
  const words = useWords(outboxWords);
  const title = words.columns;
  const { channel: channels } = useWords(codeWords);
  return columnsOf(title, {
    state: ({ state, last_error }) => (
      <div>
        <Mark tone={tone[state] ?? tones.grey}>{wordFor(words.state, state)}</Mark>
        {last_error && <div className="small">{wordFor(words.error, last_error)}</div>}
      </div>
    ),
    channel: ({ channel }) => wordFor(channels, channel),
    externalNo: ({ external_no, case_id }) => (
      <Link to={`/cases/${case_id}`} className="code">
        {external_no || words.toCase}
      </Link>
    ),
    created: ({ created_at }) => <Moment at={created_at} />,
    attempts: { align: "right", show: ({ attempts }) => <span className="figures">{attempts}</span> },
    next: ({ next_at, delivered_at }) => {
      if (delivered_at) return <Moment at={delivered_at} />;
      return next_at ? <Moment at={next_at} /> : NONE;
    },
  });
}
