/** What a case is called in a line of a list and at the head of its own page. */

import { dictionary } from "./dictionary";

export const summaryWords = dictionary({
  "zh-CN": {
    situation: "情形",
    lead: "主办人",
    due: "办理期限",
    overdue: "已超期",
    noLead: "未定",
    leadDeparted: "承办人已停用",
    search: "搜索案号、公开码、情形",
    noMatch: "没有符合条件的案件。",
  },
  en: {
    situation: "Situation",
    lead: "Lead",
    due: "Due",
    overdue: "Overdue",
    noLead: "None yet",
    leadDeparted: "Lead is gone",
    search: "Search number, public code, situation",
    noMatch: "No case matches.",
  },
});
