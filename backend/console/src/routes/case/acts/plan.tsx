/** The plan of a joint handling: written at a desk, and looked at each week. */

import { Button, Form, Input } from "antd";
import type { CaseDetail } from "@/api/model";
import { newEntryId } from "@/lib/name";
import { dictionary } from "@/locales/dictionary";
import { useWords } from "@/locales/words";
import { DeskForm } from "./DeskForm";
import { ReasonField, TextField } from "./fields";
import { fieldWords } from "./fieldWords";

interface Props {
  detail: CaseDetail;
}

interface Step {
  what: string;
  owner_org: string;
  /** A day, as `2026-06-01`. */
  due: string;
}

interface PlanFields {
  plan_text: string;
  steps: Step[];
}

/** Writes a plan; one that a desk wrote already is written anew as a whole. */
export function WritePlanAct({ detail, plan }: Props & { plan?: CaseDetail["plans"][number] }) {
  const acts = useWords(planWords);
  return (
    <DeskForm<"write_plan", PlanFields>
      detail={detail}
      act="write_plan"
      words={plan ? acts.rewrite : acts.write}
      {...(plan && { button: { size: "small" as const } })}
      initial={{ plan_text: plan?.text ?? "", steps: plan?.steps ?? [] }}
      says={({ plan_text, steps }) => ({
        plan: plan?.id ?? newEntryId(),
        plan_text: plan_text.trim(),
        steps: Object.fromEntries(steps.map((step) => [newEntryId(), said(step)])),
      })}
    >
      <ReasonField name="plan_text" label={acts.text} />
      <StepFields />
    </DeskForm>
  );
}

function said({ what, owner_org, due }: Step) {
  return { what: what.trim(), owner_org: owner_org.trim(), due };
}

/** One owner and one date for each step. */
function StepFields() {
  const acts = useWords(planWords);
  const fields = useWords(fieldWords);
  return (
    <Form.List name="steps">
      {(steps, { add, remove }) => (
        <>
          {steps.map(({ key, name }, at) => (
            <fieldset key={key} className="plan-step">
              <legend>{acts.step(at + 1)}</legend>
              <Form.Item name={[name, "what"]} label={acts.what} rules={needed(fields.missing(acts.what))}>
                <Input.TextArea rows={2} maxLength={1000} />
              </Form.Item>
              <Form.Item
                name={[name, "owner_org"]}
                label={acts.owner}
                rules={needed(fields.missing(acts.owner))}
              >
                <Input maxLength={120} />
              </Form.Item>
              <Form.Item
                name={[name, "due"]}
                label={acts.due}
                rules={[{ required: true, message: fields.missing(acts.due) }]}
              >
                <Input type="date" />
              </Form.Item>
              <Button size="small" onClick={() => remove(name)}>
                {acts.drop}
              </Button>
            </fieldset>
          ))}
          <Button disabled={steps.length >= 20} onClick={() => add()}>
            {acts.add}
          </Button>
        </>
      )}
    </Form.List>
  );
}

function needed(message: string) {
  return [{ required: true, whitespace: true, message }];
}

export function CheckJointAct({ detail }: Props) {
  const acts = useWords(planWords);
  return (
    <DeskForm<"check_joint", { result: string }>
      detail={detail}
      act="check_joint"
      words={acts.check}
      says={({ result }) => ({ result: result.trim() })}
    >
      <TextField name="result" label={acts.result} />
    </DeskForm>
  );
}

const planWords = dictionary({
  "zh-CN": {
    write: {
      open: "拟定方案",
      title: "拟定一案一策",
      hint: "写明目标，逐步写明事项、责任单位和期限；承办人在手机上看到这份方案。",
      submit: "保存方案",
      done: "方案已保存",
    },
    rewrite: {
      open: "修改方案",
      title: "修改一案一策",
      hint: "整份替换；原来的内容留在轨迹里。",
      submit: "保存方案",
      done: "方案已保存",
    },
    check: {
      open: "联席检查",
      title: "联席会商每周检查",
      hint: "写明各步骤的进展和下一步安排。",
      submit: "记录",
      done: "已记录检查情况",
    },
    text: "方案",
    step: (no: number): string => `第 ${no} 步`,
    what: "事项",
    owner: "责任单位",
    due: "期限",
    add: "加一步",
    drop: "去掉这一步",
    result: "检查情况",
  },
  en: {
    write: {
      open: "Write a plan",
      title: "Write the plan",
      hint: "Say what is to be reached, and for each step who does what until when; the handler sees it on the phone.",
      submit: "Save",
      done: "The plan is saved",
    },
    rewrite: {
      open: "Change the plan",
      title: "Change the plan",
      hint: "The plan is replaced as a whole; what stood there stays in the trail.",
      submit: "Save",
      done: "The plan is saved",
    },
    check: {
      open: "Weekly check",
      title: "Weekly check of the plan",
      hint: "Say how far the steps have come and what comes next.",
      submit: "Record",
      done: "The check is recorded",
    },
    text: "Plan",
    step: (no) => `Step ${no}`,
    what: "What",
    owner: "Organisation",
    due: "Until",
    add: "Add a step",
    drop: "Remove this step",
    result: "What was found",
  },
});
