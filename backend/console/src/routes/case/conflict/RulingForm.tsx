import { App, Button, Form, Input, Radio } from "antd";
import { baseVersion, useAct } from "@/api/act";
import type { CaseDetail } from "@/api/model";
import { ProblemPanel } from "@/components/ProblemPanel";
import { isArchived, may } from "@/lib/rights";
import { useWords } from "@/locales/words";
import type { Conflict } from "../model";
import { conflictWords } from "./words";

interface Fields {
  choice: number;
  why: string;
}

/** Rules which version holds. The others stay in the dossier. */
export function RulingForm({ conflict, detail }: { conflict: Conflict; detail: CaseDetail }) {
  const conflicts = useWords(conflictWords);
  const { form: words } = conflicts;
  const { message } = App.useApp();
  const rule = useAct("/api/v1/cases/{id}/acts", { id: detail.summary.id });

  if (isArchived(detail.summary)) return <p className="soft">{words.archived}</p>;
  if (!may(detail, "R151")) return <p className="soft">{words.notYours}</p>;

  const submit = ({ choice, why }: Fields) =>
    rule.mutate(
      {
        act: { rule_conflict: { conflict: conflict.id, choice, why: why.trim() } },
        base_version: baseVersion(detail),
      },
      { onSuccess: () => void message.success(words.done) },
    );

  return (
    <Form<Fields> className="ruling" layout="vertical" name={`ruling-${conflict.id}`} onFinish={submit}>
      <h3 className="case-subtitle">{words.title}</h3>
      <p className="soft small">{words.keep}</p>
      <Form.Item
        name="choice"
        label={words.choice}
        rules={[{ required: true, message: words.choiceMissing }]}
      >
        <Radio.Group
          aria-label={words.choice}
          options={conflict.variants.map((variant, i) => ({
            value: i,
            label: `${conflicts.variant(i + 1)} · ${variant.is_merged ? conflicts.merged : conflicts.by(variant.author_name)}`,
          }))}
        />
      </Form.Item>
      <Form.Item
        name="why"
        label={words.why}
        rules={[{ required: true, whitespace: true, message: words.whyMissing }]}
      >
        <Input.TextArea rows={3} maxLength={500} showCount placeholder={words.whyPlaceholder} />
      </Form.Item>
      {rule.error && (
        <Form.Item>
          <ProblemPanel error={rule.error} />
        </Form.Item>
      )}
      <Button type="primary" htmlType="submit" loading={rule.isPending}>
        {words.submit}
      </Button>
    </Form>
  );
}
