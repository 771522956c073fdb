/** The look of the console in one place: Ant Design's tokens, and the colours that carry a meaning. */

import type { ThemeConfig } from "antd";

const ink = "rgba(17, 24, 39, 0.92)";
const inkSoft = "#4b5563";
const navy = "#1f4e79";

export const theme: ThemeConfig = {
  token: {
    colorPrimary: navy,
    colorLink: "#17508c",
    colorInfo: navy,
    colorError: "#c4161f",
    colorText: ink,
    colorTextSecondary: inkSoft,
    colorTextTertiary: inkSoft,
    colorTextDescription: inkSoft,
    colorTextPlaceholder: "#6b7280",
    colorBgLayout: "#f3f5f8",
    colorBorderSecondary: "#e3e7ed",
    borderRadius: 4,
    fontSize: 14,
    fontFamily:
      '"PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "HarmonyOS Sans SC", system-ui, sans-serif',
    fontFamilyCode:
      'ui-monospace, "SFMono-Regular", "Cascadia Mono", "Noto Sans Mono CJK SC", Consolas, monospace',
    motionDurationMid: "0.12s",
    motionDurationSlow: "0.18s",
  },
  components: {
    Layout: { headerBg: "#16324f", headerHeight: 52, headerPadding: "0 24px" },
    Card: { headerFontSize: 15, headerHeight: 44, headerPadding: 16, bodyPadding: 16 },
    Table: { headerBg: "#f7f9fb", cellPaddingBlockMD: 10 },
    Form: { verticalLabelPadding: "0 0 4px", itemMarginBottom: 18 },
    Tabs: { titleFontSize: 15 },
  },
};

/** Buttons on the dark bar. */
export const darkBar: ThemeConfig = {
  components: {
    Button: {
      textTextColor: "#fff",
      textTextHoverColor: "#fff",
      textTextActiveColor: "#fff",
      textHoverBg: "rgb(255 255 255 / 14%)",
      colorBgTextActive: "rgb(255 255 255 / 22%)",
    },
  },
};

/** Text, ground and border of a mark that carries a meaning; each text has at least 4.5 : 1 on its ground. */
export interface Tone {
  color: string;
  background: string;
  borderColor: string;
}

const red: Tone = { color: "#a3131c", background: "#fdecec", borderColor: "#f0a8ab" };
const amber: Tone = { color: "#7a4b00", background: "#fff4d1", borderColor: "#e5c15c" };
const blue: Tone = { color: "#134a86", background: "#e8f1fb", borderColor: "#a9c8ea" };
const green: Tone = { color: "#1f5c33", background: "#e9f6ec", borderColor: "#a5d3b1" };
const grey: Tone = { color: "#414b5a", background: "#f0f2f5", borderColor: "#cdd3db" };

export const tones = { red, amber, blue, green, grey };

const levels: Record<string, Tone> = { red, yellow: amber, blue };
const severities: Record<string, Tone> = { block: red, review: amber, note: grey };
const standings: Record<string, Tone> = {
  overdue: red,
  soon90: amber,
  soon75: amber,
  running: blue,
  met: green,
};
const statuses: Record<string, Tone> = {
  suspended: red,
  close_disputed: red,
  pending_dispatch: amber,
  dispatched: amber,
  pending_acceptance: amber,
  pending_close: amber,
  closed: grey,
  archived: grey,
};

export function levelTone(level: string): Tone {
  return levels[level] ?? grey;
}

export function severityTone(severity: string): Tone {
  return severities[severity] ?? grey;
}

/** How a clock stands: past its end, nearly there, or with time left. */
export function standingTone(standing: string): Tone {
  return standings[standing] ?? grey;
}

/** Halted, waiting for somebody, done, or going on. */
export function statusTone(status: string): Tone {
  return statuses[status] ?? blue;
}
