/** The words of the trail. */

import { dictionary } from "@/locales/dictionary";
import { span } from "@/locales/span";

export const trailWords = dictionary({
  "zh-CN": {
    title: "轨迹",
    caption: "案件轨迹：设备声称的时间与服务器收到的时间并列",
    columns: {
      event: "事项",
      by: "经办",
      claimed: "声称时间（设备）",
      received: "收到时间（服务器）",
      status: "状态变化",
    },
    noClaim: "无设备时间",
    late: (minutes: number) => `晚到 ${span["zh-CN"](minutes)}`,
    ahead: (minutes: number) => `设备时钟快 ${span["zh-CN"](minutes)}`,
    empty: "还没有轨迹。",
    explain: "以服务器收到时间为准；离线办理的事项会晚到。",
  },
  en: {
    title: "Trail",
    caption: "Trail of the case: the time that a device claims beside the time of receipt",
    columns: {
      event: "Event",
      by: "By",
      claimed: "Claimed (device)",
      received: "Received (server)",
      status: "Status",
    },
    noClaim: "No device time",
    late: (minutes) => `${span.en(minutes)} late`,
    ahead: (minutes) => `Device clock ${span.en(minutes)} fast`,
    empty: "Nothing yet.",
    explain: "The time of receipt is what counts; work done offline arrives late.",
  },
});
