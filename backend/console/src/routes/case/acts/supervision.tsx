/** What becomes of a measure of supervision. */

import type { CaseDetail } from "@/api/model";
import { dictionary } from "@/locales/dictionary";
import { useWords } from "@/locales/words";
import { DeskForm } from "./DeskForm";
import { ReasonForm } from "./ReasonForm";

interface Props {
  detail: CaseDetail;
  /** The number of the measure. */
  no: number;
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
