/** Dangers that phones out of service deposited: nobody has told the police of them, and somebody here must look and call. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Popconfirm } from "antd";
import { Link } from "react-router";
import { api } from "@/api/client";
import { queryKey } from "@/api/key";
import type { Schemas } from "@/api/model";
import { unwrap } from "@/api/problem";
import { useOpenDangers } from "@/api/queries";
import { ProblemPanel } from "@/components/ProblemPanel";
import { Section } from "@/components/Section";
import { showMinute } from "@/lib/time";
import { useWords } from "@/locales/words";
import { QuarantinedWords } from "./QuarantinedWords";
import { quarantineWords } from "./words";

type OpenDanger = Schemas["OpenDangerView"];

export function OpenDangers() {
  const { danger: words } = useWords(quarantineWords);
  const { data, error, refetch } = useOpenDangers(true);
  if (error) return <ProblemPanel error={error} onRetry={refetch} />;
  if (!data?.items.length) return null;
  return (
    <Section title={words.title(data.count)}>
      <div className="stack">
        <p className="soft">{words.lead}</p>
        {data.items.map((danger) => (
          <DangerCard key={`${danger.case_id} ${danger.hash}`} danger={danger} />
        ))}
      </div>
    </Section>
  );
}

function DangerCard({ danger }: { danger: OpenDanger }) {
  const { danger: words, toCase } = useWords(quarantineWords);
  const { message } = App.useApp();
  const answer = useAnswerDanger(danger);
  const called = () => answer.mutate(undefined, { onSuccess: () => void message.success(words.done) });
  return (
    <article className="stack" aria-label={danger.hash}>
      <div className="row">
        <Link to={`/cases/${danger.case_id}`}>{toCase}</Link>
        <span className="soft small">{words.received(showMinute(danger.received_at))}</span>
      </div>
      <QuarantinedWords quarantined={danger} />
      <div>
        <Popconfirm title={words.ask} onConfirm={called}>
          <Button danger size="small" loading={answer.isPending}>
            {words.called}
          </Button>
        </Popconfirm>
      </div>
      {answer.error && <ProblemPanel error={answer.error} />}
    </article>
  );
}

/** Says that the police were called about a danger. */
function useAnswerDanger({ case_id, hash }: OpenDanger) {
  const queries = useQueryClient();
  const path = { case_id, hash };
  return useMutation({
    mutationFn: async () =>
      unwrap(await api.POST("/api/v1/quarantine/{case_id}/{hash}/answer-danger", { params: { path } })),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: queryKey("/api/v1/quarantine/dangers") }),
        queries.invalidateQueries({ queryKey: queryKey("/api/v1/quarantine") }),
      ]),
  });
}
