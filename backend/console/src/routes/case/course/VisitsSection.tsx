import type { CaseDetail } from "@/api/model";
import { standingTone } from "@/app/theme";
import { ListSection } from "@/components/ListSection";
import { Mark } from "@/components/Mark";
import { Moment } from "@/components/Moment";
import { may } from "@/lib/rights";
import { kindWords } from "@/locales/kinds";
import { useWords, wordFor } from "@/locales/words";
import { WaiveVisitAct } from "../acts/course";
import { Offered } from "../acts/Offered";
import type { DueVisit } from "../model";
import { railWords } from "../rail/words";
import { courseWords } from "./words";

/** The series of visits that follows a closing: done, due or waived. */
export function VisitsSection({ detail }: { detail: CaseDetail }) {
  const { dueVisits: words } = useWords(courseWords);
  const { visits } = detail.facts;
  return (
    <ListSection title={words.title} empty={words.empty} className="rail-list">
      {visits.map((visit) => (
        <Due key={`${visit.n} ${visit.due_at}`} visit={visit} detail={detail} />
      ))}
    </ListSection>
  );
}

function Due({ visit, detail }: { visit: DueVisit; detail: CaseDetail }) {
  const { dueVisits: words, visitStanding } = useWords(courseWords);
  const { deadlines } = useWords(railWords);
  const { role } = useWords(kindWords);
  const isOpen = !["met", "waived", "ended"].includes(visit.standing);
  return (
    <li className="row spread">
      <div className="row">
        <strong>{words.nth(visit.n)}</strong>
        <span className="soft small">
          {deadlines.due} <Moment at={visit.due_at} />
        </span>
        {visit.waived && (
          <span className="small">
            {words.waived(visit.waived.by_name ?? role.system)}：{visit.waived.why}
          </span>
        )}
      </div>
      <div className="row">
        <Mark tone={standingTone(visit.standing)}>{wordFor(visitStanding, visit.standing)}</Mark>
        <Offered when={isOpen && may(detail, "E21b")}>
          <WaiveVisitAct detail={detail} n={visit.n} />
        </Offered>
      </div>
    </li>
  );
}
