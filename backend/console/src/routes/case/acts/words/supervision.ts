/** What the acts about measures of supervision are called, from button to receipt. */

import { dictionary } from "@/locales/dictionary";

export const supervisionActWords = dictionary({
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
