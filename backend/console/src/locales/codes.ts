/** What the server means by its codes, where several pages show them. */

import { dictionary } from "./dictionary";

export const codeWords = dictionary({
  "zh-CN": {
    difficulty: { simple: "简易", ordinary: "一般", complex: "复杂" },
    channel: {
      "110": "110",
      "12345": "12345",
      "12348": "12348",
      walk_in: "窗口来访",
      letter: "来信",
      phone: "来电",
      grid: "网格上报",
      court: "法院委托",
      petition: "信访",
    },
    performance: {
      performed: "已履行",
      partly: "部分履行",
      not_performed: "未履行",
      nothing_due: "无履行内容",
    },
    receiver: { police: "公安机关", department: "行政主管部门（裁决、仲裁等）" },
    retention: { short: "短期", long: "长期", permanent: "永久" },
    level: { red: "红", yellow: "黄", blue: "蓝" },
  },
  en: {
    difficulty: { simple: "Simple", ordinary: "Ordinary", complex: "Complex" },
    channel: {
      "110": "110",
      "12345": "12345",
      "12348": "12348",
      walk_in: "Walk-in",
      letter: "Letter",
      phone: "Telephone",
      grid: "Grid",
      court: "Court",
      petition: "Petition",
    },
    performance: {
      performed: "Performed",
      partly: "Partly performed",
      not_performed: "Not performed",
      nothing_due: "Nothing due",
    },
    receiver: { police: "Police", department: "Department (ruling, arbitration)" },
    retention: { short: "Short", long: "Long", permanent: "For ever" },
    level: { red: "Red", yellow: "Yellow", blue: "Blue" },
  },
});
