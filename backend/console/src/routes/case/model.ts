/** Names for the parts of a case, which are shown each by a component of its own. */

import type { CaseDetail } from "@/api/model";

export type Intake = CaseDetail["intake"];
export type Note = CaseDetail["notes"][number];
export type Statement = CaseDetail["statements"][number];
export type Visit = CaseDetail["visits"][number];
export type Evidence = CaseDetail["evidence"][number];
export type Draft = CaseDetail["drafts"][number];
export type Agreement = NonNullable<CaseDetail["agreement"]>;
export type Deadline = CaseDetail["deadlines"][number];
export type Assignment = CaseDetail["assignments"][number];
export type Conflict = CaseDetail["conflicts"][number];
export type Variant = Conflict["variants"][number];
export type TrailEntry = CaseDetail["trail"][number];
export type MediationSession = CaseDetail["sessions"][number];
export type Risk = CaseDetail["risks"][number];

export type Facts = CaseDetail["facts"];
export type Referral = Facts["referred"][number];
export type DueVisit = Facts["visits"][number];
export type Kin = Facts["kin"];
export type KinCase = Kin["absorbed"][number];
export type Supervision = Facts["supervision"][number];
