import { tones } from "@/app/theme";
import { Mark } from "@/components/Mark";
import { runs } from "@/lib/diff";
import { useWords } from "@/locales/words";
import type { Variant } from "../model";
import { conflictWords } from "./words";

interface Props {
  variant: Variant;
  number: number;
  rival: string | undefined;
  /** Whether the ruling chose it; none before a ruling. */
  chosen: boolean | undefined;
}

/** What one author wrote, or the merged text that nobody wrote. */
export function VariantCard({ variant, number, rival, chosen }: Props) {
  const words = useWords(conflictWords);
  return (
    <article className="variant" data-merged={variant.is_merged} data-chosen={chosen}>
      <header className="row">
        <strong>{words.variant(number)}</strong>
        {variant.is_merged ? (
          <Mark tone={tones.amber}>{words.merged}</Mark>
        ) : (
          <span>{words.by(variant.author_name)}</span>
        )}
        {number === 1 && chosen === undefined && <Mark tone={tones.grey}>{words.standing}</Mark>}
        {chosen === true && <Mark tone={tones.green}>{words.chosen}</Mark>}
        {chosen === false && <Mark tone={tones.grey}>{words.notChosen}</Mark>}
      </header>
      {variant.is_merged && <p className="variant-warning small">{words.mergedWarning}</p>}
      <p className="prose">{marked(variant.text, rival)}</p>
    </article>
  );
}

function marked(text: string, rival: string | undefined) {
  if (rival === undefined) return text;
  return runs(text, rival).map((run, i) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: runs have no identity besides their place
    run.own ? <mark key={i}>{run.text}</mark> : run.text,
  );
}
