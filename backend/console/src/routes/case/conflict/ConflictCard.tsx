import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import type { CaseDetail } from "@/api/model";
import { query } from "@/api/query";
import { severityTone, tones } from "@/app/theme";
import { Mark } from "@/components/Mark";
import { ProblemPanel } from "@/components/ProblemPanel";
import { Section } from "@/components/Section";
import { showMinute } from "@/lib/time";
import { kindWords } from "@/locales/kinds";
import { useWords, wordFor } from "@/locales/words";
import type { Conflict, Variant } from "../model";
import { RulingForm } from "./RulingForm";
import { SettlementNote } from "./SettlementNote";
import { VariantCard } from "./VariantCard";
import { conflictWords } from "./words";

/** One disagreement: what each author wrote, side by side, and the ruling or the form for it. */
export function ConflictCard({ conflict, detail }: { conflict: Conflict; detail: CaseDetail }) {
  const conflicts = useWords(conflictWords);
  const { conflictKind } = useWords(kindWords);
  const state = !conflict.settled ? "open" : conflict.settled.by_name ? "closed" : "gone";
  return (
    <Section
      title={wordFor(conflictKind, conflict.kind, conflict.kind_zh)}
      extra={
        <span className="row">
          {!conflict.settled && (
            <Mark tone={severityTone(conflict.severity)}>
              {wordFor(conflicts.severity, conflict.severity)}
            </Mark>
          )}
          <Mark tone={conflict.settled ? tones.green : tones.amber}>{conflicts[state]}</Mark>
        </span>
      }
    >
      <div className="stack">
        <div className="row small soft">
          <span>{conflicts.found(showMinute(conflict.found_at))}</span>
          {!conflict.settled && <span>{wordFor(conflicts.severityHint, conflict.severity, "")}</span>}
          {!conflict.settled && (
            <span>
              {conflicts.answer(conflict.resolver_zh, conflict.due_at ? showMinute(conflict.due_at) : "")}
            </span>
          )}
          {conflict.grown > 0 && <span>{conflicts.grown(conflict.grown)}</span>}
          <span>{conflicts.marks}</span>
        </div>
        {!conflict.settled && <p className="soft">{conflict.advice_zh}</p>}
        {conflict.withheld ? (
          <p className="soft">{conflicts.withheld}</p>
        ) : (
          <Versions conflict={conflict} caseId={detail.summary.id} />
        )}
        {conflict.settled ? (
          <SettlementNote settlement={conflict.settled} />
        ) : (
          <RulingForm conflict={conflict} detail={detail} />
        )}
      </div>
    </Section>
  );
}

/** What each author wrote; of long texts the passages that differ, until somebody wants the whole. */
function Versions({ conflict, caseId }: { conflict: Conflict; caseId: string }) {
  const conflicts = useWords(conflictWords);
  const [whole, setWhole] = useState(false);
  const path = { id: caseId, conflict_id: conflict.id };
  const { data, error, isFetching, refetch } = useQuery({
    ...query("/api/v1/cases/{id}/conflicts/{conflict_id}/versions", { path }),
    enabled: whole,
  });
  const variants = withTexts(conflict, whole ? data?.map(({ text }) => text) : undefined);
  return (
    <>
      {conflict.variants.some((variant) => variant.is_excerpt) && (
        <div className="row small">
          {!whole && <span className="soft">{conflicts.excerpt}</span>}
          <Button size="small" loading={isFetching} onClick={() => setWhole(!whole)}>
            {whole ? conflicts.passages : conflicts.whole}
          </Button>
        </div>
      )}
      {whole && error && <ProblemPanel error={error} onRetry={refetch} />}
      <div className="variants">
        {variants.map((variant, i) => (
          <VariantCard
            // biome-ignore lint/suspicious/noArrayIndexKey: the place among the variants is their identity
            key={i}
            variant={variant}
            number={i + 1}
            rival={rivalOf(variants, i)}
            chosen={conflict.settled?.choice == null ? undefined : conflict.settled.choice === i}
          />
        ))}
      </div>
    </>
  );
}

/** The variants, with their whole texts once those were read. */
function withTexts({ variants }: Conflict, texts: string[] | undefined): Variant[] {
  return variants.map((variant, i) => ({ ...variant, text: texts?.[i] ?? variant.text }));
}

/** The text that a variant is compared with: the nearest other one that a person wrote. */
function rivalOf(variants: Variant[], i: number): string | undefined {
  const others = variants.filter((variant, j) => j !== i && !variant.is_merged);
  return others[0]?.text;
}
