/** Why a committee must not have a case, or one of its people: another body has it, or somebody steps back. */

import { DatePicker, Form, Input, Select } from "antd";
import type { Dayjs } from "dayjs";
import type { Says } from "@/api/act";
import type { CaseDetail } from "@/api/model";
import { partyNames } from "@/lib/parties";
import { dictionary } from "@/locales/dictionary";
import { kindWords } from "@/locales/kinds";
import { optionsOf, useWords } from "@/locales/words";
import { DeskForm } from "./DeskForm";
import { ChoiceField, ReasonField, TextField } from "./fields";
import { fieldWords } from "./fieldWords";

interface Props {
  detail: CaseDetail;
}

interface SeisedFields {
  body: Says<"note_seised">["body"];
  body_name: string;
  docket_no?: string;
  day: Dayjs;
}

export function NoteSeisedAct({ detail }: Props) {
  const acts = useWords(elsewhereWords);
  const { seisedBody } = useWords(kindWords);
  return (
    <DeskForm<"note_seised", SeisedFields>
      detail={detail}
      act="note_seised"
      words={acts.note}
      says={({ body, body_name, docket_no, day }) => ({
        body,
        body_name: body_name.trim(),
        docket_no: docket_no?.trim() ?? "",
        accepted_on: day.format("YYYY-MM-DD"),
      })}
    >
      <ChoiceField name="body" label={acts.body} options={optionsOf(seisedBody)} />
      <TextField name="body_name" label={acts.bodyName} />
      <Form.Item name="docket_no" label={acts.docketNo} extra={acts.docketHint}>
        <Input maxLength={100} />
      </Form.Item>
      <DayField label={acts.acceptedOn} />
    </DeskForm>
  );
}

interface EndFields {
  which: number;
  day: Dayjs;
  why: string;
}

export function EndSeisedAct({ detail }: Props) {
  const acts = useWords(elsewhereWords);
  const standing = detail.facts.seised.filter((matter) => !matter.ended_on);
  return (
    <DeskForm<"end_seised", EndFields>
      detail={detail}
      act="end_seised"
      words={acts.end}
      initial={{ which: 0 }}
      says={({ which, day, why }) => ({
        body_name: standing[which]?.body_name ?? "",
        docket_no: standing[which]?.docket_no ?? "",
        ended_on: day.format("YYYY-MM-DD"),
        why: why.trim(),
      })}
    >
      <Form.Item name="which" label={acts.bodyName} rules={[{ required: true }]}>
        <Select
          options={standing.map((matter, value) => ({
            value,
            label: [matter.body_name, matter.docket_no].filter(Boolean).join(" · "),
          }))}
        />
      </Form.Item>
      <DayField label={acts.endedOn} />
      <ReasonField />
    </DeskForm>
  );
}

interface RecuseFields {
  handler: string;
  ground: Says<"recuse_handler">["ground"];
  party?: string | null;
  why: string;
}

export function RecuseHandlerAct({ detail }: Props) {
  const acts = useWords(elsewhereWords);
  const { recusalGround } = useWords(kindWords);
  const names = partyNames(detail.parties);
  // Whoever has several duties steps back from all of them.
  const working = new Map(
    detail.assignments.filter((one) => !one.to).map((one) => [one.user_id, one.name ?? one.user_id]),
  );
  return (
    <DeskForm<"recuse_handler", RecuseFields>
      detail={detail}
      act="recuse_handler"
      words={acts.recuse}
      says={({ handler, ground, party, why }) => ({ handler, ground, party: party ?? null, why: why.trim() })}
    >
      <ChoiceField
        name="handler"
        label={acts.handler}
        options={[...working].map(([value, label]) => ({ value, label }))}
      />
      <ChoiceField name="ground" label={acts.ground} options={optionsOf(recusalGround)} />
      <Form.Item name="party" label={acts.party}>
        <Select allowClear options={detail.parties.map(({ id }) => ({ value: id, label: names(id) }))} />
      </Form.Item>
      <ReasonField />
    </DeskForm>
  );
}

function DayField({ label }: { label: string }) {
  const fields = useWords(fieldWords);
  return (
    <Form.Item name="day" label={label} rules={[{ required: true, message: fields.missing(label) }]}>
      <DatePicker />
    </Form.Item>
  );
}

const elsewhereWords = dictionary({
  "zh-CN": {
    note: {
      open: "登记他处受理",
      title: "登记他处受理",
      hint: "其他机关已经受理，或者依法由专门机关管辖的，登记后不能受理调解；已经受理的，由主办人终止。",
      submit: "登记",
      done: "已登记他处受理",
    },
    end: {
      open: "登记他处办结",
      title: "登记他处办结",
      hint: "撤回、驳回或者办结后，可以再受理调解。",
      submit: "登记",
      done: "已登记他处办结",
    },
    recuse: {
      open: "回避",
      title: "承办人员回避",
      hint: "回避后不再承担本案任何职责；由其承办的，案件退回待分流，其以调解员身份的签名不再有效。",
      submit: "决定回避",
      done: "已决定回避",
    },
    body: "机关类别",
    bodyName: "机关名称",
    docketNo: "案号",
    docketHint: "依法由专门机关管辖的，可不填。",
    acceptedOn: "受理日期",
    endedOn: "办结日期",
    handler: "回避人员",
    ground: "事由",
    party: "申请回避的当事人（如有）",
  },
  en: {
    note: {
      open: "Note that another body has it",
      title: "Another body has accepted the matter",
      hint: "While it stands the case is not accepted; one that was is ended by its lead.",
      submit: "Note",
      done: "Noted",
    },
    end: {
      open: "Note that it has it no more",
      title: "The other body has it no more",
      hint: "Withdrawn, dismissed or done there: the case may be accepted.",
      submit: "Note",
      done: "Noted",
    },
    recuse: {
      open: "Recuse",
      title: "Somebody steps back",
      hint: "No duty in this case any more; what he answered for is dispatched anew, and his signatures as mediator count no more.",
      submit: "Recuse",
      done: "Recused",
    },
    body: "Kind of body",
    bodyName: "Body",
    docketNo: "Number",
    docketHint: "Not needed where the law alone says whose it is.",
    acceptedOn: "Accepted on",
    endedOn: "Ended on",
    handler: "Who",
    ground: "Ground",
    party: "Party who asked for it, if any",
  },
});
