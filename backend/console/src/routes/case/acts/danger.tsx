/** What a desk records of a danger: that somebody called the police about it. */

import { DatePicker, Form } from "antd";
import type { Dayjs } from "dayjs";
import type { CaseDetail } from "@/api/model";
import { dictionary } from "@/locales/dictionary";
import { useWords } from "@/locales/words";
import { DeskForm } from "./DeskForm";
import { TextField } from "./fields";

export interface CallFields {
  called: string;
  calledAt: Dayjs;
}

export function CallPoliceAct({ detail }: { detail: CaseDetail }) {
  const { callPolice } = useWords(dangerActWords);
  return (
    <DeskForm<"call_police", CallFields>
      detail={detail}
      act="call_police"
      words={callPolice}
      button={{ type: "primary", danger: true }}
      says={saidOfCall}
    >
      <CallFieldsItems />
    </DeskForm>
  );
}

/** A call as it is recorded, whether in a case or where no case holds the danger. */
export function saidOfCall({ called, calledAt }: CallFields) {
  return { called: called.trim(), called_at: calledAt.toISOString() };
}

/** Who was called, and when. */
export function CallFieldsItems() {
  const { fields } = useWords(dangerActWords);
  return (
    <>
      <TextField name="called" label={fields.called} placeholder={fields.calledHint} />
      <Form.Item
        name="calledAt"
        label={fields.calledAt}
        rules={[{ required: true, message: fields.calledAtMissing }]}
      >
        <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" />
      </Form.Item>
    </>
  );
}

export const dangerActWords = dictionary({
  "zh-CN": {
    callPolice: {
      open: "电话报险",
      title: "电话报险",
      hint: "公安机关尚未受理这项险情。请先拨打110，再登记接听人和通话时间；险情仍须公安机关受理、解除。",
      submit: "登记",
      done: "已登记",
    },
    fields: {
      called: "接听单位和人员",
      calledHint: "例如：110指挥中心，接警员王某",
      calledAt: "通话时间",
      calledAtMissing: "请选择通话时间",
    },
  },
  en: {
    callPolice: {
      open: "Police called",
      title: "Police called",
      hint: "The police have not signed for this danger. Call 110 first, then say who answered and when. They still have to sign for it and release the case.",
      submit: "Record",
      done: "Recorded",
    },
    fields: {
      called: "Who answered",
      calledHint: "for instance: command centre of 110, officer Wang",
      calledAt: "When",
      calledAtMissing: "Choose when it was",
    },
  },
});
