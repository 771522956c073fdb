import type { CaseDetail } from "@/api/model";
import { tones } from "@/app/theme";
import { ListSection } from "@/components/ListSection";
import { Mark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { may } from "@/lib/rights";
import { NONE } from "@/locales/dictionary";
import { kindWords } from "@/locales/kinds";
import { useWords, wordFor } from "@/locales/words";
import { Offered } from "../acts/Offered";
import { AnswerItemAct, DropItemAct, TakeItemAct } from "../acts/supervision";
import type { Supervision } from "../model";
import { courseWords } from "./words";

/** What supervision did about clocks. */
export function SupervisionSection({ detail }: { detail: CaseDetail }) {
  const { supervision: words } = useWords(courseWords);
  const kinds = useWords(kindWords);
  const items: Supervision[] = detail.facts.supervision;
  return (
    <ListSection title={words.title} className="rail-list">
      {items.map((item) => (
        <li key={item.no}>
          <div className="row">
            <strong>{wordFor(kinds.measure, item.measure, item.measure_zh)}</strong>
            <span>{wordFor(kinds.deadlineKind, item.clock, item.clock_zh)}</span>
            <Mark tone={item.state === "issued" || item.state === "proposed" ? tones.amber : tones.grey}>
              {wordFor(words.state, item.state)}
            </Mark>
            <span className="soft small">
              <Moment at={item.at} />
              {item.ordered_by && ` ${item.ordered_by}`}
            </span>
            {item.due_at && (
              <span className="soft small">
                {words.due} <Moment at={item.due_at} />
              </span>
            )}
            <Offered when={["issued", "taken"].includes(item.state) && may(detail, "R054")}>
              <AnswerItemAct detail={detail} no={item.no} />
            </Offered>
            <Offered when={item.state === "proposed" && may(detail, "R091")}>
              <TakeItemAct detail={detail} no={item.no} />
              <DropItemAct detail={detail} no={item.no} />
            </Offered>
          </div>
          <div className="small" lang="zh-CN">
            {item.zh}
          </div>
          {item.text && (
            <div className="small">
              {item.by_name ?? NONE}：{item.text}
            </div>
          )}
        </li>
      ))}
    </ListSection>
  );
}
