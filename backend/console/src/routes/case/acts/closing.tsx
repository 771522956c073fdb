/** How the case ends, and begins again. */

import type { Says } from "@/api/act";
import type { CaseDetail } from "@/api/model";
import { askedOutcomes } from "@/lib/outcomes";
import { codeWords } from "@/locales/codes";
import { dictionary } from "@/locales/dictionary";
import { kindWords } from "@/locales/kinds";
import { optionsOf, useWords, wordFor } from "@/locales/words";
import { DeskForm } from "./DeskForm";
import { ChoiceField } from "./fields";
import { fieldWords } from "./fieldWords";
import { ReasonForm } from "./ReasonForm";

interface Props {
  detail: CaseDetail;
}

/** Grants the closing that the lead asked for, or one of those that contradict each other. */
export function CloseAct({ detail }: Props) {
  const acts = useWords(closingWords);
  const fields = useWords(fieldWords);
  const { closeKind } = useWords(kindWords);
  const asked = askedOutcomes(detail.requests);
  const [only] = asked;
  return (
    <DeskForm<"close", Says<"close">>
      detail={detail}
      act="close"
      words={acts.close}
      button={{ type: "primary" }}
      {...(asked.length === 1 && only && { initial: { outcome: only.outcome as Says<"close">["outcome"] } })}
      says={({ outcome }) => ({ outcome })}
    >
      <ChoiceField
        name="outcome"
        label={fields.outcome}
        options={asked.map(({ outcome, feedback }) => ({
          value: outcome,
          label: (
            <>
              <strong>{wordFor(closeKind, outcome)}</strong>
              {feedback && <div className="soft small">{fields.feedback(feedback)}</div>}
            </>
          ),
        }))}
      />
    </DeskForm>
  );
}

export function SendBackAct({ detail }: Props) {
  const acts = useWords(closingWords);
  return (
    <ReasonForm<"send_back">
      detail={detail}
      act="send_back"
      words={acts.sendBack}
      says={(why) => ({ why })}
    />
  );
}

export function WaiveFileAct({ detail, evidence }: Props & { evidence: string }) {
  const acts = useWords(closingWords);
  return (
    <ReasonForm<"waive_file">
      detail={detail}
      act="waive_file"
      words={acts.waiveFile}
      button={{ size: "small" }}
      says={(why) => ({ evidence, why })}
    />
  );
}

export function ReopenAct({ detail }: Props) {
  const acts = useWords(closingWords);
  return <ReasonForm<"reopen"> detail={detail} act="reopen" words={acts.reopen} says={(why) => ({ why })} />;
}

export function ArchiveAct({ detail }: Props) {
  const acts = useWords(closingWords);
  const fields = useWords(fieldWords);
  const { retention } = useWords(codeWords);
  return (
    <DeskForm<"archive", Says<"archive">>
      detail={detail}
      act="archive"
      words={acts.archive}
      button={{ type: "primary" }}
      initial={{ retention: "long" }}
      says={(given) => ({ retention: given.retention })}
    >
      <ChoiceField name="retention" label={fields.retention} options={optionsOf(retention)} />
    </DeskForm>
  );
}

const closingWords = dictionary({
  "zh-CN": {
    close: {
      open: "准予结案",
      title: "准予结案",
      hint: "结案结果和反馈会自动推送到来源渠道。",
      submit: "确认结案",
      done: "已结案",
    },
    sendBack: {
      open: "退回结案",
      title: "退回结案申请",
      hint: "案件回到申请之前的状态，由主办人继续办理。",
      submit: "退回",
      done: "已退回",
    },
    waiveFile: {
      open: "免传",
      title: "免传证据文件",
      hint: "文件无法上传时使用，理由记入卷宗。",
      submit: "免传",
      done: "已免传",
    },
    reopen: {
      open: "重启案件",
      title: "复发重启",
      hint: "案号不变，进入下一轮：重新征求意愿，期限重新计算，原协议和签名留卷。",
      submit: "重启",
      done: "已重启",
    },
    archive: {
      open: "归档",
      title: "归档",
      hint: "归档后案卷只读。卷宗不齐时会列出缺少的材料。",
      submit: "归档",
      done: "已归档",
    },
  },
  en: {
    close: {
      open: "Grant closing",
      title: "Grant closing",
      hint: "The outcome and the feedback go to the source channel by themselves.",
      submit: "Close the case",
      done: "Closed",
    },
    sendBack: {
      open: "Send back",
      title: "Send the closing back",
      hint: "The case goes back to where it stood; the lead goes on.",
      submit: "Send back",
      done: "Sent back",
    },
    waiveFile: {
      open: "Waive",
      title: "Waive the missing file",
      hint: "For a file that cannot be uploaded; the reason stays in the dossier.",
      submit: "Waive",
      done: "Waived",
    },
    reopen: {
      open: "Reopen",
      title: "Reopen the case",
      hint: "The same number, the next round: will is asked for anew and clocks start anew; the old agreement stays in the dossier.",
      submit: "Reopen",
      done: "Reopened",
    },
    archive: {
      open: "File",
      title: "File the case",
      hint: "A filed dossier is read-only. Whatever is missing is named.",
      submit: "File",
      done: "Filed",
    },
  },
});
