import { App, Button, Form, Input, Radio } from "antd";
import { useAct } from "@/api/act";
import type { CaseDetail } from "@/api/model";
import { FormNotice } from "@/components/FormNotice";
import { isArchived, may } from "@/lib/rights";
import { variantKeys } from "@/lib/variants";
import { useWords } from "@/locales/words";
import type { Conflict } from "../model";
import { useBegun } from "../useBegun";
import { conflictWords } from "./words";

interface Fields {
  /** The key of a variant: its place may change while somebody writes. */
  choice: string | undefined;
  why: string;
}

/** Rules which version holds. The others stay in the dossier. */
export function RulingForm({ conflict, detail }: { conflict: Conflict; detail: CaseDetail }) {
  const { form: words } = useWords(conflictWords);
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const rule = useAct("/api/v1/cases/{id}/acts", { id: detail.summary.id });
  const { version, isHeld, begin, goOn, notice } = useBegun(detail, rule);

  if (isArchived(detail.summary)) return <p className="soft">{words.archived}</p>;
  if (!may(detail, "R151")) return <p className="soft">{words.notYours}</p>;

  const keys = variantKeys(conflict);
  const submit = ({ choice = "", why }: Fields) => {
    if (isHeld) return;
    rule.mutate(
      {
        act: { rule_conflict: { conflict: conflict.id, choice: keys.indexOf(choice), why: why.trim() } },
        base_version: version,
      },
      { onSuccess: () => void message.success(words.done) },
    );
  };
  const onSeen = () => {
    goOn();
    if (!keys.includes(form.getFieldValue("choice"))) form.setFieldValue("choice", undefined);
  };

  return (
    <Form<Fields>
      className="ruling"
      layout="vertical"
      name={`ruling-${conflict.id}`}
      form={form}
      onValuesChange={begin}
      onFinish={submit}
    >
      <h3 className="case-subtitle">{words.title}</h3>
      <p className="soft small">{words.keep}</p>
      <ChoiceField variants={conflict.variants} keys={keys} />
      <Form.Item
        name="why"
        label={words.why}
        rules={[{ required: true, whitespace: true, message: words.whyMissing }]}
      >
        <Input.TextArea rows={3} maxLength={500} showCount placeholder={words.whyPlaceholder} />
      </Form.Item>
      <div className="ruling-notice">
        <FormNotice {...notice} onSeen={onSeen} />
      </div>
      <Button type="primary" htmlType="submit" loading={rule.isPending} disabled={isHeld}>
        {words.submit}
      </Button>
    </Form>
  );
}

/** Which version holds. */
function ChoiceField({ variants, keys }: { variants: Conflict["variants"]; keys: string[] }) {
  const conflicts = useWords(conflictWords);
  const { form: words } = conflicts;
  return (
    <Form.Item
      name="choice"
      label={words.choice}
      rules={[{ required: true, type: "enum", enum: keys, message: words.choiceMissing }]}
    >
      <Radio.Group
        aria-label={words.choice}
        options={variants.map((variant, i) => ({
          value: keys[i],
          label: `${conflicts.variant(i + 1)} · ${variant.is_merged ? conflicts.merged : conflicts.by(variant.author_name)}`,
        }))}
      />
    </Form.Item>
  );
}
