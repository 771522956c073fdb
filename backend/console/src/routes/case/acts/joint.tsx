/** Several bodies at one table. */

import type { CaseDetail } from "@/api/model";
import { openDangers } from "@/lib/dangers";
import { dictionary } from "@/locales/dictionary";
import { useWords } from "@/locales/words";
import { DeskForm } from "./DeskForm";
import { ChoiceField, chosen, PeopleField } from "./fields";
import { fieldWords } from "./fieldWords";
import { ReasonForm } from "./ReasonForm";

interface Props {
  detail: CaseDetail;
}

export function OpenJointAct({ detail }: Props) {
  const acts = useWords(jointWords);
  const fields = useWords(fieldWords);
  return (
    <DeskForm<"open_joint", { members: string[] }>
      detail={detail}
      act="open_joint"
      words={acts.openJoint}
      says={({ members }) => ({ members: members.map(chosen) })}
    >
      <PeopleField name="members" label={fields.members} duty="joint" summary={detail.summary} several />
    </DeskForm>
  );
}

export function EndJointAct({ detail }: Props) {
  const acts = useWords(jointWords);
  const fields = useWords(fieldWords);
  return (
    <DeskForm<"end_joint", { plan: string }>
      detail={detail}
      act="end_joint"
      words={acts.endJoint}
      says={({ plan }) => ({ plan })}
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
    </DeskForm>
  );
}

export function ReleaseAct({ detail }: Props) {
  const acts = useWords(jointWords);
  return (
    <ReasonForm<"release">
      detail={detail}
      act="release"
      words={acts.release}
      button={{ danger: true }}
      says={(why) => ({ why })}
    >
      <Dangers dangers={openDangers(detail)} />
    </ReasonForm>
  );
}

/** What the release would end: every danger in its words, the newest first. */
function Dangers({ dangers }: { dangers: string[] }) {
  const { dangers: words } = useWords(jointWords);
  if (dangers.length === 0) return null;
  return (
    <section className="act-dangers" aria-label={words(dangers.length)}>
      <strong>{words(dangers.length)}</strong>
      <ol>
        {dangers.map((text, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same words may be two dangers
          <li key={i} className="prose" lang="zh-CN">
            {text}
          </li>
        ))}
      </ol>
    </section>
  );
}

const jointWords = dictionary({
  "zh-CN": {
    openJoint: {
      open: "联席会商",
      title: "启动联席会商",
      hint: "110、12345 和矛调中心三方到场；三日内形成一案一策。",
      submit: "启动",
      done: "已启动联席会商",
    },
    endJoint: {
      open: "确定一案一策",
      title: "确定一案一策",
      hint: "方案须写明步骤、责任单位和期限；确定后案件继续办理。",
      submit: "确定",
      done: "方案已确定",
    },
    release: {
      open: "解除险情",
      title: "解除险情",
      hint: "解除后案件恢复办理。请写明险情如何处置。",
      submit: "确认解除",
      done: "险情已解除",
    },
    dangers: (count: number): string => `将解除以下 ${count} 项险情（最新在前）`,
    noPlans: "还没有方案。请先在这里拟定，或由承办人在手机上写明步骤、责任单位和期限。",
    steps: (count: number): string => `${count} 步`,
  },
  en: {
    openJoint: {
      open: "Joint handling",
      title: "Open joint handling",
      hint: "110, 12345 and the centre sit at the table; a plan stands within three days.",
      submit: "Open",
      done: "Joint handling is open",
    },
    endJoint: {
      open: "Settle the plan",
      title: "Settle the plan",
      hint: "The plan names steps, owners and dates; then the case goes on.",
      submit: "Settle",
      done: "The plan stands",
    },
    release: {
      open: "Release",
      title: "Release after the danger",
      hint: "Work goes on after the release. Say how the danger was dealt with.",
      submit: "Release",
      done: "Released",
    },
    dangers: (count) =>
      `This ends ${count === 1 ? "the danger" : `these ${count} dangers, the newest first`}`,
    noPlans: "No plan yet: write one here, or let the handler write it on the phone: steps, owners, dates.",
    steps: (count) => `${count} steps`,
  },
});
