/** The fields that forms of acts are made of. */

import { useQuery } from "@tanstack/react-query";
import { Form, Input, Radio, Select } from "antd";
import type { ReactNode } from "react";
import type { CaseSummary, Schemas } from "@/api/model";
import { query } from "@/api/query";
import type { WordsOf } from "@/locales/dictionary";
import { kindWords } from "@/locales/kinds";
import { useWords, wordFor } from "@/locales/words";
import { fieldWords } from "./fieldWords";

/** A reason in words; without one nothing is done. */
export function ReasonField({
  name = "why",
  label,
  missing,
}: {
  name?: string;
  label?: string;
  missing?: string;
}) {
  const fields = useWords(fieldWords);
  return (
    <Form.Item
      name={name}
      label={label ?? fields.why}
      rules={[{ required: true, whitespace: true, message: missing ?? fields.whyMissing }]}
    >
      <Input.TextArea rows={3} maxLength={500} showCount />
    </Form.Item>
  );
}

/** A line of text that must not be empty. */
export function TextField({
  name,
  label,
  placeholder,
}: {
  name: string;
  label: string;
  placeholder?: string;
}) {
  const fields = useWords(fieldWords);
  return (
    <Form.Item
      name={name}
      label={label}
      rules={[{ required: true, whitespace: true, message: fields.missing(label) }]}
    >
      <Input maxLength={100} {...(placeholder && { placeholder })} />
    </Form.Item>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  options: { value: string; label: ReactNode }[];
}

/** One of a few. */
export function ChoiceField({ name, label, options }: ChoiceProps) {
  const fields = useWords(fieldWords);
  // What was chosen may not be there any more when the case moves on.
  const offered = options.map(({ value }) => value);
  return (
    <Form.Item
      name={name}
      label={label}
      rules={[{ required: true, type: "enum", enum: offered, message: fields.missing(label) }]}
    >
      <Radio.Group aria-label={label} vertical options={options} />
    </Form.Item>
  );
}

/** For what somebody is wanted. */
type Duty = "first" | "co" | "visit" | "joint";

interface PeopleProps {
  name: string;
  label: string;
  duty: Duty;
  /** The case for which somebody is wanted. */
  summary: Pick<CaseSummary, "region" | "situation">;
  /** Several at once. */
  several?: boolean;
}

/** The person who was chosen in a [PeopleField], as an act names people: in one role, of one organisation. */
export function chosen(value: string): Schemas["Author"] {
  return JSON.parse(value) as Schemas["Author"];
}

/** Who could do it: whose matter it is, on duty and near first, as the server ranks them. Its value is read by `chosen`. */
export function PeopleField({ name, label, duty, summary, several }: PeopleProps) {
  const fields = useWords(fieldWords);
  const { role } = useWords(kindWords);
  const { data, isPending, error } = useQuery(
    query("/api/v1/people", { query: { duty, region: summary.region, situation: summary.situation } }),
  );
  const people = data ?? [];
  return (
    <Form.Item
      name={name}
      label={label}
      rules={[{ required: true, message: fields.missing(label) }]}
      {...(error && { validateStatus: "error" as const, help: fields.peopleFailed })}
    >
      <Select
        {...(several && { mode: "multiple" as const })}
        loading={isPending}
        showSearch={{ optionFilterProp: "search" }}
        placeholder={fields.peoplePlaceholder}
        notFoundContent={fields.nobody}
        options={people.map((person) => ({
          value: JSON.stringify({ user: person.user_id, role: person.role, org: person.org_id }),
          label: line(person, fields, role),
          search: `${person.name} ${person.org_name}`,
        }))}
      />
    </Form.Item>
  );
}

function line(
  { name, org_name, role, on_duty, is_routed, cases }: Schemas["PersonView"],
  fields: WordsOf<typeof fieldWords>,
  roles: Record<string, string>,
): string {
  const parts = [name, wordFor(roles, role), org_name, on_duty ? fields.onDuty : fields.cases(cases)];
  return (is_routed ? [...parts, fields.routed] : parts).join(" · ");
}
