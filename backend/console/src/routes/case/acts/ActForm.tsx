/** One act: a button, a form that says what is needed, and the server's own sentence when it is refused. */

import { App, Button, type ButtonProps, Form, type FormInstance, Modal } from "antd";
import { type ReactNode, useState } from "react";
import { type ActBody, type ActPath, useAct } from "@/api/act";
import type { CaseDetail } from "@/api/model";
import { FormNotice } from "@/components/FormNotice";
import { useWords } from "@/locales/words";
import { useBegun } from "../useBegun";
import { fieldWords } from "./fieldWords";
import { useOffered } from "./Offered";

/** What an act is called, from button to receipt. */
export interface ActWords {
  open: string;
  title: string;
  hint?: string;
  submit: string;
  done: string;
}

export interface ActFormProps<P extends ActPath, F extends object> {
  detail: CaseDetail;
  path: P;
  /** What the path needs besides the case. */
  params?: Record<string, string | number>;
  words: ActWords;
  /** The body without the version of the facts, which every act carries. */
  body: (fields: F) => Omit<ActBody<P>, "base_version">;
  initial?: Partial<F>;
  button?: ButtonProps;
  children?: ReactNode | ((form: FormInstance<F>) => ReactNode);
}

export function ActForm<P extends ActPath, F extends object>(props: ActFormProps<P, F>) {
  const { detail, path, params, words, body, initial, button, children } = props;
  const { cancel } = useWords(fieldWords);
  const { message } = App.useApp();
  const [isOpen, setOpen] = useState(false);
  const [form] = Form.useForm<F>();
  const act = useAct(path, { id: detail.summary.id, ...params } as Parameters<typeof useAct<P>>[1]);
  const isOffered = useOffered();
  const { version, isHeld, goOn, notice } = useBegun(detail, act, isOffered);

  const open = () => {
    goOn();
    form.resetFields();
    setOpen(true);
  };
  const submit = (fields: F) => {
    // The enter key sends a form as well, whatever its button says.
    if (isHeld) return;
    act.mutate({ ...body(fields), base_version: version } as unknown as ActBody<P>, {
      onSuccess: () => {
        setOpen(false);
        void message.success(words.done);
      },
    });
  };

  return (
    <>
      {isOffered && (
        <Button {...button} onClick={open}>
          {words.open}
        </Button>
      )}
      <Modal
        open={isOpen}
        title={words.title}
        okText={words.submit}
        okButtonProps={{ danger: button?.danger ?? false, disabled: isHeld }}
        cancelText={cancel}
        confirmLoading={act.isPending}
        onOk={form.submit}
        onCancel={() => setOpen(false)}
        destroyOnHidden
      >
        {words.hint && <p className="soft">{words.hint}</p>}
        <Form<F> form={form} layout="vertical" onFinish={submit} {...(initial && { initialValues: initial })}>
          {typeof children === "function" ? children(form) : children}
        </Form>
        <div className="act-problem">
          <FormNotice {...notice} onSeen={goOn} />
        </div>
      </Modal>
    </>
  );
}
