import { dictionary } from "./dictionary";

/** What the console calls itself. */
export const consoleTitle = dictionary({ "zh-CN": "和解 · 督导台", en: "hejie · Supervision" });
