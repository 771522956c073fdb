import { Alert } from "antd";
import type { CaseDetail } from "@/api/model";
import { dictionary } from "@/locales/dictionary";
import { useWords } from "@/locales/words";

/** What whoever asked to close had not seen when asking: why a person rules on the closing. */
export function PassedOverNote({ detail }: { detail: CaseDetail }) {
  const words = useWords(passedOverWords);
  const passed = detail.facts.passed_over;
  const said = [
    passed.came_back && words.cameBack,
    passed.danger && words.danger,
    passed.dangers > 0 && words.dangers(passed.dangers),
    passed.refusals > 0 && words.refusals(passed.refusals),
    passed.evidence > 0 && words.evidence(passed.evidence),
    passed.visits > 0 && words.visits(passed.visits),
  ].filter((line) => line !== false);
  if (said.length === 0) return null;
  return <Alert type="warning" showIcon title={words.title} description={said.join(words.and)} />;
}

const passedOverWords = dictionary({
  "zh-CN": {
    title: "申请结案时，主办人尚未看到以下情况，须由督导员裁定",
    cameBack: "重复报警或案件重启",
    danger: "坐席上报或随并案带来的险情",
    dangers: (n: number): string => `险情上报 ${n} 条`,
    refusals: (n: number): string => `当事人拒绝或撤回 ${n} 条`,
    evidence: (n: number): string => `证据 ${n} 件`,
    visits: (n: number): string => `走访 ${n} 次`,
    and: "，",
  },
  en: {
    title: "Whoever asked to close had not seen this; a supervisor rules",
    cameBack: "a further call, or the reopening of the case",
    danger: "a danger that a desk reported or another case brought",
    dangers: (n) => `dangers reported: ${n}`,
    refusals: (n) => `refusals of parties: ${n}`,
    evidence: (n) => `pieces of evidence: ${n}`,
    visits: (n) => `visits: ${n}`,
    and: ", ",
  },
});
