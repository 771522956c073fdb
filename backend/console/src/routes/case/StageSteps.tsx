import { CheckOutlined } from "@ant-design/icons";
import { progress } from "@/lib/phase";
import { useWords, wordFor } from "@/locales/words";

/** The way of a case in eight steps. */
export function StageSteps({ status, zh }: { status: string; zh: string }) {
  const words = useWords();
  return (
    <ol className="steps" aria-label={words.case.phases}>
      {progress(status).map(({ phase, progress }, i) => (
        <li key={phase} data-progress={progress} aria-current={progress === "current" ? "step" : undefined}>
          <span className="step-no" aria-hidden="true">
            {progress === "done" ? <CheckOutlined /> : i + 1}
          </span>
          <span>{words.phase[phase]}</span>
          {progress === "current" && <span className="step-status">{wordFor(words.status, status, zh)}</span>}
        </li>
      ))}
    </ol>
  );
}
