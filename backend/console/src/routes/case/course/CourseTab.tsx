import type { CaseDetail } from "@/api/model";
import { ConfirmationSection } from "./ConfirmationSection";
import { KinSection } from "./KinSection";
import { PlansSection } from "./PlansSection";
import { PushesSection } from "./PushesSection";
import { RoundsSection } from "./RoundsSection";
import { SupervisionSection } from "./SupervisionSection";
import { VisitsSection } from "./VisitsSection";

/** What goes on around the case: visits that are due, plans, pushes, the court, other cases, earlier rounds, supervision. */
export function CourseTab({ detail }: { detail: CaseDetail }) {
  return (
    <div className="stack">
      <VisitsSection detail={detail} />
      <PlansSection detail={detail} />
      <PushesSection detail={detail} />
      <ConfirmationSection detail={detail} />
      <KinSection kin={detail.facts.kin} />
      <RoundsSection facts={detail.facts} />
      <SupervisionSection detail={detail} />
    </div>
  );
}
