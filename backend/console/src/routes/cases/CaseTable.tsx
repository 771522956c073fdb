import type { TableColumnsType } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { CaseSummary } from "@/api/model";
import { tones } from "@/app/theme";
import { columnsOf } from "@/components/columns";
import { LevelMark, Mark, StatusMark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { WideTable } from "@/components/WideTable";
import { isOverdue } from "@/lib/due";
import { codeWords } from "@/locales/codes";
import { NONE } from "@/locales/dictionary";
import { summaryWords } from "@/locales/summary";
import { useWords, wordFor } from "@/locales/words";
import { useChanged } from "./useChanged";
import { casesWords } from "./words";

interface Props {
  items: CaseSummary[];
  loading: boolean;
  empty: ReactNode;
}

export function CaseTable({ items, loading, empty }: Props) {
  const words = useWords(casesWords);
  const columns = useColumns();
  const changed = useChanged(items);
  return (
    <WideTable<CaseSummary>
      name={words.caption}
      width={1080}
      rowKey="id"
      columns={columns}
      dataSource={items}
      loading={loading}
      locale={{ emptyText: loading ? <div style={{ height: 120 }} /> : empty }}
      rowClassName={({ id }) => (changed.has(id) ? "case-changed" : "")}
    />
  );
}

function useColumns(): TableColumnsType<CaseSummary> {
  const words = useWords(casesWords);
  const { columns: title } = words;
  const line = useWords(summaryWords);
  const { difficulty: difficulties } = useWords(codeWords);
  return columnsOf(
    { ...title, situation: line.situation, due: line.due, lead: line.lead },
    {
      no: (item) => (
        <div>
          <Link to={`/cases/${item.id}`} className="figures nowrap case-no">
            {item.case_no}
          </Link>
          <div className="small soft code">{item.public_code}</div>
        </div>
      ),
      status: ({ status, status_zh }) => <StatusMark status={status} zh={status_zh} />,
      situation: (item) => (
        <div>
          <span lang="zh-CN">{item.situation_zh}</span>
          {item.place_outside && <Mark tone={tones.amber}>{words.placeOutside}</Mark>}
        </div>
      ),
      difficulty: ({ difficulty }) => <span className="nowrap">{wordFor(difficulties, difficulty)}</span>,
      level: (item) => <LevelMark level={item.level} zh={item.level_zh} />,
      registered: (item) => <Moment at={item.registered_at} />,
      due: (item) => <Due item={item} />,
      lead: (item) => <Lead item={item} />,
      conflicts: { align: "right", show: (item) => <Conflicts item={item} /> },
    },
  );
}

function Lead({ item: { lead_name, lead_departed } }: { item: CaseSummary }) {
  const line = useWords(summaryWords);
  if (!lead_name) return <span className="soft">{line.noLead}</span>;
  return (
    <div>
      {lead_name}
      {lead_departed && <Mark tone={tones.red}>{line.leadDeparted}</Mark>}
    </div>
  );
}

function Due({ item }: { item: CaseSummary }) {
  const line = useWords(summaryWords);
  if (!item.due_at) return <span className="soft">{NONE}</span>;
  return (
    <div className="due">
      <Moment at={item.due_at} />
      {isOverdue(item) && <Mark tone={tones.red}>{line.overdue}</Mark>}
    </div>
  );
}

function Conflicts({ item }: { item: CaseSummary }) {
  if (item.open_conflicts === 0) return <span className="soft figures">0</span>;
  return (
    <Link to={`/cases/${item.id}?tab=conflicts`} className="figures">
      <Mark tone={tones.red}>{item.open_conflicts}</Mark>
    </Link>
  );
}
