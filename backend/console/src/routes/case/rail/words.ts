/** The words of the cards beside a case. */

import { dictionary } from "@/locales/dictionary";
import { span } from "@/locales/span";

export const railWords = dictionary({
  "zh-CN": {
    actions: "办理",
    deadlines: {
      title: "期限",
      empty: "没有在走的期限。",
      due: "截止",
      met: (at: string): string => `${at} 完成`,
      metLate: (at: string): string => `${at} 超期完成`,
      left: (minutes: number) => `还剩 ${span["zh-CN"](minutes)}`,
      over: (minutes: number) => `已超 ${span["zh-CN"](minutes)}`,
      basis: "依据",
      extended: (days: number): string => `已延 ${days} 天`,
      paused: (times: number): string => `曾中止 ${times} 次`,
      overCount: (count: number): string => `已结束的期限（${count}）`,
      standing: { paused: "暂停", waived: "已免除", ended: "随案终止" },
    },
    colour: {
      title: "三色预警",
      score: (score: number) => `${score} 分`,
      advice: "仅供参考，由人决定。",
      points: (points: number) => (points > 0 ? `+${points}` : `−${-points}`),
      empty: "没有加分项。",
      overridden: (name: string): string => `${name} 调整`,
      until: (at: string): string => `至 ${at}`,
    },
    assignments: {
      title: "责任人",
      empty: "还没有派单。",
      duty: { first: "首处责任", lead: "主办", co: "协办", visit: "回访" },
      signed: (at: string) => `${at} 签收`,
      waiting: "待签收",
      ended: (at: string) => `${at} 结束`,
      departed: "已停用",
      expected: (text: string): string => `要求：${text}`,
    },
  },
  en: {
    actions: "Actions",
    deadlines: {
      title: "Deadlines",
      empty: "No clock is running.",
      due: "Due",
      met: (at) => `Met ${at}`,
      metLate: (at) => `Met late, ${at}`,
      left: (minutes) => `${span.en(minutes)} left`,
      over: (minutes) => `${span.en(minutes)} over`,
      basis: "Basis",
      extended: (days) => `extended by ${days} days`,
      paused: (times) => `paused ${times} ×`,
      overCount: (count) => `Clocks that are over (${count})`,
      standing: { paused: "Paused", waived: "Waived", ended: "Ended with the case" },
    },
    colour: {
      title: "Three-colour alert",
      score: (score) => `${score} points`,
      advice: "Advice only; a person decides.",
      points: (points) => (points > 0 ? `+${points}` : `−${-points}`),
      empty: "Nothing adds to the score.",
      overridden: (name) => `set by ${name}`,
      until: (at) => `until ${at}`,
    },
    assignments: {
      title: "Responsible",
      empty: "Not dispatched yet.",
      duty: { first: "First handler", lead: "Lead", co: "Co-mediator", visit: "Visits" },
      signed: (at) => `Signed for ${at}`,
      waiting: "Not signed for",
      ended: (at) => `Ended ${at}`,
      departed: "Gone",
      expected: (text) => `Expected: ${text}`,
    },
  },
});
