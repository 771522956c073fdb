/** What a desk does about a danger, and about violence at home: calls, reports, warnings of the police. */

import { DatePicker, Form, Input } from "antd";
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

export function ReportViolenceAct({ detail }: { detail: CaseDetail }) {
  const { reportViolence, fields } = useWords(dangerActWords);
  return (
    <DeskForm<"report_violence", { what?: string }>
      detail={detail}
      act="report_violence"
      words={reportViolence}
      button={{ danger: true }}
      says={({ what }) => ({ what: (what ?? "").trim() })}
    >
      <Form.Item name="what" label={fields.what}>
        <Input.TextArea rows={3} maxLength={1000} showCount />
      </Form.Item>
    </DeskForm>
  );
}

interface WarningFields {
  warning_no: string;
  issued_on: Dayjs;
}

export function RecordWarningAct({ detail }: { detail: CaseDetail }) {
  const { recordWarning, fields } = useWords(dangerActWords);
  return (
    <DeskForm<"record_warning", WarningFields>
      detail={detail}
      act="record_warning"
      words={recordWarning}
      says={({ warning_no, issued_on }) => ({
        warning_no: warning_no.trim(),
        issued_on: issued_on.format("YYYY-MM-DD"),
      })}
    >
      <TextField name="warning_no" label={fields.warningNo} />
      <Form.Item
        name="issued_on"
        label={fields.issuedOn}
        rules={[{ required: true, message: fields.issuedOnMissing }]}
      >
        <DatePicker />
      </Form.Item>
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
    reportViolence: {
      open: "强制报告",
      title: "家庭暴力强制报告",
      hint: "立即报送公安机关。报告人依法保密，只有公安机关可见。请勿填写姓名。",
      submit: "报告",
      done: "已报告公安机关",
    },
    recordWarning: {
      open: "登记告诫书",
      title: "登记告诫书",
      hint: "公安机关出具告诫书后，居（村）民委员会和派出所定期回访；回访时限从出具之日起算。",
      submit: "登记",
      done: "已登记，回访已列入时限",
    },
    fields: {
      what: "所见所闻（可不填）",
      warningNo: "告诫书文号",
      issuedOn: "出具日期",
      issuedOnMissing: "请选择出具日期",
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
    reportViolence: {
      open: "Report violence",
      title: "Report violence at home",
      hint: "It goes to the police at once. Who reports it is secret and shown to the police alone. Write no names.",
      submit: "Report",
      done: "Reported to the police",
    },
    recordWarning: {
      open: "Record a warning",
      title: "Record a warning of the police",
      hint: "After a warning the committee of residents and the police look in; the visits count from its day.",
      submit: "Record",
      done: "Recorded; the visits are due",
    },
    fields: {
      what: "What was seen or heard (may be empty)",
      warningNo: "Number of the warning",
      issuedOn: "Issued on",
      issuedOnMissing: "Choose the day",
      called: "Who answered",
      calledHint: "for instance: command centre of 110, officer Wang",
      calledAt: "When",
      calledAtMissing: "Choose when it was",
    },
  },
});
