import { Card } from "antd";
import type { ReactNode } from "react";
import type { CaseDetail } from "@/api/model";
import { tones } from "@/app/theme";
import { LevelMark, Mark, StatusMark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { isOverdue } from "@/lib/due";
import { showSecond } from "@/lib/time";
import { useWords, wordFor } from "@/locales/words";
import { StageSteps } from "./StageSteps";

/** What a case is, at a glance, and how far it has come. */
export function CaseHeader({ detail, readAt }: { detail: CaseDetail; readAt: number }) {
  const words = useWords();
  const { summary, intake } = detail;
  const updated = showSecond(new Date(readAt).toISOString()).slice(11);
  return (
    <Card>
      <div className="stack">
        <div className="row spread">
          <div className="row">
            <h1 className="figures">{summary.case_no}</h1>
            <StatusMark status={summary.status} zh={summary.status_zh} />
            <LevelMark level={summary.level} zh={summary.level_zh} />
            <Mark tone={tones.grey}>{wordFor(words.difficulty, summary.difficulty)}</Mark>
            {detail.facts.round > 1 && <Mark tone={tones.amber}>{words.rounds.nth(detail.facts.round)}</Mark>}
            {detail.facts.returns > 0 && (
              <Mark tone={tones.amber}>{words.case.returns(detail.facts.returns)}</Mark>
            )}
            {summary.lead_departed && <Mark tone={tones.red}>{words.cases.leadDeparted}</Mark>}
            {isOverdue(summary) && <Mark tone={tones.red}>{words.cases.overdue}</Mark>}
          </div>
          <span className="soft small figures" aria-live="polite">
            {words.case.version(summary.version, updated)}
          </span>
        </div>
        <dl className="case-facts">
          <Fact name={words.cases.columns.situation}>
            <span lang="zh-CN">{summary.situation_zh}</span>
          </Fact>
          <Fact name={words.case.publicCode}>
            <span className="code">{summary.public_code}</span>
          </Fact>
          <Fact name={words.case.source}>
            {wordFor(words.channel, summary.channel)} {intake.external_no}
          </Fact>
          <Fact name={words.case.registered}>
            <Moment at={summary.registered_at} />
          </Fact>
          <Fact name={words.cases.columns.due}>
            {summary.due_at ? <Moment at={summary.due_at} /> : words.none}
          </Fact>
          <Fact name={words.case.lead}>{summary.lead_name ?? words.cases.noLead}</Fact>
          {detail.facts.dossier && (
            <Fact name={words.case.dossier}>
              {detail.facts.dossier.number}（{wordFor(words.retention, detail.facts.dossier.retention)}）
            </Fact>
          )}
        </dl>
        <StageSteps status={summary.status} zh={summary.status_zh} />
      </div>
    </Card>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
