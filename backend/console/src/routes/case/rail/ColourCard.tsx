import type { CaseDetail } from "@/api/model";
import { LevelMark } from "@/components/Mark";
import { Section } from "@/components/Section";
import { may } from "@/lib/rights";
import { useWords } from "@/locales/words";
import { ColourAct } from "../acts/course";
import { Offered } from "../acts/Offered";
import { useWithheld } from "../useWithheld";
import { OverrideNote } from "./OverrideNote";
import { railWords } from "./words";

/** The colour with everything that it is made of: advice that has to explain itself, and a person's word over it. */
export function ColourCard({ detail }: { detail: CaseDetail }) {
  const { colour: words } = useWords(railWords);
  const { colour, facts } = detail;
  const withheld = useWithheld(detail);
  const over = facts.colour_override;
  return (
    <Section
      title={words.title}
      extra={
        <Offered when={may(detail, "R042")}>
          <ColourAct detail={detail} />
        </Offered>
      }
    >
      <div className="row">
        <LevelMark level={colour.level} />
        <strong className="figures">{words.score(colour.score)}</strong>
        <span className="soft small">{words.advice}</span>
      </div>
      {over && <OverrideNote over={over} />}
      {colour.reasons.length === 0 ? (
        <p className="soft small">{withheld("risk", words.empty)}</p>
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
