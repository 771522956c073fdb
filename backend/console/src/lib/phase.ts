/** The eight phases that the eighteen states of a case fall into, for showing progress at a glance. */

export const phases = [
  "registered",
  "dispatch",
  "sign",
  "accept",
  "mediate",
  "agreement",
  "perform",
  "close",
] as const;

export type Phase = (typeof phases)[number];

const phaseOf: Record<string, Phase> = {
  registered: "registered",
  pending_dispatch: "dispatch",
  dispatched: "dispatch",
  signed_for: "sign",
  on_scene: "sign",
  pending_acceptance: "accept",
  accepted: "accept",
  mediating: "mediate",
  joint_handling: "mediate",
  suspended: "mediate",
  agreement_pending: "agreement",
  agreement_effective: "agreement",
  performing: "perform",
  follow_up: "perform",
  pending_close: "close",
  close_disputed: "close",
  closed: "close",
  archived: "close",
};

export type Progress = "done" | "current" | "ahead";

/** How far each phase is when a case stands at `status`; of a status that this console does not know, none is begun. */
export function progress(status: string): { phase: Phase; progress: Progress }[] {
  const phase = phaseOf[status];
  const at = phase ? phases.indexOf(phase) : -1;
  const ended = status === "closed" || status === "archived";
  return phases.map((phase, i) => ({
    phase,
    progress: i < at || (i === at && ended) ? "done" : i === at ? "current" : "ahead",
  }));
}
