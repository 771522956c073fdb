import { CheckOutlined } from "@ant-design/icons";
import { progress } from "@/lib/phase";
import { kindWords } from "@/locales/kinds";
import { useWords, wordFor } from "@/locales/words";
import { caseWords } from "./words";

/** The way of a case in eight steps. */
export function StageSteps({ status, zh }: { status: string; zh: string }) {
  const words = useWords(caseWords);
  const kinds = useWords(kindWords);
  return (
    <ol className="steps" aria-label={words.phases}>
      {progress(status).map(({ phase, progress }, i) => (
        <li key={phase} data-progress={progress} aria-current={progress === "current" ? "step" : undefined}>
          <span className="step-no" aria-hidden="true">
            {progress === "done" ? <CheckOutlined /> : i + 1}
          </span>
          <span>{words.phase[phase]}</span>
          {progress === "current" && <span className="step-status">{wordFor(kinds.status, status, zh)}</span>}
        </li>
      ))}
    </ol>
  );
}
