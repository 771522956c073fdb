import type { CaseDetail } from "@/api/model";
import { Section } from "@/components/Section";
import { NONE } from "@/locales/dictionary";
import { useWords } from "@/locales/words";
import { courseWords } from "./words";

/** 一案一策: each plan with who does what until when. */
export function PlansSection({ detail: { plans } }: { detail: CaseDetail }) {
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
        </div>
      ))}
    </Section>
  );
}
