import type { ComponentType } from "react";
import type { CaseDetail } from "@/api/model";
import { Section } from "@/components/Section";
import { may } from "@/lib/rights";
import { useWords } from "@/locales/words";
import { ArchiveAct, CloseAct, ReopenAct, SendBackAct } from "../acts/closing";
import { CallPoliceAct, RecordWarningAct, ReportViolenceAct } from "../acts/danger";
import { EndSeisedAct, NoteSeisedAct, RecuseHandlerAct } from "../acts/elsewhere";
import {
  AssignAct,
  DangerAct,
  DispatchAct,
  HandoverAct,
  PoliceAcceptAct,
  ReclassifyAct,
  ReturnAct,
  TransferAct,
  TriageAct,
} from "../acts/handling";
import { EndJointAct, OpenJointAct } from "../acts/joint";
import { MergeAct, SplitAct, UnmergeAct } from "../acts/kin";
import { Offered } from "../acts/Offered";
import { CheckJointAct, WritePlanAct } from "../acts/plan";
import { SuperviseAct } from "../acts/supervision";
import { railWords } from "./words";

/** The acts about the case as a whole, by the events that they are. Those about a part of it stand beside that part. */
const acts: [event: string, act: ComponentType<{ detail: CaseDetail }>][] = [
  ["E23c", CallPoliceAct],
  ["E02b", PoliceAcceptAct],
  ["E02", TriageAct],
  ["E02c", ReclassifyAct],
  ["E03", DispatchAct],
  ["E27", CloseAct],
  ["E27b", SendBackAct],
  ["E31", ArchiveAct],
  ["E22b", EndJointAct],
  ["E22c", WritePlanAct],
  ["E22d", CheckJointAct],
  ["R025", SuperviseAct],
  ["R019", AssignAct],
  ["R027", HandoverAct],
  ["E22", OpenJointAct],
  ["E06", ReturnAct],
  ["E24", TransferAct],
  ["E11b", NoteSeisedAct],
  ["E11c", EndSeisedAct],
  ["E11d", RecuseHandlerAct],
  ["E30", MergeAct],
  ["E30d", SplitAct],
  ["E30c", UnmergeAct],
  ["E29b", ReopenAct],
  ["E23d", ReportViolenceAct],
  ["E21c", RecordWarningAct],
  ["E23", DangerAct],
];

/** What the person may do with the case as it stands; nothing is shown when that is nothing. */
export function ActionsCard({ detail }: { detail: CaseDetail }) {
  const { actions } = useWords(railWords);
  const isIdle = !acts.some(([event]) => may(detail, event));
  return (
    <div hidden={isIdle}>
      <Section title={actions}>
        <div className="case-acts">
          {acts.map(([event, Act]) => (
            <Offered key={event} when={may(detail, event)}>
              <Act detail={detail} />
            </Offered>
          ))}
        </div>
      </Section>
    </div>
  );
}
