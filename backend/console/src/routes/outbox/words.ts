/** The words of the page of what is owed to the channels. */

import { dictionary } from "@/locales/dictionary";

export const outboxWords = dictionary({
  "zh-CN": {
    title: "对外推送",
    lead: "结果反馈、险情、公安事项和三推送由平台自动送达，失败会自动重试；没送到的排在前面。",
    empty: "没有待送或已送的消息。",
    toCase: "查看案件",
    columns: {
      state: "送达",
      channel: "渠道",
      externalNo: "渠道单号",
      created: "产生",
      attempts: "次数",
      next: "下次重试 / 送达时间",
    },
    state: { waiting: "待送", failing: "送达失败", delivered: "已送达" },
    error: {
      unknown_channel: "没有登记这个渠道",
      no_webhook: "该渠道没有登记接收地址",
      out_of_service: "该渠道已停用",
      not_reached: "连不上接收方",
      timed_out: "接收方没有及时应答",
    },
    backlog: {
      title: "各渠道待送情况",
      kind: { police_order: "险情和公安事项", feedback: "结果反馈", push: "三推送" },
      columns: { channel: "渠道", kind: "内容", waiting: "待送", oldest: "最早产生", error: "最近的失败" },
      unconnected: "渠道未接通，请系统管理员登记渠道和接收地址，或启用渠道",
    },
  },
  en: {
    title: "Outbox",
    lead: "Results, dangers, police matters and pushes leave by themselves and are tried again; what fails stands first.",
    empty: "Nothing is owed, and nothing was sent.",
    toCase: "To the case",
    columns: {
      state: "Delivery",
      channel: "Channel",
      externalNo: "Its number",
      created: "Caused",
      attempts: "Tries",
      next: "Next try / delivered",
    },
    state: { waiting: "Waiting", failing: "Failing", delivered: "Delivered" },
    error: {
      unknown_channel: "There is no such channel",
      no_webhook: "The channel has no address",
      out_of_service: "The channel is out of service",
      not_reached: "The receiver cannot be reached",
      timed_out: "The receiver did not answer in time",
    },
    backlog: {
      title: "What waits for each channel",
      kind: { police_order: "Danger or police matter", feedback: "Result", push: "Push" },
      columns: {
        channel: "Channel",
        kind: "Content",
        waiting: "Waiting",
        oldest: "Oldest",
        error: "Last failure",
      },
      unconnected:
        "Not connected: your system administrator must set up the channel and its address, or put it into service",
    },
  },
});
