import { Alert } from "antd";
import type { CaseDetail } from "@/api/model";
import { may } from "@/lib/rights";
import { showMinute } from "@/lib/time";
import { NONE } from "@/locales/dictionary";
import { useWords } from "@/locales/words";
import { ReleaseAct } from "./acts/joint";
import { Offered } from "./acts/Offered";
import { useWithheld } from "./useWithheld";
import { caseWords } from "./words";

/** A danger was reported: nothing is accepted, frozen, sealed or closed until a desk releases the case. */
export function HoldBanner({ detail }: { detail: CaseDetail }) {
  const { hold: words } = useWords(caseWords);
  const { hold } = detail.facts;
  const withheld = useWithheld(detail);
  return (
    <div hidden={!hold}>
      <Alert
        type="error"
        showIcon
        role="alert"
        title={words.title}
        description={
          hold && (
            <>
              <div className="prose">{withheld("risk", hold.what)}</div>
              <div className="small">{words.since(hold.by_name ?? NONE, showMinute(hold.since))}</div>
              <div className="small">{words.hint}</div>
            </>
          )
        }
        action={
          <Offered when={may(detail, "E23b")}>
            <ReleaseAct detail={detail} />
          </Offered>
        }
      />
    </div>
  );
}
