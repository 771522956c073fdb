import type { CaseDetail } from "@/api/model";
import { tones } from "@/app/theme";
import { Mark } from "@/components/Mark";
import { Section } from "@/components/Section";
import { may } from "@/lib/rights";
import { showMinute } from "@/lib/time";
import { useWords, wordFor } from "@/locales/words";
import { DecideConfirmationAct, SendConfirmationAct } from "../acts/course";
import { Offered } from "../acts/Offered";
import { courseWords } from "./words";

/** Judicial confirmation: prepared by the lead, sent to the court, decided there. */
export function ConfirmationSection({ detail }: { detail: CaseDetail }) {
  const { confirmation: words } = useWords(courseWords);
  const { confirmation } = detail.facts;
  if (!confirmation) return null;
  const { court, asked_at, sent_at, result, decided_at } = confirmation;
  return (
    <Section
      title={words.title}
      extra={
        <span className="row">
          <Offered when={may(detail, "E32b")}>
            <SendConfirmationAct detail={detail} />
          </Offered>
          <Offered when={may(detail, "E32c")}>
            <DecideConfirmationAct detail={detail} />
          </Offered>
        </span>
      }
    >
      <div className="row">
        <strong>{court}</strong>
        <span className="soft small figures">{words.asked(showMinute(asked_at))}</span>
        {sent_at && <span className="soft small figures">{words.sent(showMinute(sent_at))}</span>}
        {result && decided_at && (
          <>
            <Mark tone={result === "confirmed" ? tones.green : tones.grey}>
              {wordFor(words.result, result)}
            </Mark>
            <span className="soft small figures">{showMinute(decided_at)}</span>
          </>
        )}
      </div>
    </Section>
  );
}
