import type { CaseDetail } from "@/api/model";
import { tones } from "@/app/theme";
import { ListSection } from "@/components/ListSection";
import { Mark } from "@/components/Mark";
import { may } from "@/lib/rights";
import { showMinute } from "@/lib/time";
import { kindWords } from "@/locales/kinds";
import { useWords, wordFor } from "@/locales/words";
import { AckPushAct } from "../acts/course";
import { Offered } from "../acts/Offered";
import { courseWords } from "./words";

/** The three pushes that go out with a dispatch, and who has acknowledged them. */
export function PushesSection({ detail }: { detail: CaseDetail }) {
  const { pushes: words } = useWords(courseWords);
  const { pushTarget } = useWords(kindWords);
  const { pushes } = detail.facts;
  return (
    <ListSection title={words.title} className="rail-list">
      {pushes.map(({ target, target_zh, pushed_at, acked_at }) => (
        <li key={target} className="row spread">
          <div className="row">
            <strong>{wordFor(pushTarget, target, target_zh)}</strong>
            <span className="soft small figures">{words.pushed(showMinute(pushed_at))}</span>
          </div>
          <div className="row">
            {acked_at ? (
              <Mark tone={tones.green}>{words.acked(showMinute(acked_at))}</Mark>
            ) : (
              <Mark tone={tones.amber}>{words.waiting}</Mark>
            )}
            <Offered when={!acked_at && may(detail, "E03b")}>
              <AckPushAct detail={detail} target={target} />
            </Offered>
          </div>
        </li>
      ))}
    </ListSection>
  );
}
