import type { CaseDetail } from "@/api/model";
import { EventName } from "@/components/EventName";
import { ListSection } from "@/components/ListSection";
import { Moment } from "@/components/Moment";
import { showAsk } from "@/lib/ask";
import { NONE } from "@/locales/dictionary";
import { kindWords } from "@/locales/kinds";
import { useLanguage, useWords, wordFor } from "@/locales/words";
import { DenyAct, GrantAct, SealAct } from "./acts/course";
import { TransferAct } from "./acts/handling";
import type { Referral } from "./model";
import { caseWords } from "./words";

/** Requests from the field that wait for a desk; it stands above everything, because somebody out there is waiting. */
export function ReferralsSection({ detail }: { detail: CaseDetail }) {
  const { referrals: words } = useWords(caseWords);
  const { referred } = detail.facts;
  return (
    <ListSection title={words.title} className="rail-list">
      {referred.map((referral) => (
        <Waiting key={referral.id} referral={referral} detail={detail} />
      ))}
    </ListSection>
  );
}

function Waiting({ referral, detail }: { referral: Referral; detail: CaseDetail }) {
  const { referrals: words } = useWords(caseWords);
  const { role: roleWords } = useWords(kindWords);
  const { language } = useLanguage();
  const roles = referral.decided_by.map((role) => wordFor(roleWords, role)).join(words.or);
  return (
    <li className="row spread">
      <div>
        <div className="row">
          <EventName event={referral.event} zh={referral.event_zh} />
          <span>{showAsk(referral.ask, language)}</span>
        </div>
        <div className="row small soft">
          <span>{words.by(referral.by_name ?? NONE)}</span>
          <Moment at={referral.received_at} />
          {!referral.may_decide && <span>{words.waitsFor(roles)}</span>}
        </div>
      </div>
      {referral.may_decide && (
        <div className="row">
          <Grant detail={detail} referral={referral} />
          <DenyAct detail={detail} referral={referral} />
        </div>
      )}
    </li>
  );
}

/** What grants a request: a transfer its carrying out, an agreement its seal. */
function Grant({ referral, detail }: { referral: Referral; detail: CaseDetail }) {
  switch (referral.event) {
    case "E24":
      return <TransferAct detail={detail} size="small" />;
    case "E18":
      return <SealAct detail={detail} referral={referral} />;
    default:
      return <GrantAct detail={detail} referral={referral} />;
  }
}
