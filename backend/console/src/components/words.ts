/** The words of what several pages show. */

import { dictionary } from "@/locales/dictionary";

export const componentWords = dictionary({
  "zh-CN": {
    live: {
      live: "实时",
      connecting: "连接中",
      lost: "连接中断",
      liveHint: "案件有变化时，本页会自动更新。",
      connectingHint: "正在建立实时连接。",
      lostHint: "实时连接中断，正在自动重连；其间每 20 秒刷新一次。",
    },
    problem: {
      requestId: "请求编号",
      title: (status: number): string =>
        status === 0 ? "连不上服务器" : status >= 500 ? "服务器出了故障" : "这次操作没有完成",
      next: {
        unreachable: "请检查网络后重试；若其他页面也打不开，请联系系统管理员。",
        signIn: "请核对账号和密码后再试。",
        expired: "请重新登录。",
        forbidden: "您的角色不能做这一步。确有需要，请联系系统管理员调整权限。",
        notFound: "它可能不存在，也可能不在您的辖区内。请从案件列表重新进入。",
        conflict: "案件刚有新变化，本页已更新。请核对后再决定。",
        invalid: "请按提示处理后再试。",
        tooMany: "操作太频繁，请稍等一分钟再试。",
        server: "请稍后重试；仍不成功，请把请求编号告诉系统管理员。",
        other: "请稍后重试。",
      },
    },
    moved: {
      title: "案件刚有新变化，本页已更新",
      next: "请核对最新内容；已填写的内容保留，核对后可继续提交。",
      seen: "已核对最新内容",
      gone: "这一步现在不能办理；已填写的内容仍在，可复制备用。",
    },
    retry: "重试",
    deviceTime: "设备时间",
    original: "查看原件",
    trouble: {
      parked: "案件已搁置：最近一次汇总没有成功，所示为上一次成功时的内容。请联系系统管理员。",
      unmerged: (count: number, since: string) =>
        `有 ${count} 条修改已接收而未并入案件，最早收到于 ${since}。`,
      unprojected: "登记库未能照录以下各项，暂以空值或原值代替；文书中保留原内容，请核对更正。",
    },
    alarm: {
      undelivered: (count: number, since: string) =>
        `有 ${count} 条险情或公安事项尚未送达公安机关，最早产生于 ${since}。请立即电话通知公安机关。`,
      toBacklog: "查看原因",
      untold: (count: number, since: string) =>
        `隔离区有 ${count} 条险情没有告知公安，最早收到于 ${since}。请立即核看并拨打110。`,
      toDangers: "核看",
      uncalled: (count: number, since: string) =>
        `有 ${count} 条险情公安机关逾时未受理，最早收到于 ${since}。请立即拨打110并登记。`,
      toCalls: "电话报险",
    },
  },
  en: {
    live: {
      live: "Live",
      connecting: "Connecting",
      lost: "Disconnected",
      liveHint: "This page updates by itself when a case changes.",
      connectingHint: "Opening the live connection.",
      lostHint:
        "The live connection is down and is being reopened; meanwhile the page refreshes every 20 seconds.",
    },
    problem: {
      requestId: "Request",
      title: (status) =>
        status === 0
          ? "The server cannot be reached"
          : status >= 500
            ? "The server failed"
            : "This was not done",
      next: {
        unreachable:
          "Check the network and try again; if other pages fail too, ask your system administrator.",
        signIn: "Check the account name and password and try again.",
        expired: "Sign in again.",
        forbidden: "Your role does not allow this step. If you need it, ask your system administrator.",
        notFound: "It may not exist, or lie outside your area. Open it again from the list of cases.",
        conflict: "The case has just changed and this page has been updated. Check it before you decide.",
        invalid: "Do what it says, then try again.",
        tooMany: "Too many attempts. Wait a minute and try again.",
        server: "Try again later; if it fails again, give the request number to your system administrator.",
        other: "Try again later.",
      },
    },
    moved: {
      title: "The case has just changed and this page has been updated",
      next: "Look at what is new. What you have written stays; once you have looked you can go on and send it.",
      seen: "I have looked at it",
      gone: "This cannot be done now. What you have written is still here to be copied.",
    },
    retry: "Try again",
    deviceTime: "Device time",
    original: "See the original",
    trouble: {
      parked:
        "Parked: the last reconciliation of this case failed; shown is its last good state. Tell your system administrator.",
      unmerged: (count, since) =>
        `${count} ${count === 1 ? "change is" : "changes are"} received and not merged, the first at ${since}.`,
      unprojected:
        "The registry does not take these fields as they were written and shows nothing or the former value instead; the document keeps them.",
    },
    alarm: {
      undelivered: (count, since) =>
        `${count} ${count === 1 ? "danger or police matter has" : "dangers or police matters have"} not reached the police, the first since ${since}. Telephone the police at once.`,
      toBacklog: "See why",
      untold: (count, since) =>
        `${count} ${count === 1 ? "danger" : "dangers"} in quarantine of which nobody told the police, the first since ${since}. Look at once and call 110.`,
      toDangers: "Look",
      uncalled: (count, since) =>
        `The police have not signed in time for ${count} ${count === 1 ? "danger" : "dangers"}, the first received ${since}. Call 110 at once and record it.`,
      toCalls: "Police to call",
    },
  },
});
