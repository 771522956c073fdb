import type { ReactNode } from "react";
import { Link } from "react-router";
import { Moment } from "@/components/Moment";
import { Section } from "@/components/Section";
import { codeWords } from "@/locales/codes";
import { useWords, wordFor } from "@/locales/words";
import type { Kin, KinCase } from "../model";
import { courseWords } from "./words";

/** How the case stands to others: merged, split, reported again. */
export function KinSection({ kin }: { kin: Kin }) {
  const { kin: names } = useWords(courseWords);
  const { channel: channels } = useWords(codeWords);
  const cases: [string, KinCase[]][] = [
    [names.mergedInto, kin.merged_into ? [kin.merged_into] : []],
    [names.absorbed, kin.absorbed],
    [names.splitFrom, kin.split_from ? [kin.split_from] : []],
    [names.splitInto, kin.split_into],
  ];
  const known = cases.filter(([, list]) => list.length > 0);
  if (known.length === 0 && kin.repeats.length === 0 && kin.repeat_calls === 0) return null;
  return (
    <Section title={names.title}>
      <ul className="plain rail-list">
        {known.map(([name, list]) => (
          <Line key={name} name={name}>
            {list.map((other) => (
              <Other key={other.id} other={other} />
            ))}
          </Line>
        ))}
        {kin.repeats.map(({ channel, external_no, received_at }) => (
          <Line key={`${channel} ${external_no}`} name={names.repeat}>
            <span>
              {wordFor(channels, channel)} <span className="code">{external_no}</span>
            </span>
            <span className="soft small">
              <Moment at={received_at} />
            </span>
          </Line>
        ))}
        {kin.repeat_calls > 0 && <Line name={names.calls}>{names.times(kin.repeat_calls)}</Line>}
      </ul>
    </Section>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <li className="row">
      <span className="soft">{name}</span>
      {children}
    </li>
  );
}

/** Another case, by its number; one outside the jurisdiction is only said to be there. */
function Other({ other }: { other: KinCase }) {
  const { kin } = useWords(courseWords);
  if (!other.case_no) return <span>{kin.elsewhere}</span>;
  return (
    <Link to={`/cases/${other.id}`} className="figures">
      {other.case_no}
    </Link>
  );
}
