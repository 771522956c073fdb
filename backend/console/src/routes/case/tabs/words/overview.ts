/** The words of what a case is about, and between whom. */

import { dictionary } from "@/locales/dictionary";

export const overviewWords = dictionary({
  "zh-CN": {
    intake: {
      title: "登记情况",
      summary: "简要情况",
      noSummary: "还没有填写。",
      channel: "来源渠道",
      externalNo: "渠道单号",
      occurred: "发生时间",
      place: "地点",
      persons: "涉及人数",
      amount: "涉及金额",
      injury: "受伤情况",
    },
    injury: { none: "无人受伤", light: "轻伤，无后遗症", lasting: "有后遗症", death: "有人死亡" },
    parties: {
      title: "当事人",
      side: { a: "甲方", b: "乙方", third: "第三人" },
      kind: { person: "自然人", organisation: "单位" },
      minor: "未成年人",
      incapacitated: "行为能力受限",
      representative: "代表人",
      withdrawn: "已撤回",
      alias: "与另一条为同一人",
      masked: "姓名已脱敏",
      empty: "还没有登记当事人。",
    },
  },
  en: {
    intake: {
      title: "Intake",
      summary: "Summary",
      noSummary: "Not written yet.",
      channel: "Channel",
      externalNo: "Channel's number",
      occurred: "Broke out",
      place: "Place",
      persons: "Persons",
      amount: "Amount",
      injury: "Injury",
    },
    injury: {
      none: "Nobody hurt",
      light: "Hurt, no lasting harm",
      lasting: "Lasting injury",
      death: "Somebody died",
    },
    parties: {
      title: "Parties",
      side: { a: "Side A", b: "Side B", third: "Third party" },
      kind: { person: "Person", organisation: "Organisation" },
      minor: "Minor",
      incapacitated: "Lacks capacity",
      representative: "Representative",
      withdrawn: "Withdrawn",
      alias: "Same person as another entry",
      masked: "Names are masked",
      empty: "No parties yet.",
    },
  },
});
