/** What becomes of a measure of supervision. */

import type { CaseDetail } from "@/api/model";
import { useWords } from "@/locales/words";
import { ActForm } from "./ActForm";
import { ReasonField } from "./fields";
import { supervisionActWords } from "./words/supervision";

interface Props {
  detail: CaseDetail;
  /** The number of the measure. */
  no: number;
}

export function AnswerItemAct({ detail, no }: Props) {
  const acts = useWords(supervisionActWords);
  return (
    <ActForm<"/api/v1/cases/{id}/supervision/{no}/answer", { why: string }>
      detail={detail}
      path="/api/v1/cases/{id}/supervision/{no}/answer"
      params={{ no }}
      words={acts.answerItem}
      button={{ size: "small" }}
      body={({ why }) => ({ text: why.trim() })}
    >
      <ReasonField />
    </ActForm>
  );
}

export function TakeItemAct({ detail, no }: Props) {
  const acts = useWords(supervisionActWords);
  return (
    <ActForm<"/api/v1/cases/{id}/supervision/{no}/decision", object>
      detail={detail}
      path="/api/v1/cases/{id}/supervision/{no}/decision"
      params={{ no }}
      words={acts.takeItem}
      button={{ size: "small", danger: true }}
      body={() => ({ take: true, why: "" })}
    />
  );
}

export function DropItemAct({ detail, no }: Props) {
  const acts = useWords(supervisionActWords);
  return (
    <ActForm<"/api/v1/cases/{id}/supervision/{no}/decision", { why: string }>
      detail={detail}
      path="/api/v1/cases/{id}/supervision/{no}/decision"
      params={{ no }}
      words={acts.dropItem}
      button={{ size: "small" }}
      body={({ why }) => ({ take: false, why: why.trim() })}
    >
      <ReasonField />
    </ActForm>
  );
}
