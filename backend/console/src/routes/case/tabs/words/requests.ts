/** The words of requests from the field and their rulings. */

import { dictionary } from "@/locales/dictionary";

export const requestWords = dictionary({
  "zh-CN": {
    title: "请求与裁定",
    caption: "请求一览：提出人、设备时间与裁定",
    empty: "还没有请求。",
    columns: { ask: "请求", author: "提出人", at: "提出时间（设备）", ruling: "裁定" },
    ruling: { pending: "待确认", referred: "待审批", accepted: "已准", refused: "未准" },
  },
  en: {
    title: "Requests and rulings",
    caption: "Requests with their authors, device times and rulings",
    empty: "No requests yet.",
    columns: { ask: "Request", author: "Author", at: "Made at (device)", ruling: "Ruling" },
    ruling: { pending: "Waiting", referred: "With a desk", accepted: "Accepted", refused: "Refused" },
  },
});
