/** Dangers for which the police did not sign within minutes: somebody here is to call them. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Empty, Form, Modal } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { api } from "@/api/client";
import { queryKey } from "@/api/key";
import type { Schemas } from "@/api/model";
import { unwrap } from "@/api/problem";
import { useDangerCalls } from "@/api/queries";
import { ProblemPanel } from "@/components/ProblemPanel";
import { showMinute } from "@/lib/time";
import { useWords } from "@/locales/words";
import { type CallFields, CallFieldsItems, dangerActWords, saidOfCall } from "@/routes/case/acts/danger";
import { dangerCallsWords } from "./words";

type DangerCall = Schemas["DangerCallView"];

export function DangerCallsPage() {
  const words = useWords(dangerCallsWords);
  const { data, error, refetch } = useDangerCalls(true);
  return (
    <div className="page stack">
      <div>
        <h1>{words.title}</h1>
        <p className="soft">{words.lead}</p>
      </div>
      {error && <ProblemPanel error={error} onRetry={refetch} />}
      {data?.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words.empty} />}
      {data?.map((call) => (
        <CallCard key={call.order_id} call={call} />
      ))}
    </div>
  );
}

function CallCard({ call }: { call: DangerCall }) {
  const words = useWords(dangerCallsWords);
  const { case_id, is_held, received_at, text } = call;
  return (
    <Card>
      <div className="stack">
        <div className="prose">{text}</div>
        <div className="soft small">{words.received(showMinute(received_at))}</div>
        {is_held ? <Link to={`/cases/${case_id}`}>{words.toCase}</Link> : <AnswerCall call={call} />}
      </div>
    </Card>
  );
}

/** Records the call about a danger that no case holds. */
function AnswerCall({ call }: { call: DangerCall }) {
  const words = useWords(dangerCallsWords);
  const { callPolice } = useWords(dangerActWords);
  const { message } = App.useApp();
  const [isOpen, setOpen] = useState(false);
  const [form] = Form.useForm<CallFields>();
  const answer = useAnswerCall(call);
  const submit = (fields: CallFields) =>
    answer.mutate(fields, {
      onSuccess: () => {
        setOpen(false);
        void message.success(callPolice.done);
      },
    });
  return (
    <div>
      <Button danger type="primary" onClick={() => setOpen(true)}>
        {callPolice.open}
      </Button>
      <Modal
        open={isOpen}
        title={callPolice.title}
        okText={callPolice.submit}
        cancelText={words.cancel}
        confirmLoading={answer.isPending}
        onOk={form.submit}
        onCancel={() => setOpen(false)}
        destroyOnHidden
      >
        <p className="soft">{words.unheld}</p>
        <Form<CallFields> form={form} layout="vertical" onFinish={submit}>
          <CallFieldsItems />
        </Form>
        {answer.error && <ProblemPanel error={answer.error} />}
      </Modal>
    </div>
  );
}

function useAnswerCall({ order_id }: DangerCall) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (fields: CallFields) =>
      unwrap(
        await api.POST("/api/v1/danger-calls/{order_id}/answer", {
          params: { path: { order_id } },
          body: saidOfCall(fields),
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: queryKey("/api/v1/danger-calls") }),
  });
}
