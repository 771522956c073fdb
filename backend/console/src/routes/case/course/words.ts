/** The words for what goes on around a case. */

import { dictionary } from "@/locales/dictionary";

export const courseWords = dictionary({
  "zh-CN": {
    dueVisits: {
      title: "回访计划",
      empty: "结案或履行后，这里会列出应回访的时间。",
      nth: (n: number): string => `第 ${n} 次`,
      waived: (name: string): string => `${name} 免访`,
    },
    visitStanding: {
      running: "待回访",
      soon75: "临近",
      soon90: "即将到期",
      overdue: "已超期",
      met: "已回访",
      waived: "已免访",
      ended: "已终止",
      paused: "暂停",
    },
    plans: {
      title: "一案一策",
      step: (org: string, due: string): string => `${org}，${due} 前`,
    },
    pushes: {
      title: "三推送",
      pushed: (at: string): string => `${at} 推送`,
      acked: (at: string): string => `${at} 签收`,
      waiting: "待签收",
    },
    confirmation: {
      title: "司法确认",
      asked: (at: string): string => `${at} 申请`,
      sent: (at: string): string => `${at} 提交`,
      result: { confirmed: "予以确认", refused: "驳回", withdrawn: "撤回", not_accepted: "不予受理" },
    },
    kin: {
      title: "关联案件",
      mergedInto: "已并入",
      absorbed: "并入本案",
      splitFrom: "拆分自",
      splitInto: "拆出",
      repeat: "重复报警",
      calls: "九十日内同一双方来电",
      times: (count: number): string => `另有 ${count} 次`,
      elsewhere: "辖区外案件",
    },
    rounds: {
      title: "历次办理",
      nth: (n: number): string => `第 ${n} 轮`,
      span: (closed: string, reopened: string): string => `${closed} 结案，${reopened} 重启`,
      agreed: "曾达成协议",
    },
    supervision: {
      title: "督办",
      due: "期限",
      state: {
        issued: "已发出",
        proposed: "待人决定",
        taken: "已采取",
        dropped: "未采取",
        answered: "已答复",
        past: "已过",
      },
    },
  },
  en: {
    dueVisits: {
      title: "Visits due",
      empty: "After closing or performance the visits that are due stand here.",
      nth: (n) => `No. ${n}`,
      waived: (name) => `Waived by ${name}`,
    },
    visitStanding: {
      running: "Due",
      soon75: "Near",
      soon90: "Very near",
      overdue: "Overdue",
      met: "Done",
      waived: "Waived",
      ended: "Ended",
      paused: "Paused",
    },
    plans: {
      title: "Plan",
      step: (org, due) => `${org}, by ${due}`,
    },
    pushes: {
      title: "Three pushes",
      pushed: (at) => `Pushed ${at}`,
      acked: (at) => `Acknowledged ${at}`,
      waiting: "Waiting",
    },
    confirmation: {
      title: "Judicial confirmation",
      asked: (at) => `Asked ${at}`,
      sent: (at) => `Sent ${at}`,
      result: {
        confirmed: "Confirmed",
        refused: "Refused",
        withdrawn: "Withdrawn",
        not_accepted: "Not accepted",
      },
    },
    kin: {
      title: "Related cases",
      mergedInto: "Merged into",
      absorbed: "Merged into this one",
      splitFrom: "Split from",
      splitInto: "Split into",
      repeat: "Reported again",
      calls: "Calls of the pair within 90 days",
      times: (count) => `${count} more`,
      elsewhere: "A case outside the jurisdiction",
    },
    rounds: {
      title: "Earlier rounds",
      nth: (n) => `Round ${n}`,
      span: (closed, reopened) => `closed ${closed}, reopened ${reopened}`,
      agreed: "with an agreement",
    },
    supervision: {
      title: "Supervision",
      due: "Due",
      state: {
        issued: "Issued",
        proposed: "For a person to decide",
        taken: "Taken",
        dropped: "Dropped",
        answered: "Answered",
        past: "Past",
      },
    },
  },
});
