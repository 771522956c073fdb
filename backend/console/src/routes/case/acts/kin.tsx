/** How the case stands to others: merged, parted again, split. */

import { Form, Input, Select } from "antd";
import { useState } from "react";
import type { CaseDetail } from "@/api/model";
import { useCases } from "@/api/queries";
import { dictionary } from "@/locales/dictionary";
import { kindWords } from "@/locales/kinds";
import { summaryWords } from "@/locales/summary";
import { useWords, wordFor } from "@/locales/words";
import { overviewWords } from "../tabs/words/overview";
import { ActForm } from "./ActForm";
import { ReasonField, TextField } from "./fields";
import { fieldWords } from "./fieldWords";

interface Props {
  detail: CaseDetail;
}

export function MergeAct({ detail }: Props) {
  const acts = useWords(kinActWords);
  return (
    <ActForm<"/api/v1/cases/{id}/merge", { into: string; why: string }>
      detail={detail}
      path="/api/v1/cases/{id}/merge"
      words={acts.merge}
      body={({ into, why }) => ({ into, why: why.trim() })}
    >
      <CaseField name="into" except={detail.summary.id} />
      <ReasonField />
    </ActForm>
  );
}

export function UnmergeAct({ detail }: Props) {
  const acts = useWords(kinActWords);
  return (
    <ActForm<"/api/v1/cases/{id}/unmerge", { why: string }>
      detail={detail}
      path="/api/v1/cases/{id}/unmerge"
      words={acts.unmerge}
      body={({ why }) => ({ why: why.trim() })}
    >
      <ReasonField />
    </ActForm>
  );
}

interface SplitFields {
  situation: string;
  summary: string;
  address: string;
  why: string;
}

export function SplitAct({ detail }: Props) {
  const acts = useWords(kinActWords);
  const fields = useWords(fieldWords);
  const { intake } = useWords(overviewWords);
  return (
    <ActForm<"/api/v1/cases/{id}/split", SplitFields>
      detail={detail}
      path="/api/v1/cases/{id}/split"
      words={acts.split}
      initial={{ situation: detail.summary.situation, address: detail.intake.address ?? "" }}
      body={(given) => ({
        situation: given.situation.trim(),
        summary: given.summary.trim(),
        address: given.address.trim(),
        why: given.why.trim(),
      })}
    >
      <TextField name="situation" label={fields.situation} placeholder="N03-05" />
      <Form.Item
        name="summary"
        label={intake.summary}
        rules={[{ required: true, whitespace: true, message: fields.missing(intake.summary) }]}
      >
        <Input.TextArea rows={3} maxLength={2000} />
      </Form.Item>
      <TextField name="address" label={intake.place} />
      <ReasonField />
    </ActForm>
  );
}

/** Another case, found by its number, public code or situation. */
function CaseField({ name, except }: { name: string; except: string }) {
  const fields = useWords(fieldWords);
  const cases = useWords(summaryWords);
  const { status: statusWords } = useWords(kindWords);
  const [q, setQuery] = useState("");
  const { data, isFetching } = useCases({ q });
  const others = (data?.items ?? []).filter(({ id }) => id !== except);
  return (
    <Form.Item
      name={name}
      label={fields.otherCase}
      rules={[{ required: true, message: fields.missing(fields.otherCase) }]}
    >
      <Select
        showSearch={{ filterOption: false, onSearch: setQuery }}
        loading={isFetching}
        placeholder={cases.search}
        notFoundContent={cases.noMatch}
        options={others.map(({ id, case_no, situation_zh, status, status_zh }) => ({
          value: id,
          label: `${case_no} · ${situation_zh} · ${wordFor(statusWords, status, status_zh)}`,
        }))}
      />
    </Form.Item>
  );
}

const kinActWords = dictionary({
  "zh-CN": {
    merge: {
      open: "并案",
      title: "并入他案",
      hint: "本案以并案结案，人员和期限并入所选案件；可以撤销。",
      submit: "并案",
      done: "已并案",
    },
    unmerge: {
      open: "撤销并案",
      title: "撤销并案",
      hint: "本案恢复并案前的状态，期限不重新计算。",
      submit: "撤销",
      done: "已撤销",
    },
    split: {
      open: "拆案",
      title: "拆案",
      hint: "将其中一起纠纷另立案件，重新登记和分流。",
      submit: "拆案",
      done: "已拆案",
    },
  },
  en: {
    merge: {
      open: "Merge",
      title: "Merge into another case",
      hint: "This case ends as merged; its people and clocks go on under the other. It can be undone.",
      submit: "Merge",
      done: "Merged",
    },
    unmerge: {
      open: "Undo the merge",
      title: "Undo the merge",
      hint: "The case stands where it stood; its clocks are not restarted.",
      submit: "Undo",
      done: "Undone",
    },
    split: {
      open: "Split",
      title: "Split",
      hint: "One of the disputes becomes a case of its own, registered and dispatched anew.",
      submit: "Split",
      done: "Split",
    },
  },
});
