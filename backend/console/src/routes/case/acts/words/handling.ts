/** What the acts about who handles the case are called, from button to receipt. */

import { dictionary } from "@/locales/dictionary";

export const handlingWords = dictionary({
  "zh-CN": {
    triage: {
      open: "研判",
      title: "警务/非警务研判",
      hint: "按目录确定情形：公安事项移交公安机关，其余进入分流。",
      submit: "确认研判",
      done: "已研判",
    },
    dispatch: {
      open: "派单",
      title: "派单",
      hint: "定人、定责、定时、定效：对方须在时限内签收。",
      submit: "派单",
      done: "已派单，等待签收",
    },
    assign: {
      open: "增派协办或回访",
      title: "增派人员",
      hint: "协办人和回访人参与本案，不改变主办人。",
      submit: "增派",
      done: "已增派",
    },
    handover: {
      open: "移交主办",
      title: "移交主办",
      hint: "新主办人签收之前，仍由现主办人负责。",
      submit: "移交",
      done: "已移交，等待签收",
    },
    giveBack: {
      open: "退回",
      title: "退回案件",
      hint: "退回后案件回到待分流；分流时限继续计算。第二次退回由县级指定承办人。",
      submit: "退回",
      done: "已退回",
    },
    transfer: {
      open: "移交",
      title: "移交其他单位",
      hint: "接收单位签收并已告知当事人后，案件以移交结案。",
      submit: "确认移交",
      done: "已移交",
    },
    policeAccept: {
      open: "公安受理",
      title: "公安受理",
      hint: "确认公安机关已受理移交的事项或险情。",
      submit: "确认受理",
      done: "已受理",
    },
  },
  en: {
    triage: {
      open: "Triage",
      title: "Police or not",
      hint: "By the catalogue: police matters go to the police, the rest is dispatched.",
      submit: "Confirm",
      done: "Triaged",
    },
    dispatch: {
      open: "Dispatch",
      title: "Dispatch",
      hint: "Person, duty, time and what is expected are fixed; the person signs within the term.",
      submit: "Dispatch",
      done: "Dispatched; waiting for the signature",
    },
    assign: {
      open: "Add a colleague",
      title: "Add a colleague",
      hint: "Co-handlers and visitors take part; the lead stays the lead.",
      submit: "Add",
      done: "Added",
    },
    handover: {
      open: "Hand over the lead",
      title: "Hand over the lead",
      hint: "The present lead answers until the new one has signed.",
      submit: "Hand over",
      done: "Offered; waiting for the signature",
    },
    giveBack: {
      open: "Give back",
      title: "Give the case back",
      hint: "The case goes back to the pool and its clock goes on. After the second return the county decides.",
      submit: "Give back",
      done: "Given back",
    },
    transfer: {
      open: "Transfer out",
      title: "Transfer to another body",
      hint: "Once the receiver has signed and the parties were told, the case ends as transferred.",
      submit: "Transfer",
      done: "Transferred",
    },
    policeAccept: {
      open: "Accept for the police",
      title: "Police acceptance",
      hint: "The police have taken over what was transferred or reported to them.",
      submit: "Accept",
      done: "Accepted",
    },
  },
});
