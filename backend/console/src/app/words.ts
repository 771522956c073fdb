/** The words that surround the pages. */

import { dictionary } from "@/locales/dictionary";

export const appWords = dictionary({
  "zh-CN": {
    skip: "跳到正文",
    loading: "正在载入…",
    language: {
      other: "English",
      otherLabel: "Switch to English",
    },
    nav: "主导航",
    user: { menu: "当前用户", signOut: "退出登录" },
    broken: {
      title: "页面出了故障",
      lead: "已经提交的内容不受影响。请重新载入；仍不成功，请联系系统管理员。",
      reload: "重新载入",
    },
  },
  en: {
    skip: "Skip to content",
    loading: "Loading…",
    language: {
      other: "中文",
      otherLabel: "切换到中文",
    },
    nav: "Main",
    user: { menu: "Signed in as", signOut: "Sign out" },
    broken: {
      title: "This page failed",
      lead: "What you have sent is safe. Reload; if it fails again, ask your system administrator.",
      reload: "Reload",
    },
  },
});
