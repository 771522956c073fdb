/** Several bodies at one table. */

import type { CaseDetail } from "@/api/model";
import { useWords } from "@/locales/words";
import { ActForm } from "./ActForm";
import { ChoiceField, PeopleField, ReasonField } from "./fields";
import { fieldWords } from "./words/fields";
import { jointWords } from "./words/joint";

interface Props {
  detail: CaseDetail;
}

export function OpenJointAct({ detail }: Props) {
  const acts = useWords(jointWords);
  const fields = useWords(fieldWords);
  return (
    <ActForm<"/api/v1/cases/{id}/joint", { members: string[] }>
      detail={detail}
      path="/api/v1/cases/{id}/joint"
      words={acts.openJoint}
      body={({ members }) => ({ members })}
    >
      <PeopleField
        name="members"
        label={fields.members}
        duty="joint"
        region={detail.summary.region}
        several
      />
    </ActForm>
  );
}

export function EndJointAct({ detail }: Props) {
  const acts = useWords(jointWords);
  const fields = useWords(fieldWords);
  return (
    <ActForm<"/api/v1/cases/{id}/joint/end", { plan: string }>
      detail={detail}
      path="/api/v1/cases/{id}/joint/end"
      words={acts.endJoint}
      body={({ plan }) => ({ plan })}
    >
      {detail.plans.length === 0 ? (
        <p>{acts.noPlans}</p>
      ) : (
        <ChoiceField
          name="plan"
          label={fields.plan}
          options={detail.plans.map((plan) => ({
            value: plan.id,
            label: `${plan.text.slice(0, 40)}（${acts.steps(plan.steps.length)}）`,
          }))}
        />
      )}
    </ActForm>
  );
}

export function ReleaseAct({ detail }: Props) {
  const acts = useWords(jointWords);
  return (
    <ActForm<"/api/v1/cases/{id}/release", { why: string }>
      detail={detail}
      path="/api/v1/cases/{id}/release"
      words={acts.release}
      button={{ danger: true }}
      body={({ why }) => ({ why: why.trim() })}
    >
      <ReasonField />
    </ActForm>
  );
}
