import { Card } from "antd";
import type { ReactNode } from "react";
import type { CaseDetail } from "@/api/model";
import { tones } from "@/app/theme";
import { LevelMark, Mark, StatusMark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { isOverdue } from "@/lib/due";
import { showSecond } from "@/lib/time";
import { codeWords } from "@/locales/codes";
import { NONE } from "@/locales/dictionary";
import { summaryWords } from "@/locales/summary";
import { useWords, wordFor } from "@/locales/words";
import { courseWords } from "./course/words";
import { StageSteps } from "./StageSteps";
import { caseWords } from "./words";

/** What a case is, at a glance, and how far it has come. */
export function CaseHeader({ detail, readAt }: { detail: CaseDetail; readAt: number }) {
  const words = useWords(caseWords);
  const { rounds } = useWords(courseWords);
  const line = useWords(summaryWords);
  const codes = useWords(codeWords);
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
            <Mark tone={tones.grey}>{wordFor(codes.difficulty, summary.difficulty)}</Mark>
            {detail.facts.round > 1 && <Mark tone={tones.amber}>{rounds.nth(detail.facts.round)}</Mark>}
            {detail.facts.returns > 0 && (
              <Mark tone={tones.amber}>{words.returns(detail.facts.returns)}</Mark>
            )}
            {summary.lead_departed && <Mark tone={tones.red}>{line.leadDeparted}</Mark>}
            {isOverdue(summary) && <Mark tone={tones.red}>{line.overdue}</Mark>}
          </div>
          <span className="soft small figures" aria-live="polite">
            {words.version(summary.version, updated)}
          </span>
        </div>
        <dl className="case-facts">
          <Fact name={line.situation}>
            <span lang="zh-CN">{summary.situation_zh}</span>
          </Fact>
          <Fact name={words.publicCode}>
            <span className="code">{summary.public_code}</span>
          </Fact>
          <Fact name={words.source}>
            {wordFor(codes.channel, summary.channel)} {intake.external_no}
          </Fact>
          <Fact name={words.registered}>
            <Moment at={summary.registered_at} />
          </Fact>
          <Fact name={line.due}>{summary.due_at ? <Moment at={summary.due_at} /> : NONE}</Fact>
          <Fact name={line.lead}>{summary.lead_name ?? line.noLead}</Fact>
          {detail.facts.dossier && (
            <Fact name={words.dossier}>
              {detail.facts.dossier.number}（{wordFor(codes.retention, detail.facts.dossier.retention)}）
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
