import { App, Button, Form, Input, Modal } from "antd";
import { useState } from "react";
import type { CaseDetail } from "@/api/model";
import { baseVersion, useDispatchCase } from "@/api/queries";
import { ProblemPanel } from "@/components/ProblemPanel";
import { useWords } from "@/locales/words";

/** Offers the case to a person. */
export function DispatchAction({ detail }: { detail: CaseDetail }) {
  const { actions } = useWords();
  const { message } = App.useApp();
  const [isOpen, setOpen] = useState(false);
  const [form] = Form.useForm<{ user: string }>();
  const dispatch = useDispatchCase(detail.summary.id);

  const submit = ({ user }: { user: string }) =>
    dispatch.mutate(
      { user: user.trim(), base_version: baseVersion(detail) },
      {
        onSuccess: () => {
          setOpen(false);
          void message.success(actions.dispatch.done);
        },
      },
    );

  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {actions.dispatch.open}
      </Button>
      <Modal
        open={isOpen}
        title={actions.dispatch.title}
        okText={actions.dispatch.submit}
        cancelText={actions.cancel}
        confirmLoading={dispatch.isPending}
        onOk={form.submit}
        onCancel={() => setOpen(false)}
        destroyOnHidden
      >
        <Form form={form} layout="vertical" onFinish={submit}>
          <Form.Item
            name="user"
            label={actions.dispatch.target}
            rules={[{ required: true, whitespace: true, message: actions.dispatch.targetMissing }]}
          >
            <Input maxLength={64} />
          </Form.Item>
        </Form>
        {dispatch.error && <ProblemPanel error={dispatch.error} />}
      </Modal>
    </>
  );
}
