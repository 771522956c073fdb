/** What is decided while the case goes on. */

import { DatePicker, Form } from "antd";
import type { Dayjs } from "dayjs";
import type { CaseDetail } from "@/api/model";
import { codeWords } from "@/locales/codes";
import { useWords } from "@/locales/words";
import { courseWords } from "../course/words";
import type { Referral } from "../model";
import { ActForm } from "./ActForm";
import { ChoiceField, ReasonField } from "./fields";
import { courseActWords } from "./words/course";
import { fieldWords } from "./words/fields";

interface Props {
  detail: CaseDetail;
}

/** Grants a request that waits; a transfer is granted by carrying it out. */
export function GrantAct({ detail, referral }: Props & { referral: Referral }) {
  const acts = useWords(courseActWords);
  return (
    <ActForm<"/api/v1/cases/{id}/requests/{request_id}/decision", object>
      detail={detail}
      path="/api/v1/cases/{id}/requests/{request_id}/decision"
      params={{ request_id: referral.id }}
      words={acts.grant}
      button={{ type: "primary", size: "small" }}
      body={() => ({ grant: true, why: "" })}
    />
  );
}

export function DenyAct({ detail, referral }: Props & { referral: Referral }) {
  const acts = useWords(courseActWords);
  return (
    <ActForm<"/api/v1/cases/{id}/requests/{request_id}/decision", { why: string }>
      detail={detail}
      path="/api/v1/cases/{id}/requests/{request_id}/decision"
      params={{ request_id: referral.id }}
      words={acts.deny}
      button={{ size: "small" }}
      body={({ why }) => ({ grant: false, why: why.trim() })}
    >
      <ReasonField />
    </ActForm>
  );
}

export function WaiveVisitAct({ detail, n }: Props & { n: number }) {
  const acts = useWords(courseActWords);
  return (
    <ActForm<"/api/v1/cases/{id}/visits/{n}/waiver", { why: string }>
      detail={detail}
      path="/api/v1/cases/{id}/visits/{n}/waiver"
      params={{ n }}
      words={acts.waiveVisit}
      button={{ size: "small" }}
      body={({ why }) => ({ why: why.trim() })}
    >
      <ReasonField />
    </ActForm>
  );
}

export function AckPushAct({ detail, target }: Props & { target: string }) {
  const acts = useWords(courseActWords);
  return (
    <ActForm<"/api/v1/cases/{id}/pushes/{target}/ack", object>
      detail={detail}
      path="/api/v1/cases/{id}/pushes/{target}/ack"
      params={{ target }}
      words={acts.ackPush}
      button={{ size: "small" }}
      body={() => ({})}
    />
  );
}

interface ColourFields {
  level: string;
  why: string;
  until?: Dayjs | null;
}

export function ColourAct({ detail }: Props) {
  const acts = useWords(courseActWords);
  const fields = useWords(fieldWords);
  const { level } = useWords(codeWords);
  return (
    <ActForm<"/api/v1/cases/{id}/colour", ColourFields>
      detail={detail}
      path="/api/v1/cases/{id}/colour"
      words={acts.colour}
      button={{ size: "small" }}
      body={({ level, why, until }) => ({
        level,
        why: why.trim(),
        until: until ? until.toISOString() : null,
      })}
    >
      <ChoiceField
        name="level"
        label={fields.level}
        options={Object.entries(level).map(([value, label]) => ({ value, label }))}
      />
      <ReasonField />
      <Form.Item name="until" label={fields.until} extra={fields.untilHint}>
        <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" />
      </Form.Item>
    </ActForm>
  );
}

export function SendConfirmationAct({ detail }: Props) {
  const acts = useWords(courseActWords);
  return (
    <ActForm<"/api/v1/cases/{id}/confirmation/sending", object>
      detail={detail}
      path="/api/v1/cases/{id}/confirmation/sending"
      words={acts.sendConfirmation}
      button={{ size: "small" }}
      body={() => ({})}
    />
  );
}

export function DecideConfirmationAct({ detail }: Props) {
  const acts = useWords(courseActWords);
  const fields = useWords(fieldWords);
  const { confirmation } = useWords(courseWords);
  return (
    <ActForm<"/api/v1/cases/{id}/confirmation/result", { result: string }>
      detail={detail}
      path="/api/v1/cases/{id}/confirmation/result"
      words={acts.decideConfirmation}
      button={{ size: "small" }}
      body={({ result }) => ({ result })}
    >
      <ChoiceField
        name="result"
        label={fields.result}
        options={Object.entries(confirmation.result).map(([value, label]) => ({ value, label }))}
      />
    </ActForm>
  );
}
