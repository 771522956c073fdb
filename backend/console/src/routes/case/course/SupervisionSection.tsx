import type { Supervision } from "@/api/model";
import { tones } from "@/app/theme";
import { Mark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { Section } from "@/components/Section";
import { useWords, wordFor } from "@/locales/words";

/** What supervision did about clocks. */
export function SupervisionSection({ items }: { items: Supervision[] }) {
  const words = useWords();
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
