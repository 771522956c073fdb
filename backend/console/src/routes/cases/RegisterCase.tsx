/** Somebody comes to the counter, writes or calls: the case is registered here. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, InputNumber, Modal, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { api } from "@/api/client";
import { queryKey } from "@/api/key";
import type { Schemas } from "@/api/model";
import { unwrap } from "@/api/problem";
import { useUser } from "@/app/session";
import { ProblemPanel } from "@/components/ProblemPanel";
import { newEntryId } from "@/lib/name";
import { mayCall } from "@/lib/rights";
import { codeWords } from "@/locales/codes";
import { useWords } from "@/locales/words";
import { registerWords } from "./registerWords";

type Slip = Schemas["RegisterRequest"];

const channels = ["walk_in", "letter", "phone"] as const;

export function RegisterCase() {
  const words = useWords(registerWords);
  const user = useUser();
  // One for each slip that is begun: sent twice, it is one case.
  const [key, setKey] = useState<string>();
  if (!mayCall(user, "create_case")) return null;
  return (
    <>
      <Button type="primary" onClick={() => setKey(newEntryId())}>
        {words.open}
      </Button>
      {key && <RegisterForm slipKey={key} onDone={() => setKey(undefined)} />}
    </>
  );
}

function RegisterForm({ slipKey, onDone }: { slipKey: string; onDone: () => void }) {
  const words = useWords(registerWords);
  const { channel } = useWords(codeWords);
  const { message } = App.useApp();
  const navigate = useNavigate();
  const [form] = Form.useForm<Omit<Slip, "key">>();
  const register = useRegister();
  const needed = (name: keyof typeof words.fields) => ({
    name,
    label: words.fields[name],
    rules: [{ required: true, whitespace: true, message: words.missing(words.fields[name]) }],
  });
  const submit = (slip: Omit<Slip, "key">) =>
    register.mutate(
      { ...slip, key: slipKey },
      {
        onSuccess: ({ case_id, case_no, public_code }) => {
          onDone();
          void message.success(words.done(case_no, public_code));
          void navigate(`/cases/${case_id}`);
        },
      },
    );
  return (
    <Modal
      open
      title={words.title}
      okText={words.submit}
      cancelText={words.cancel}
      confirmLoading={register.isPending}
      onOk={form.submit}
      onCancel={onDone}
    >
      <p className="soft">{words.hint}</p>
      <Form form={form} layout="vertical" onFinish={submit} initialValues={{ channel: "walk_in" }}>
        <Form.Item name="channel" label={words.fields.channel}>
          <Select options={channels.map((code) => ({ value: code, label: channel[code] }))} />
        </Form.Item>
        <Form.Item {...needed("region")}>
          <Input maxLength={12} placeholder="990101001" />
        </Form.Item>
        <Form.Item {...needed("address")}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item {...needed("situation")}>
          <Input maxLength={16} placeholder="N03-05" />
        </Form.Item>
        <Form.Item {...needed("summary")}>
          <Input.TextArea rows={4} maxLength={2000} showCount />
        </Form.Item>
        <Form.Item name="persons" label={words.fields.persons}>
          <InputNumber min={1} precision={0} />
        </Form.Item>
      </Form>
      {register.error && <ProblemPanel error={register.error} />}
    </Modal>
  );
}

function useRegister() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (slip: Slip) => unwrap(await api.POST("/api/v1/cases", { body: slip })),
    onSuccess: () => queries.invalidateQueries({ queryKey: queryKey("/api/v1/cases") }),
  });
}
