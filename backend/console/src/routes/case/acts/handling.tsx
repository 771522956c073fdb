/** Who handles the case. */

import { Checkbox, Form, Input } from "antd";
import type { CaseDetail } from "@/api/model";
import { codeWords } from "@/locales/codes";
import { useWords } from "@/locales/words";
import { railWords } from "../rail/words";
import { ActForm } from "./ActForm";
import { ChoiceField, PeopleField, ReasonField, TextField } from "./fields";
import { fieldWords } from "./words/fields";
import { handlingWords } from "./words/handling";

interface Props {
  detail: CaseDetail;
}

/** Nobody has said yet what the case is about: no situation of the catalogue, and nothing to begin with. */
const UNCLASSIFIED = "N00-00";

export function TriageAct({ detail }: Props) {
  const acts = useWords(handlingWords);
  const fields = useWords(fieldWords);
  const { situation: known } = detail.summary;
  return (
    <ActForm<"/api/v1/cases/{id}/triage", { situation: string }>
      detail={detail}
      path="/api/v1/cases/{id}/triage"
      words={acts.triage}
      button={{ type: "primary" }}
      initial={{ situation: known === UNCLASSIFIED ? "" : known }}
      body={({ situation }) => ({ situation: situation.trim() })}
    >
      <TextField name="situation" label={fields.situation} placeholder="N03-05" />
    </ActForm>
  );
}

export function DispatchAct({ detail }: Props) {
  const acts = useWords(handlingWords);
  const fields = useWords(fieldWords);
  return (
    <ActForm<"/api/v1/cases/{id}/dispatch", { user_id: string; expected: string }>
      detail={detail}
      path="/api/v1/cases/{id}/dispatch"
      words={acts.dispatch}
      button={{ type: "primary" }}
      body={({ user_id, expected }) => ({ user_id, expected: expected.trim(), duty: "first" })}
    >
      <PeopleField name="user_id" label={fields.handler} duty="first" region={detail.summary.region} />
      <Form.Item
        name="expected"
        label={fields.expected}
        rules={[{ required: true, whitespace: true, message: fields.expectedMissing }]}
      >
        <Input.TextArea rows={3} maxLength={500} showCount placeholder={fields.expectedPlaceholder} />
      </Form.Item>
    </ActForm>
  );
}

export function AssignAct({ detail }: Props) {
  const acts = useWords(handlingWords);
  const fields = useWords(fieldWords);
  const { assignments } = useWords(railWords);
  return (
    <ActForm<"/api/v1/cases/{id}/dispatch", { duty: "co" | "visit"; user_id: string }>
      detail={detail}
      path="/api/v1/cases/{id}/dispatch"
      words={acts.assign}
      initial={{ duty: "co" }}
      body={({ user_id, duty }) => ({ user_id, duty })}
    >
      {(form) => (
        <>
          <ChoiceField
            name="duty"
            label={fields.duty}
            options={[
              { value: "co", label: assignments.duty.co },
              { value: "visit", label: assignments.duty.visit },
            ]}
          />
          <Form.Item noStyle dependencies={["duty"]}>
            {() => (
              <PeopleField
                name="user_id"
                label={fields.person}
                duty={form.getFieldValue("duty") ?? "co"}
                region={detail.summary.region}
              />
            )}
          </Form.Item>
        </>
      )}
    </ActForm>
  );
}

export function HandoverAct({ detail }: Props) {
  const acts = useWords(handlingWords);
  const fields = useWords(fieldWords);
  return (
    <ActForm<"/api/v1/cases/{id}/handover", { user_id: string }>
      detail={detail}
      path="/api/v1/cases/{id}/handover"
      words={acts.handover}
      body={({ user_id }) => ({ user_id })}
    >
      <PeopleField name="user_id" label={fields.newLead} duty="first" region={detail.summary.region} />
    </ActForm>
  );
}

export function ReturnAct({ detail }: Props) {
  const acts = useWords(handlingWords);
  return (
    <ActForm<"/api/v1/cases/{id}/return", { why: string }>
      detail={detail}
      path="/api/v1/cases/{id}/return"
      words={acts.giveBack}
      body={({ why }) => ({ reason: why.trim() })}
    >
      <ReasonField />
    </ActForm>
  );
}

interface TransferFields {
  to: string;
  receiver: string;
  receipt: string;
  notice_given: boolean;
}

export function TransferAct({ detail, size }: Props & { size?: "small" }) {
  const acts = useWords(handlingWords);
  const fields = useWords(fieldWords);
  const { receiver } = useWords(codeWords);
  return (
    <ActForm<"/api/v1/cases/{id}/transfer", TransferFields>
      detail={detail}
      path="/api/v1/cases/{id}/transfer"
      words={acts.transfer}
      button={{ size: size ?? "medium" }}
      body={({ to, receiver: name, receipt, notice_given }) => ({
        to,
        receiver: name.trim(),
        receipt: receipt.trim(),
        notice_given: notice_given ?? false,
      })}
    >
      <ChoiceField
        name="to"
        label={fields.receiverKind}
        options={Object.entries(receiver).map(([value, label]) => ({ value, label }))}
      />
      <TextField name="receiver" label={fields.receiver} />
      <TextField name="receipt" label={fields.receipt} />
      <Form.Item name="notice_given" valuePropName="checked">
        <Checkbox>{fields.noticeGiven}</Checkbox>
      </Form.Item>
    </ActForm>
  );
}

export function PoliceAcceptAct({ detail }: Props) {
  const acts = useWords(handlingWords);
  return (
    <ActForm<"/api/v1/cases/{id}/police-acceptance", object>
      detail={detail}
      path="/api/v1/cases/{id}/police-acceptance"
      words={acts.policeAccept}
      button={{ type: "primary" }}
      body={() => ({})}
    />
  );
}
