import { Table, type TableColumnsType } from "antd";
import type { RequestView } from "@/api/model";
import { tones } from "@/app/theme";
import { Mark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { Section } from "@/components/Section";
import { useWords } from "@/locales/words";
import type { Words } from "@/locales/zh-CN";

/** What was asked from the field, and what the server ruled. */
export function RequestsTab({ requests }: { requests: RequestView[] }) {
  const { requests: words } = useWords();
  return (
    <Section title={words.title} empty={requests.length === 0 && words.empty}>
      <Table<RequestView>
        aria-label={words.title}
        rowKey="id"
        size="middle"
        pagination={false}
        scroll={{ x: 640 }}
        dataSource={requests}
        columns={columns(words)}
      />
    </Section>
  );
}

function columns({ columns: title }: Words["requests"]): TableColumnsType<RequestView> {
  return [
    { title: title.ask, key: "ask", render: (_, { ask_zh }) => <span lang="zh-CN">{ask_zh}</span> },
    { title: title.author, key: "author", render: (_, { author }) => author },
    { title: title.at, key: "at", render: (_, { at }) => <Moment at={at} /> },
    { title: title.ruling, key: "ruling", render: (_, request) => <RulingCell request={request} /> },
  ];
}

function RulingCell({ request: { ruling } }: { request: RequestView }) {
  const { requests: words } = useWords();
  if (!ruling) return <Mark tone={tones.amber}>{words.ruling.waiting}</Mark>;
  const accepted = ruling.ruling === "accepted";
  return (
    <div>
      <span className="row">
        <Mark tone={accepted ? tones.green : tones.red}>
          {accepted ? words.ruling.accepted : words.ruling.refused}
        </Mark>
        <span className="soft small">
          <Moment at={ruling.at} />
        </span>
      </span>
      {!accepted && ruling.zh && (
        <div className="small" lang="zh-CN">
          {ruling.zh}
        </div>
      )}
    </div>
  );
}
