/** What a change in quarantine says in words: for a person to have it written anew, since it is never merged by itself. */

import { useQuery } from "@tanstack/react-query";
import { Spin } from "antd";
import type { Schemas } from "@/api/model";
import { query } from "@/api/query";
import { ProblemPanel } from "@/components/ProblemPanel";
import type { WordsOf } from "@/locales/dictionary";
import { useWords, wordFor } from "@/locales/words";
import { quarantineWords } from "./words";

type Passage = Schemas["PassageView"];

interface Props {
  quarantined: Pick<Schemas["QuarantinedView"], "case_id" | "hash">;
}

export function QuarantinedWords({ quarantined: { case_id, hash } }: Props) {
  const words = useWords(quarantineWords);
  const { data, error, refetch } = useQuery({
    ...query("/api/v1/quarantine/{case_id}/{hash}", { path: { case_id, hash } }),
    // It is read when somebody wants it and not again by itself: each reading leaves a line in the
    // audit log.
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error) return <ProblemPanel error={error} onRetry={refetch} />;
  if (!data) return <Spin />;
  return (
    <div className="stack">
      {data.passages.length === 0 && <p className="soft">{words.noPassages}</p>}
      {data.passages.map((passage, at) => (
        // A change never changes, so that a place in it is as good as a name.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <PassageLine key={at} passage={passage} />
      ))}
      {data.more && <p className="soft">{words.more}</p>}
    </div>
  );
}

function PassageLine({ passage }: { passage: Passage }) {
  const words = useWords(quarantineWords);
  const { container, field } = passage;
  const part = container ? wordFor(words.parts, container) : words.unknownPart;
  return (
    <div>
      <span className="soft small">
        {part} {field && <span className="code">{field}</span>}
      </span>
      <div lang="zh-CN" style={{ whiteSpace: "pre-wrap" }}>
        {said(passage, words)}
      </div>
    </div>
  );
}

function said({ kind, text, erased }: Passage, words: WordsOf<typeof quarantineWords>) {
  switch (kind) {
    case "typed":
    case "set":
      return text || words.nothing;
    case "erased":
      return words.erased(erased ?? 0);
    case "sealed":
      return words.sealed;
    case "other":
      return words.other;
    case "withheld":
      return words.withheld;
  }
}
