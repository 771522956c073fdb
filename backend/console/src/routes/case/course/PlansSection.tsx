import type { CaseDetail } from "@/api/model";
import { Section } from "@/components/Section";
import { may } from "@/lib/rights";
import { NONE } from "@/locales/dictionary";
import { useWords } from "@/locales/words";
import { Offered } from "../acts/Offered";
import { WritePlanAct } from "../acts/plan";
import { courseWords } from "./words";

/** 一案一策: each plan with who does what until when. */
export function PlansSection({ detail }: { detail: CaseDetail }) {
  const { plans } = detail;
  const { plans: words } = useWords(courseWords);
  if (plans.length === 0) return null;
  return (
    <Section title={words.title}>
      {plans.map((plan) => (
        <div key={plan.id} className="entry">
          <p className="prose">{plan.text}</p>
          <ol className="clauses plan-steps">
            {plan.steps.map((step) => (
              <li key={`${step.due} ${step.what}`}>
                {step.what}
                <span className="soft small"> {words.step(step.owner_org, step.due)}</span>
              </li>
            ))}
          </ol>
          <div className="soft small">{plan.author_name ?? NONE}</div>
          {plan.at_desk && (
            <Offered when={may(detail, "E22c")}>
              <WritePlanAct detail={detail} plan={plan} />
            </Offered>
          )}
        </div>
      ))}
    </Section>
  );
}
