/** The words of the page of dangers about which the police are to be called. */

import { dictionary } from "@/locales/dictionary";

export const dangerCallsWords = dictionary({
  "zh-CN": {
    title: "电话报险",
    lead: "险情已推送公安机关而逾时未受理。请立即拨打110，再登记接听人和通话时间。",
    empty: "没有逾时未受理的险情。",
    received: (at: string) => `收到于 ${at}`,
    toCase: "打开案件登记",
    unheld: "这项险情没有记入案件，通话在此登记。",
    cancel: "取消",
  },
  en: {
    title: "Police to call",
    lead: "These dangers went to the police, who did not sign for them in time. Call 110 at once, then record who answered and when.",
    empty: "The police signed for every danger in time.",
    received: (at) => `Received ${at}`,
    toCase: "Record it in the case",
    unheld: "No case holds this danger; the call is recorded here.",
    cancel: "Cancel",
  },
});
