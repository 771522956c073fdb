/** The words for an address that is no page. */

import { dictionary } from "@/locales/dictionary";

export const notFoundWords = dictionary({
  "zh-CN": {
    title: "没有这个页面",
    lead: "地址可能写错了，或者页面已经移走。",
    home: "回到案件列表",
  },
  en: {
    title: "No such page",
    lead: "The address may be wrong, or the page has moved.",
    home: "To the cases",
  },
});
