import type { ReactNode } from "react";
import { levelTone, statusTone, type Tone } from "@/app/theme";
import { useLanguage, wordFor } from "@/locales/words";

/** A word on a coloured ground. The word alone says everything; the colour only helps to find it. */
export function Mark({ tone, dot = false, children }: { tone: Tone; dot?: boolean; children: ReactNode }) {
  return (
    <span className="mark" style={tone}>
      {dot && <span className="mark-dot" aria-hidden="true" />}
      {children}
    </span>
  );
}

/** Where a case stands. */
export function StatusMark({ status, zh }: { status: string; zh: string }) {
  const { words } = useLanguage();
  return <Mark tone={statusTone(status)}>{wordFor(words.status, status, zh)}</Mark>;
}

/** 红, 黄 or 蓝. */
export function LevelMark({ level, zh }: { level: string; zh?: string }) {
  const { words } = useLanguage();
  return (
    <Mark tone={levelTone(level)} dot>
      {wordFor(words.colour.level, level, zh)}
    </Mark>
  );
}
