/** A failure in words: what happened, what to do next, and the number under which the server's log knows it. */

import { Alert, Button } from "antd";
import { codes } from "@/api/codes.made";
import { asProblem, ProblemError } from "@/api/problem";
import type { WordsOf } from "@/locales/dictionary";
import { useLanguage, useWords } from "@/locales/words";
import { componentWords } from "./words";

interface Props {
  error: unknown;
  onRetry?: () => unknown;
}

export function ProblemPanel({ error, onRetry }: Props) {
  const words = useWords(componentWords);
  const { language } = useLanguage();
  const problem = asProblem(error);
  // The server speaks Chinese; another language has its own sentence and keeps the server's beside
  // it.
  const title = language === "zh-CN" && problem.title ? problem.title : words.problem.title(problem.status);
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={title}
      description={
        <>
          {title !== problem.title && problem.title && <div lang="zh-CN">{problem.title}</div>}
          {hint(problem) && <div lang="zh-CN">{hint(problem)}</div>}
          <div>{nextStep(problem, words.problem.next)}</div>
          {problem.requestId && (
            <div className="small soft">
              {words.problem.requestId} <span className="code">{problem.requestId}</span>
            </div>
          )}
        </>
      }
      action={onRetry && <Button onClick={() => onRetry()}>{words.retry}</Button>}
    />
  );
}

/** Which value is meant and what to write instead, where the server says so in words for people. */
function hint({ detail }: ProblemError): string | undefined {
  return detail?.match(/[\u4e00-\u9fff][\s\S]*/)?.[0];
}

/** What the person can do about it. */
function nextStep(problem: ProblemError, next: WordsOf<typeof componentWords>["problem"]["next"]): string {
  if (problem.code === ProblemError.UNREACHABLE) return next.unreachable;
  if (problem.code === codes.wrong_credentials) return next.signIn;
  if (problem.code === codes.stale) return next.conflict;
  if (problem.status >= 500) return next.server;
  const byStatus: Record<number, string> = {
    401: next.expired,
    403: next.forbidden,
    404: next.notFound,
    409: next.invalid,
    422: next.invalid,
    429: next.tooMany,
  };
  return byStatus[problem.status] ?? next.other;
}
