import type { Colour } from "@/api/model";
import { LevelMark } from "@/components/Mark";
import { Section } from "@/components/Section";
import { useWords } from "@/locales/words";

/** The colour with everything that it is made of: advice that has to explain itself. */
export function ColourCard({ colour }: { colour: Colour }) {
  const { colour: words } = useWords();
  return (
    <Section title={words.title}>
      <div className="row">
        <LevelMark level={colour.level} />
        <strong className="figures">{words.score(colour.score)}</strong>
        <span className="soft small">{words.advice}</span>
      </div>
      {colour.reasons.length === 0 ? (
        <p className="soft small">{words.empty}</p>
      ) : (
        <ul className="plain rail-list rail-reasons">
          {colour.reasons.map((reason) => (
            <li key={`${reason.code} ${reason.zh}`} className="rail-reason">
              <span lang="zh-CN">{reason.zh}</span>
              <span className="figures">{words.points(reason.points)}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
