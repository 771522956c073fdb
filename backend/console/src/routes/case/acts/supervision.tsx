/** What becomes of a measure of supervision. */

import { DatePicker, Form } from "antd";
import type { Dayjs } from "dayjs";
import type { CaseDetail } from "@/api/model";
import { dictionary } from "@/locales/dictionary";
import { useWords } from "@/locales/words";
import { DeskForm } from "./DeskForm";
import { ReasonField } from "./fields";
import { ReasonForm } from "./ReasonForm";

interface Props {
  detail: CaseDetail;
  /** The number of the measure. */
  no: number;
}

interface OrderFields {
  what: string;
  due_on?: Dayjs | null;
}

/** Orders something of whoever handles the case, until a day. */
export function SuperviseAct({ detail }: { detail: CaseDetail }) {
  const acts = useWords(supervisionActWords);
  return (
    <DeskForm<"supervise", OrderFields>
      detail={detail}
      act="supervise"
      words={acts.supervise}
      says={({ what, due_on }) => ({ what: what.trim(), due_on: due_on?.format("YYYY-MM-DD") ?? null })}
    >
      <ReasonField name="what" label={acts.what} />
      <Form.Item name="due_on" label={acts.dueOn} extra={acts.dueOnHint}>
        <DatePicker />
      </Form.Item>
    </DeskForm>
  );
}

export function AnswerItemAct({ detail, no }: Props) {
  const acts = useWords(supervisionActWords);
  return (
    <ReasonForm<"answer_item">
      detail={detail}
      act="answer_item"
      words={acts.answerItem}
      button={{ size: "small" }}
      says={(why) => ({ no, answer: why })}
    />
  );
}

export function TakeItemAct({ detail, no }: Props) {
  const acts = useWords(supervisionActWords);
  return (
    <DeskForm<"decide_item", object>
      detail={detail}
      act="decide_item"
      words={acts.takeItem}
      button={{ size: "small", danger: true }}
      says={() => ({ no, take: true, why: "" })}
    />
  );
}

export function DropItemAct({ detail, no }: Props) {
  const acts = useWords(supervisionActWords);
  return (
    <ReasonForm<"decide_item">
      detail={detail}
      act="decide_item"
      words={acts.dropItem}
      button={{ size: "small" }}
      says={(why) => ({ no, take: false, why })}
    />
  );
}

const supervisionActWords = dictionary({
  "zh-CN": {
    supervise: {
      open: "督办交办",
      title: "督办交办",
      hint: "督办单发给承办人，须在期限内答复；逾期按督办阶梯处理。",
      submit: "交办",
      done: "已交办",
    },
    what: "交办事项",
    dueOn: "办理期限",
    dueOnHint: "留空为三日；最长六十日。",
    answerItem: {
      open: "答复",
      title: "答复督办",
      hint: "写明已采取的措施，或未能办理的原因。时限照常计算。",
      submit: "答复",
      done: "已答复",
    },
    takeItem: {
      open: "采取",
      title: "采取该项措施",
      hint: "通报、追责须由人决定；决定后发给责任人。",
      submit: "采取",
      done: "已采取",
    },
    dropItem: {
      open: "不采取",
      title: "不采取该项措施",
      hint: "请说明理由，理由留痕。",
      submit: "不采取",
      done: "已决定",
    },
  },
  en: {
    supervise: {
      open: "Order",
      title: "Supervision order",
      hint: "Goes to whoever handles the case, who answers by the day; what is late climbs the ladder.",
      submit: "Order",
      done: "Ordered",
    },
    what: "What is to be done",
    dueOn: "Due on",
    dueOnHint: "Three days if left empty; sixty at most.",
    answerItem: {
      open: "Answer",
      title: "Answer the measure",
      hint: "Say what was done, or why it could not be done. The clock goes on.",
      submit: "Answer",
      done: "Answered",
    },
    takeItem: {
      open: "Take",
      title: "Take the measure",
      hint: "Notices and accountability are decided by a person, and go to whoever is responsible.",
      submit: "Take",
      done: "Taken",
    },
    dropItem: {
      open: "Drop",
      title: "Drop the measure",
      hint: "Say why; the reason is kept.",
      submit: "Drop",
      done: "Decided",
    },
  },
});
