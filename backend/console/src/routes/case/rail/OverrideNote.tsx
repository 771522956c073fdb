import { LevelMark } from "@/components/Mark";
import { showMinute } from "@/lib/time";
import { NONE } from "@/locales/dictionary";
import { useWords } from "@/locales/words";
import type { Facts } from "../model";
import { railWords } from "./words";

/** The colour that a person set over the score: by whom, why, until when. */
export function OverrideNote({ over }: { over: NonNullable<Facts["colour_override"]> }) {
  const { colour: words } = useWords(railWords);
  return (
    <div className="case-override small">
      <div className="row">
        <LevelMark level={over.level} zh={over.level_zh} />
        <span>{words.overridden(over.by_name ?? NONE)}</span>
      </div>
      <div className="prose">{over.why}</div>
      {over.until && <div className="soft figures">{words.until(showMinute(over.until))}</div>}
    </div>
  );
}
