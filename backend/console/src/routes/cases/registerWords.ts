/** The words of the form with which a counter registers a case. */

import { dictionary } from "@/locales/dictionary";

export const registerWords = dictionary({
  "zh-CN": {
    open: "登记案件",
    title: "登记案件",
    hint: "窗口来访、来信、来电在此登记，登记后自动研判，并派给值班人员。不要填写姓名、证件号和电话。",
    submit: "登记",
    cancel: "取消",
    missing: (label: string): string => `请填写${label}`,
    done: (no: string, code: string): string => `已登记：${no}，查询码 ${code}`,
    fields: {
      channel: "来源",
      region: "辖区代码",
      address: "地点",
      situation: "情形编码",
      summary: "简要情况",
      persons: "涉及人数",
    },
  },
  en: {
    open: "Register a case",
    title: "Register a case",
    hint: "Who comes in, writes or calls is registered here, triaged and offered to whoever is on duty. No names, no numbers of persons.",
    submit: "Register",
    cancel: "Cancel",
    missing: (label) => `Missing: ${label}`,
    done: (no, code) => `Registered: ${no}, public code ${code}`,
    fields: {
      channel: "Came by",
      region: "Region code",
      address: "Place",
      situation: "Situation code",
      summary: "What happened",
      persons: "Persons",
    },
  },
});
