/** What is decided while the case goes on. */

import { DatePicker, Form, Input } from "antd";
import type { Dayjs } from "dayjs";
import type { Says } from "@/api/act";
import type { CaseDetail } from "@/api/model";
import { codeWords } from "@/locales/codes";
import { dictionary } from "@/locales/dictionary";
import { optionsOf, useWords } from "@/locales/words";
import { courseWords } from "../course/words";
import type { Referral } from "../model";
import { OverrideNote } from "../rail/OverrideNote";
import { ActForm } from "./ActForm";
import { DeskForm } from "./DeskForm";
import { ChoiceField, ReasonField, TextField } from "./fields";
import { fieldWords } from "./fieldWords";
import { ReasonForm } from "./ReasonForm";

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

interface SealFields {
  seal_no: string;
  sealed_on?: Dayjs | null;
}

/** Grants an agreement its effect by sealing it, under the number of the seal. */
export function SealAct({ detail, referral }: Props & { referral: Referral }) {
  const acts = useWords(courseActWords);
  const fields = useWords(fieldWords);
  return (
    <ActForm<"/api/v1/cases/{id}/requests/{request_id}/decision", SealFields>
      detail={detail}
      path="/api/v1/cases/{id}/requests/{request_id}/decision"
      params={{ request_id: referral.id }}
      words={acts.seal}
      button={{ type: "primary", size: "small" }}
      body={({ seal_no, sealed_on }) => ({
        grant: true,
        why: "",
        seal_no: seal_no.trim(),
        effective_on: sealed_on?.format("YYYY-MM-DD") ?? null,
      })}
    >
      <TextField name="seal_no" label={fields.sealNo} />
      <Form.Item name="sealed_on" label={fields.sealedOn} extra={fields.sealedOnHint}>
        <DatePicker />
      </Form.Item>
    </ActForm>
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
    <ReasonForm<"waive_visit">
      detail={detail}
      act="waive_visit"
      words={acts.waiveVisit}
      button={{ size: "small" }}
      says={(why) => ({ n, why })}
    />
  );
}

export function AckPushAct({ detail, target }: Props & { target: string }) {
  const acts = useWords(courseActWords);
  return (
    <DeskForm<"ack_push", object>
      detail={detail}
      act="ack_push"
      words={acts.ackPush}
      button={{ size: "small" }}
      says={() => ({ target: target as Says<"ack_push">["target"] })}
    />
  );
}

interface ColourFields {
  level: Says<"override_colour">["level"];
  why: string;
  until?: Dayjs | null;
}

export function ColourAct({ detail }: Props) {
  const acts = useWords(courseActWords);
  const fields = useWords(fieldWords);
  const { level } = useWords(codeWords);
  const over = detail.facts.colour_override;
  return (
    <DeskForm<"override_colour", ColourFields>
      detail={detail}
      act="override_colour"
      words={acts.colour}
      button={{ size: "small" }}
      says={({ level, why, until }) => ({
        level,
        why: why.trim(),
        until: until ? until.toISOString() : null,
      })}
    >
      {over && <OverrideNote over={over} />}
      <ChoiceField name="level" label={fields.level} options={optionsOf(level)} />
      <ReasonField />
      <Form.Item name="until" label={fields.until} extra={fields.untilHint}>
        <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" />
      </Form.Item>
    </DeskForm>
  );
}

export function SendConfirmationAct({ detail }: Props) {
  const acts = useWords(courseActWords);
  return (
    <DeskForm<"send_confirmation", object>
      detail={detail}
      act="send_confirmation"
      words={acts.sendConfirmation}
      button={{ size: "small" }}
      says={() => undefined}
    />
  );
}

export function DecideConfirmationAct({ detail }: Props) {
  const acts = useWords(courseActWords);
  const fields = useWords(fieldWords);
  const { confirmation } = useWords(courseWords);
  return (
    <DeskForm<"decide_confirmation", Says<"decide_confirmation">>
      detail={detail}
      act="decide_confirmation"
      words={acts.decideConfirmation}
      button={{ size: "small" }}
      says={({ result, agreement_no }) => ({ result, agreement_no: agreement_no?.trim() || null })}
    >
      <ChoiceField name="result" label={fields.result} options={optionsOf(confirmation.result)} />
      <Form.Item name="agreement_no" label={fields.agreementNo} extra={fields.agreementNoHint}>
        <Input maxLength={100} />
      </Form.Item>
    </DeskForm>
  );
}

const courseActWords = dictionary({
  "zh-CN": {
    grant: {
      open: "批准",
      title: "批准申请",
      hint: "批准时按案件现在的情况重新核对。",
      submit: "批准",
      done: "已批准",
    },
    seal: {
      open: "用印生效",
      title: "加盖印章，协议生效",
      hint: "用印编号由持印单位填写；批准时按案件现在的情况重新核对。",
      submit: "用印生效",
      done: "协议已生效",
    },
    deny: {
      open: "不批准",
      title: "不批准申请",
      hint: "理由会告知申请人。",
      submit: "不批准",
      done: "已答复",
    },
    waiveVisit: {
      open: "免访",
      title: "免除回访",
      hint: "本次回访不再要求，理由记入卷宗。",
      submit: "免访",
      done: "已免访",
    },
    ackPush: {
      open: "签收推送",
      title: "签收推送",
      hint: "确认贵单位已收到这项推送。",
      submit: "签收",
      done: "已签收",
    },
    colour: {
      open: "调整",
      title: "调整预警颜色",
      hint: "上调随时可以；下调由督导员决定，最长七日。评分仍照常显示。",
      submit: "调整",
      done: "已调整",
    },
    sendConfirmation: {
      open: "提交法院",
      title: "提交司法确认申请",
      hint: "将双方共同申请提交给法院。",
      submit: "提交",
      done: "已提交",
    },
    decideConfirmation: {
      open: "登记结果",
      title: "登记司法确认结果",
      hint: "按法院的裁定登记。",
      submit: "登记",
      done: "已登记",
    },
  },
  en: {
    grant: {
      open: "Grant",
      title: "Grant the request",
      hint: "It is checked again as the case stands today.",
      submit: "Grant",
      done: "Granted",
    },
    seal: {
      open: "Seal",
      title: "Seal the agreement, which takes effect",
      hint: "Who holds the seal records its number. It is checked again as the case stands today.",
      submit: "Seal",
      done: "The agreement is in effect",
    },
    deny: {
      open: "Deny",
      title: "Deny the request",
      hint: "The author is told the reason.",
      submit: "Deny",
      done: "Answered",
    },
    waiveVisit: {
      open: "Waive",
      title: "Waive the visit",
      hint: "This visit is no longer asked for; the reason stays in the dossier.",
      submit: "Waive",
      done: "Waived",
    },
    ackPush: {
      open: "Acknowledge",
      title: "Acknowledge the push",
      hint: "Your organisation has received this push.",
      submit: "Acknowledge",
      done: "Acknowledged",
    },
    colour: {
      open: "Override",
      title: "Override the alert level",
      hint: "Raising is always possible; lowering is for the supervisor and for seven days at most. The score stays.",
      submit: "Override",
      done: "Overridden",
    },
    sendConfirmation: {
      open: "Send to the court",
      title: "Send the request for confirmation",
      hint: "The joint request of both parties goes to the court.",
      submit: "Send",
      done: "Sent",
    },
    decideConfirmation: {
      open: "Enter the result",
      title: "Enter the court's decision",
      hint: "As the court has decided.",
      submit: "Enter",
      done: "Entered",
    },
  },
});
