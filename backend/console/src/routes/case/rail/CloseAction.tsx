import { App, Button, Form, Input, Modal } from "antd";
import { useState } from "react";
import type { CaseDetail } from "@/api/model";
import { baseVersion, useCloseCase } from "@/api/queries";
import { ProblemPanel } from "@/components/ProblemPanel";
import { useWords } from "@/locales/words";

/** Grants the closing that the lead asked for. */
export function CloseAction({ detail }: { detail: CaseDetail }) {
  const { actions } = useWords();
  const { message } = App.useApp();
  const [isOpen, setOpen] = useState(false);
  const [form] = Form.useForm<{ why: string }>();
  const close = useCloseCase(detail.summary.id);

  const submit = ({ why }: { why: string }) =>
    close.mutate(
      { why, base_version: baseVersion(detail) },
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
        <Form form={form} layout="vertical" onFinish={submit}>
          <Form.Item
            name="why"
            label={actions.why}
            rules={[{ required: true, whitespace: true, message: actions.whyMissing }]}
          >
            <Input.TextArea rows={3} maxLength={500} showCount />
          </Form.Item>
        </Form>
        {close.error && <ProblemPanel error={close.error} />}
      </Modal>
    </>
  );
}
