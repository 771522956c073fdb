/** The words of the sign-in page. */

import { dictionary } from "@/locales/dictionary";

export const signInWords = dictionary({
  "zh-CN": {
    title: "登录督导台",
    lead: "矛盾纠纷多元化解 · 一案到底",
    login: "账号",
    loginMissing: "请输入账号",
    password: "密码",
    passwordMissing: "请输入密码",
    submit: "登录",
    help: "忘记密码或账号被停用，请联系本单位系统管理员。",
    ending: {
      expired: "登录已过期，请重新登录。登录后会回到刚才的页面。",
      idle: "长时间没有操作，已为您退出。登录后会回到刚才的页面。",
      "signed-out": "您已退出登录。",
    },
  },
  en: {
    title: "Sign in",
    lead: "Mediation of disputes, each case followed to its end",
    login: "Account",
    loginMissing: "Enter your account name",
    password: "Password",
    passwordMissing: "Enter your password",
    submit: "Sign in",
    help: "Forgotten the password, or the account is disabled? Ask your system administrator.",
    ending: {
      expired: "Your session has ended. Sign in to return to the page you were on.",
      idle: "You were signed out after a long time without activity. Sign in to return to your page.",
      "signed-out": "You have signed out.",
    },
  },
});
