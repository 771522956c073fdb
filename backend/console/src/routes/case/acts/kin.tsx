/** How the case stands to others: merged, parted again, split. */

import { Form, Input, Select } from "antd";
import { useState } from "react";
import type { CaseDetail } from "@/api/model";
import { useCases } from "@/api/queries";
import { kindWords } from "@/locales/kinds";
import { summaryWords } from "@/locales/summary";
import { useWords, wordFor } from "@/locales/words";
import { overviewWords } from "../tabs/words/overview";
import { ActForm } from "./ActForm";
import { ReasonField, TextField } from "./fields";
import { fieldWords } from "./words/fields";
import { kinActWords } from "./words/kin";

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
