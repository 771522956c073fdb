import type { ReactNode } from "react";
import { levelTone, statusTone, type Tone } from "@/app/theme";
import { codeWords } from "@/locales/codes";
import { kindWords } from "@/locales/kinds";
import { useWords, wordFor } from "@/locales/words";

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
  const words = useWords(kindWords);
  return <Mark tone={statusTone(status)}>{wordFor(words.status, status, zh)}</Mark>;
}

/** 红, 黄 or 蓝. */
export function LevelMark({ level, zh }: { level: string; zh?: string }) {
  const words = useWords(codeWords);
  return (
    <Mark tone={levelTone(level)} dot>
      {wordFor(words.level, level, zh)}
    </Mark>
  );
}
