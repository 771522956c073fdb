/** After a restore: cases of which a phone proved what the server had signed, while somebody decided on them anew. A person chooses. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Popconfirm } from "antd";
import { Link } from "react-router";
import { useAct } from "@/api/act";
import { queryKey } from "@/api/key";
import { POLL_MS } from "@/api/live";
import type { Schemas } from "@/api/model";
import { query } from "@/api/query";
import { FormNotice } from "@/components/FormNotice";
import { LevelMark, StatusMark } from "@/components/Mark";
import { ProblemPanel } from "@/components/ProblemPanel";
import { Section } from "@/components/Section";
import { useSeen } from "@/components/useSeen";
import { showMinute } from "@/lib/time";
import { useWords } from "@/locales/words";
import "../case/case.css";
import { quarantineWords } from "./words";

type Claim = Schemas["RecoveryClaimView"];

export function RecoveryClaims() {
  const { recovery: words } = useWords(quarantineWords);
  const { data, error, refetch } = useQuery({
    ...query("/api/v1/recovery-claims"),
    // No event tells of what phones prove.
    refetchInterval: POLL_MS,
  });
  if (error) return <ProblemPanel error={error} onRetry={refetch} />;
  if (!data?.length) return null;
  return (
    <Section title={words.title(data.length)}>
      <div className="stack">
        <p className="soft">{words.lead}</p>
        {data.map((claim) => (
          <ClaimCard key={claim.case_id} claim={claim} />
        ))}
      </div>
    </Section>
  );
}

function ClaimCard({ claim }: { claim: Claim }) {
  const { recovery: words } = useWords(quarantineWords);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const act = useAct("/api/v1/cases/{id}/recovery", { id: claim.case_id });
  const choose = (take: boolean, { claim, version }: Claim) =>
    act.mutate(
      { take, claim, base_version: version },
      {
        onSuccess: () => void message.success(words.done),
        onSettled: () => queries.invalidateQueries({ queryKey: queryKey("/api/v1/recovery-claims") }),
      },
    );
  return (
    <article className="stack" aria-label={claim.case_no}>
      <div className="row">
        <Link to={`/cases/${claim.case_id}`}>{claim.case_no}</Link>
        <span className="soft small">{words.shown(showMinute(claim.shown_at))}</span>
      </div>
      <div className="variants">
        <StateCard title={words.present} state={claim.present}>
          <Choice
            words={words.keep}
            claim={claim}
            busy={act.isPending}
            onChoose={(seen) => choose(false, seen)}
          />
        </StateCard>
        <StateCard title={words.proved} state={claim.proved}>
          <Choice
            words={words.take}
            claim={claim}
            busy={act.isPending}
            onChoose={(seen) => choose(true, seen)}
          />
        </StateCard>
      </div>
      <FormNotice hasMoved={false} error={act.error} onSeen={act.reset} />
    </article>
  );
}

interface StateCardProps {
  title: string;
  state: Schemas["RecoveryStateView"];
  children: React.ReactNode;
}

/** One of two states: where the case stands in it, and what happened in it alone. */
function StateCard({ title, state, children }: StateCardProps) {
  const { recovery: words } = useWords(quarantineWords);
  return (
    <div className="variant stack">
      <strong>{title}</strong>
      <div className="row">
        <StatusMark status={state.status} zh={state.status_zh} />
        <LevelMark level={state.level} zh={state.level_zh} />
        <span>{words.led(state.lead_name ?? "")}</span>
      </div>
      {state.steps.length === 0 ? (
        <p className="soft small">{words.noSteps}</p>
      ) : (
        <ul className="small">
          {state.steps.map((step) => (
            <li key={`${step.received_at} ${step.event_zh} ${step.zh}`}>
              {showMinute(step.received_at)} {step.by_name} <span lang="zh-CN">{step.event_zh}</span>
              {step.zh !== step.event_zh && <span lang="zh-CN">：{step.zh}</span>}
            </li>
          ))}
        </ul>
      )}
      <div>{children}</div>
    </div>
  );
}

interface ChoiceProps {
  words: { button: string; ask: string };
  claim: Claim;
  busy: boolean;
  onChoose: (seen: Claim) => void;
}

/** One of the two, once more asked; meanwhile one of them may have become another. */
function Choice({ words, claim, busy, onChoose }: ChoiceProps) {
  const seen = useSeen(claim, ({ claim, version }) => `${version} ${claim}`);
  return (
    <Popconfirm
      title={words.ask}
      description={seen.hasMoved && <FormNotice hasMoved error={undefined} onSeen={seen.take} />}
      okButtonProps={{ disabled: seen.hasMoved }}
      onOpenChange={(isOpen) => (isOpen ? seen.take() : seen.drop())}
      onConfirm={() => onChoose(seen.state)}
    >
      <Button size="small" loading={busy}>
        {words.button}
      </Button>
    </Popconfirm>
  );
}
