/** Who handles the case. */

import { DatePicker, Form, Input } from "antd";
import type { Dayjs } from "dayjs";
import type { Says } from "@/api/act";
import type { CaseDetail } from "@/api/model";
import { codeWords } from "@/locales/codes";
import { dictionary } from "@/locales/dictionary";
import { optionsOf, useWords } from "@/locales/words";
import { railWords } from "../rail/words";
import { recordWords } from "../tabs/words/records";
import { DeskForm } from "./DeskForm";
import { ChoiceField, chosen, PeopleField, ReasonField, TextField } from "./fields";
import { fieldWords } from "./fieldWords";
import { ReasonForm } from "./ReasonForm";

interface Props {
  detail: CaseDetail;
}

/** Nobody has said yet what the case is about: no situation of the catalogue, and nothing to begin with. */
const UNCLASSIFIED = "N00-00";

export function TriageAct({ detail }: Props) {
  const acts = useWords(handlingWords);
  const fields = useWords(fieldWords);
  const { situation: known } = detail.summary;
  return (
    <DeskForm<"triage", { situation: string }>
      detail={detail}
      act="triage"
      words={acts.triage}
      button={{ type: "primary" }}
      initial={{ situation: known === UNCLASSIFIED ? "" : known }}
      says={({ situation }) => ({ situation: situation.trim() })}
    >
      <TextField name="situation" label={fields.situation} placeholder="N03-05" />
    </DeskForm>
  );
}

export function ReclassifyAct({ detail }: Props) {
  const acts = useWords(handlingWords);
  const fields = useWords(fieldWords);
  return (
    <DeskForm<"reclassify", { situation: string; why: string }>
      detail={detail}
      act="reclassify"
      words={acts.reclassify}
      initial={{ situation: detail.summary.situation }}
      says={({ situation, why }) => ({ situation: situation.trim(), why: why.trim() })}
    >
      <TextField name="situation" label={fields.situation} placeholder="N03-05" />
      <ReasonField />
    </DeskForm>
  );
}

export function DangerAct({ detail }: Props) {
  const acts = useWords(handlingWords);
  const fields = useWords(fieldWords);
  return (
    <DeskForm<"danger", { what: string }>
      detail={detail}
      act="danger"
      words={acts.danger}
      button={{ danger: true }}
      says={({ what }) => ({ what: what.trim() })}
    >
      <ReasonField name="what" label={fields.seen} missing={fields.seenMissing} />
    </DeskForm>
  );
}

export function DispatchAct({ detail }: Props) {
  const acts = useWords(handlingWords);
  const fields = useWords(fieldWords);
  return (
    <DeskForm<"dispatch", { person: string; expected: string }>
      detail={detail}
      act="dispatch"
      words={acts.dispatch}
      button={{ type: "primary" }}
      says={({ person, expected }) => ({ target: chosen(person), expected: expected.trim() })}
    >
      <PeopleField name="person" label={fields.handler} duty="first" summary={detail.summary} />
      <Form.Item
        name="expected"
        label={fields.expected}
        rules={[{ required: true, whitespace: true, message: fields.expectedMissing }]}
      >
        <Input.TextArea rows={3} maxLength={500} showCount placeholder={fields.expectedPlaceholder} />
      </Form.Item>
    </DeskForm>
  );
}

export function AssignAct({ detail }: Props) {
  const acts = useWords(handlingWords);
  const fields = useWords(fieldWords);
  const { assignments } = useWords(railWords);
  return (
    <DeskForm<"assign", { duty: "co" | "visit"; person: string }>
      detail={detail}
      act="assign"
      words={acts.assign}
      initial={{ duty: "co" }}
      says={({ person, duty }) => ({ target: chosen(person), duty })}
    >
      {(form) => (
        <>
          <ChoiceField
            name="duty"
            label={fields.duty}
            options={[
              { value: "co", label: assignments.duty.co },
              { value: "visit", label: assignments.duty.visit },
            ]}
          />
          <Form.Item noStyle dependencies={["duty"]}>
            {() => (
              <PeopleField
                name="person"
                label={fields.person}
                duty={form.getFieldValue("duty") ?? "co"}
                summary={detail.summary}
              />
            )}
          </Form.Item>
        </>
      )}
    </DeskForm>
  );
}

export function HandoverAct({ detail }: Props) {
  const acts = useWords(handlingWords);
  const fields = useWords(fieldWords);
  return (
    <DeskForm<"handover", { person: string }>
      detail={detail}
      act="handover"
      words={acts.handover}
      says={({ person }) => ({ target: chosen(person) })}
    >
      <PeopleField name="person" label={fields.newLead} duty="first" summary={detail.summary} />
    </DeskForm>
  );
}

export function ReturnAct({ detail }: Props) {
  const acts = useWords(handlingWords);
  return (
    <ReasonForm<"return">
      detail={detail}
      act="return"
      words={acts.giveBack}
      says={(why) => ({ reason: why })}
    />
  );
}

interface TransferFields {
  to: Says<"transfer">["to"];
  receiver: string;
  receipt: string;
  means: "in_person" | "message";
  told: Dayjs;
}

export function TransferAct({ detail, size }: Props & { size?: "small" }) {
  const acts = useWords(handlingWords);
  const fields = useWords(fieldWords);
  const { receiver } = useWords(codeWords);
  const { contacts } = useWords(recordWords);
  return (
    <DeskForm<"transfer", TransferFields>
      detail={detail}
      act="transfer"
      words={acts.transfer}
      button={{ size: size ?? "medium" }}
      says={({ to, receiver: name, receipt, means, told }) => ({
        to,
        receiver: name.trim(),
        receipt: receipt.trim(),
        notice: { means, at: told.toISOString() },
      })}
    >
      <ChoiceField name="to" label={fields.receiverKind} options={optionsOf(receiver)} />
      <TextField name="receiver" label={fields.receiver} />
      <TextField name="receipt" label={fields.receipt} />
      <ChoiceField
        name="means"
        label={fields.noticeMeans}
        options={[
          { value: "in_person", label: contacts.means.in_person },
          { value: "message", label: contacts.means.message },
        ]}
      />
      <Form.Item
        name="told"
        label={fields.noticeAt}
        rules={[{ required: true, message: fields.missing(fields.noticeAt) }]}
      >
        <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" />
      </Form.Item>
    </DeskForm>
  );
}

export function PoliceAcceptAct({ detail }: Props) {
  const acts = useWords(handlingWords);
  return (
    <DeskForm<"police_accept", object>
      detail={detail}
      act="police_accept"
      words={acts.policeAccept}
      button={{ type: "primary" }}
      says={() => undefined}
    />
  );
}

const handlingWords = dictionary({
  "zh-CN": {
    triage: {
      open: "研判",
      title: "警务/非警务研判",
      hint: "按目录确定情形：公安事项移交公安机关，其余进入分流。",
      submit: "确认研判",
      done: "已研判",
    },
    reclassify: {
      open: "重新分类",
      title: "重新分类",
      hint: "案件实际情形与登记不同的，改按实际情形办理：难易、颜色和期限随之调整，期限自原起点计算。",
      submit: "确认",
      done: "已重新分类",
    },
    danger: {
      open: "上报险情",
      title: "上报险情",
      hint: "确认后立即通知公安机关，案件暂停办理，直至险情解除。情况紧急的，请同时拨打 110。",
      submit: "上报",
      done: "已上报，已通知公安机关",
    },
    dispatch: {
      open: "派单",
      title: "派单",
      hint: "定人、定责、定时、定效：对方须在时限内签收。",
      submit: "派单",
      done: "已派单，等待签收",
    },
    assign: {
      open: "增派协办或回访",
      title: "增派人员",
      hint: "协办人和回访人参与本案，不改变主办人。",
      submit: "增派",
      done: "已增派",
    },
    handover: {
      open: "移交主办",
      title: "移交主办",
      hint: "新主办人签收之前，仍由现主办人负责。",
      submit: "移交",
      done: "已移交，等待签收",
    },
    giveBack: {
      open: "退回",
      title: "退回案件",
      hint: "退回后案件回到待分流；分流时限继续计算。第二次退回由县级指定承办人。",
      submit: "退回",
      done: "已退回",
    },
    transfer: {
      open: "移交",
      title: "移交其他单位",
      hint: "接收单位签收并已告知当事人后，案件以移交结案。",
      submit: "确认移交",
      done: "已移交",
    },
    policeAccept: {
      open: "公安受理",
      title: "公安受理",
      hint: "确认公安机关已受理移交的事项或险情。",
      submit: "确认受理",
      done: "已受理",
    },
  },
  en: {
    triage: {
      open: "Triage",
      title: "Police or not",
      hint: "By the catalogue: police matters go to the police, the rest is dispatched.",
      submit: "Confirm",
      done: "Triaged",
    },
    reclassify: {
      open: "Reclassify",
      title: "Reclassify",
      hint: "The case is about something else than was reported: difficulty, colour and limits follow, each limit from its own start.",
      submit: "Confirm",
      done: "Reclassified",
    },
    danger: {
      open: "Report a danger",
      title: "Report a danger",
      hint: "The police are told at once, and the case is held until the danger is over. Call 110 as well if it is urgent.",
      submit: "Report",
      done: "Reported; the police are told",
    },
    dispatch: {
      open: "Dispatch",
      title: "Dispatch",
      hint: "Person, duty, time and what is expected are fixed; the person signs within the term.",
      submit: "Dispatch",
      done: "Dispatched; waiting for the signature",
    },
    assign: {
      open: "Add a colleague",
      title: "Add a colleague",
      hint: "Co-handlers and visitors take part; the lead stays the lead.",
      submit: "Add",
      done: "Added",
    },
    handover: {
      open: "Hand over the lead",
      title: "Hand over the lead",
      hint: "The present lead answers until the new one has signed.",
      submit: "Hand over",
      done: "Offered; waiting for the signature",
    },
    giveBack: {
      open: "Give back",
      title: "Give the case back",
      hint: "The case goes back to the pool and its clock goes on. After the second return the county decides.",
      submit: "Give back",
      done: "Given back",
    },
    transfer: {
      open: "Transfer out",
      title: "Transfer to another body",
      hint: "Once the receiver has signed and the parties were told, the case ends as transferred.",
      submit: "Transfer",
      done: "Transferred",
    },
    policeAccept: {
      open: "Accept for the police",
      title: "Police acceptance",
      hint: "The police have taken over what was transferred or reported to them.",
      submit: "Accept",
      done: "Accepted",
    },
  },
});
