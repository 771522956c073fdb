/** What the acts about several cases are called, from button to receipt. */

import { dictionary } from "@/locales/dictionary";

export const kinActWords = dictionary({
  "zh-CN": {
    merge: {
      open: "并案",
      title: "并入他案",
      hint: "本案以并案结案，人员和期限并入所选案件；可以撤销。",
      submit: "并案",
      done: "已并案",
    },
    unmerge: {
      open: "撤销并案",
      title: "撤销并案",
      hint: "本案恢复并案前的状态，期限不重新计算。",
      submit: "撤销",
      done: "已撤销",
    },
    split: {
      open: "拆案",
      title: "拆案",
      hint: "将其中一起纠纷另立案件，重新登记和分流。",
      submit: "拆案",
      done: "已拆案",
    },
  },
  en: {
    merge: {
      open: "Merge",
      title: "Merge into another case",
      hint: "This case ends as merged; its people and clocks go on under the other. It can be undone.",
      submit: "Merge",
      done: "Merged",
    },
    unmerge: {
      open: "Undo the merge",
      title: "Undo the merge",
      hint: "The case stands where it stood; its clocks are not restarted.",
      submit: "Undo",
      done: "Undone",
    },
    split: {
      open: "Split",
      title: "Split",
      hint: "One of the disputes becomes a case of its own, registered and dispatched anew.",
      submit: "Split",
      done: "Split",
    },
  },
});
