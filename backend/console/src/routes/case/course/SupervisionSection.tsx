import type { CaseDetail } from "@/api/model";
import { tones } from "@/app/theme";
import { Mark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { Section } from "@/components/Section";
import { may } from "@/lib/rights";
import { useWords, wordFor } from "@/locales/words";
import { AnswerItemAct, DropItemAct, TakeItemAct } from "../acts/supervision";
import type { Supervision } from "../model";

/** What supervision did about clocks. */
export function SupervisionSection({ detail }: { detail: CaseDetail }) {
  const words = useWords();
  const items: Supervision[] = detail.facts.supervision;
  if (items.length === 0) return null;
  return (
    <Section title={words.supervision.title}>
      <ul className="plain rail-list">
        {items.map((item) => (
          <li key={item.no}>
            <div className="row">
              <strong>{wordFor(words.measure, item.measure, item.measure_zh)}</strong>
              <span>{wordFor(words.deadlineKind, item.clock, item.clock_zh)}</span>
              <Mark tone={item.state === "issued" || item.state === "proposed" ? tones.amber : tones.grey}>
                {wordFor(words.supervision.state, item.state)}
              </Mark>
              <span className="soft small">
                <Moment at={item.at} />
              </span>
              {["issued", "taken"].includes(item.state) && may(detail, "R054") && (
                <AnswerItemAct detail={detail} no={item.no} />
              )}
              {item.state === "proposed" && may(detail, "R091") && (
                <>
                  <TakeItemAct detail={detail} no={item.no} />
                  <DropItemAct detail={detail} no={item.no} />
                </>
              )}
            </div>
            <div className="small" lang="zh-CN">
              {item.zh}
            </div>
            {item.text && (
              <div className="small">
                {item.by_name ?? words.none}：{item.text}
              </div>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
