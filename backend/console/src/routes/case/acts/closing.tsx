/** How the case ends, and begins again. */

import type { CaseDetail } from "@/api/model";
import { askedOutcomes } from "@/lib/outcomes";
import { codeWords } from "@/locales/codes";
import { kindWords } from "@/locales/kinds";
import { useWords, wordFor } from "@/locales/words";
import { ActForm } from "./ActForm";
import { ChoiceField, ReasonField } from "./fields";
import { closingWords } from "./words/closing";
import { fieldWords } from "./words/fields";

interface Props {
  detail: CaseDetail;
}

/** Grants the closing that the lead asked for, or one of those that contradict each other. */
export function CloseAct({ detail }: Props) {
  const acts = useWords(closingWords);
  const fields = useWords(fieldWords);
  const { closeKind } = useWords(kindWords);
  const asked = askedOutcomes(detail.requests);
  const [only] = asked;
  return (
    <ActForm<"/api/v1/cases/{id}/close", { outcome: string }>
      detail={detail}
      path="/api/v1/cases/{id}/close"
      words={acts.close}
      button={{ type: "primary" }}
      {...(asked.length === 1 && only && { initial: { outcome: only.outcome } })}
      body={({ outcome }) => ({ outcome })}
    >
      <ChoiceField
        name="outcome"
        label={fields.outcome}
        options={asked.map(({ outcome, feedback }) => ({
          value: outcome,
          label: (
            <>
              <strong>{wordFor(closeKind, outcome)}</strong>
              {feedback && <div className="soft small">{fields.feedback(feedback)}</div>}
            </>
          ),
        }))}
      />
    </ActForm>
  );
}

export function SendBackAct({ detail }: Props) {
  const acts = useWords(closingWords);
  return (
    <ActForm<"/api/v1/cases/{id}/send-back", { why: string }>
      detail={detail}
      path="/api/v1/cases/{id}/send-back"
      words={acts.sendBack}
      body={({ why }) => ({ why: why.trim() })}
    >
      <ReasonField />
    </ActForm>
  );
}

export function WaiveFileAct({ detail, evidence }: Props & { evidence: string }) {
  const acts = useWords(closingWords);
  return (
    <ActForm<"/api/v1/cases/{id}/evidence/{evidence_id}/waiver", { why: string }>
      detail={detail}
      path="/api/v1/cases/{id}/evidence/{evidence_id}/waiver"
      params={{ evidence_id: evidence }}
      words={acts.waiveFile}
      button={{ size: "small" }}
      body={({ why }) => ({ why: why.trim() })}
    >
      <ReasonField />
    </ActForm>
  );
}

export function ReopenAct({ detail }: Props) {
  const acts = useWords(closingWords);
  return (
    <ActForm<"/api/v1/cases/{id}/reopen", { why: string }>
      detail={detail}
      path="/api/v1/cases/{id}/reopen"
      words={acts.reopen}
      body={({ why }) => ({ why: why.trim() })}
    >
      <ReasonField />
    </ActForm>
  );
}

export function ArchiveAct({ detail }: Props) {
  const acts = useWords(closingWords);
  const fields = useWords(fieldWords);
  const { retention } = useWords(codeWords);
  return (
    <ActForm<"/api/v1/cases/{id}/archive", { retention: string }>
      detail={detail}
      path="/api/v1/cases/{id}/archive"
      words={acts.archive}
      button={{ type: "primary" }}
      initial={{ retention: "long" }}
      body={(given) => ({ retention: given.retention })}
    >
      <ChoiceField
        name="retention"
        label={fields.retention}
        options={Object.entries(retention).map(([value, label]) => ({ value, label }))}
      />
    </ActForm>
  );
}
