import { App, Button, Form, Modal, Radio } from "antd";
import { useState } from "react";
import type { CaseDetail } from "@/api/model";
import { baseVersion, useCloseCase } from "@/api/queries";
import { ProblemPanel } from "@/components/ProblemPanel";
import { askedOutcomes } from "@/lib/outcomes";
import { useWords, wordFor } from "@/locales/words";

interface Fields {
  outcome: string;
}

/** Grants the closing that the lead asked for, or one of those that contradict each other. */
export function CloseAction({ detail }: { detail: CaseDetail }) {
  const words = useWords();
  const { actions } = words;
  const { message } = App.useApp();
  const [isOpen, setOpen] = useState(false);
  const [form] = Form.useForm<Fields>();
  const close = useCloseCase(detail.summary.id);
  const asked = askedOutcomes(detail.requests);

  const submit = ({ outcome }: Fields) =>
    close.mutate(
      { outcome, base_version: baseVersion(detail) },
      {
        onSuccess: () => {
          setOpen(false);
          void message.success(actions.close.done);
        },
      },
    );

  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {actions.close.open}
      </Button>
      <Modal
        open={isOpen}
        title={actions.close.title}
        okText={actions.close.submit}
        cancelText={actions.cancel}
        confirmLoading={close.isPending}
        onOk={form.submit}
        onCancel={() => setOpen(false)}
        destroyOnHidden
      >
        <p className="soft">{actions.close.hint}</p>
        <Form
          form={form}
          layout="vertical"
          onFinish={submit}
          initialValues={{ outcome: asked.length === 1 ? asked[0]?.outcome : undefined }}
        >
          <Form.Item
            name="outcome"
            label={actions.close.outcome}
            rules={[{ required: true, message: actions.close.outcomeMissing }]}
          >
            <Radio.Group
              aria-label={actions.close.outcome}
              vertical
              options={asked.map(({ outcome, feedback }) => ({
                value: outcome,
                label: (
                  <>
                    <strong>{wordFor(words.closeKind, outcome)}</strong>
                    {feedback && <div className="soft small">{actions.close.feedback(feedback)}</div>}
                  </>
                ),
              }))}
            />
          </Form.Item>
        </Form>
        {close.error && <ProblemPanel error={close.error} />}
      </Modal>
    </>
  );
}
