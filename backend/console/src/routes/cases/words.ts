/** The words of the list of cases. */

import { dictionary } from "@/locales/dictionary";

export const casesWords = dictionary({
  "zh-CN": {
    title: "案件",
    unreadable: (ids: string[]) =>
      `有 ${ids.length} 件案件的登记数据无法读取，未列入下表，内容并未丢失。请将编号告知系统管理员：${ids.join("、")}`,
    searchLabel: "搜索案件",
    status: "状态",
    anyStatus: "全部状态",
    caption: "案件列表",
    columns: {
      no: "案号",
      status: "状态",
      difficulty: "难易",
      level: "预警",
      registered: "登记时间",
      conflicts: "未决分歧",
    },
    placeOutside: "地点不在本县",
    withoutLead: "承办人已停用的案件",
    empty: "还没有案件。110 推送或窗口登记后，案件会自动出现在这里。",
    clear: "清除条件",
    previous: "上一页",
    next: "下一页",
    paging: "翻页",
    trouble: {
      banner: (count: number) => `有 ${count} 件案件没有及时汇总或登记不全，请联系系统管理员处置。`,
      toList: "查看",
    },
  },
  en: {
    title: "Cases",
    unreadable: (ids) =>
      `${ids.length} ${ids.length === 1 ? "case" : "cases"} cannot be read and ${ids.length === 1 ? "is" : "are"} not in the list; nothing is lost. Tell your system administrator: ${ids.join(", ")}`,
    searchLabel: "Search cases",
    status: "Status",
    anyStatus: "Any status",
    caption: "List of cases",
    columns: {
      no: "Number",
      status: "Status",
      difficulty: "Difficulty",
      level: "Alert",
      registered: "Registered",
      conflicts: "Open conflicts",
    },
    placeOutside: "Place outside the county",
    withoutLead: "Lead is gone",
    empty: "No cases yet. A case appears here by itself once 110 or a counter has registered it.",
    clear: "Clear filters",
    previous: "Previous",
    next: "Next",
    paging: "Pages",
    trouble: {
      banner: (count) =>
        `${count} ${count === 1 ? "case was" : "cases were"} not settled in time or not kept whole. Tell your system administrator.`,
      toList: "Show",
    },
  },
});
