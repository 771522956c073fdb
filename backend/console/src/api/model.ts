/** Names for the shapes of openapi.json that the pages use, in one place; nothing is declared twice. */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type CurrentUser = Schemas["MeView"];
export type CaseSummary = Schemas["CaseSummary"];
export type CaseDetail = Schemas["CaseDetail"];

export type Party = CaseDetail["parties"][number];
export type Intake = CaseDetail["intake"];
export type Note = CaseDetail["notes"][number];
export type Statement = CaseDetail["statements"][number];
export type Visit = CaseDetail["visits"][number];
export type Evidence = CaseDetail["evidence"][number];
export type Draft = CaseDetail["drafts"][number];
export type Agreement = NonNullable<CaseDetail["agreement"]>;
export type RequestView = CaseDetail["requests"][number];
export type Deadline = CaseDetail["deadlines"][number];
export type Assignment = CaseDetail["assignments"][number];
export type Colour = CaseDetail["colour"];
export type Conflict = CaseDetail["conflicts"][number];
export type Variant = Conflict["variants"][number];
export type TrailEntry = CaseDetail["trail"][number];
export type Consent = CaseDetail["consents"][number];
export type Contact = CaseDetail["contacts"][number];
export type MediationSession = CaseDetail["sessions"][number];
export type Risk = CaseDetail["risks"][number];
export type Plan = CaseDetail["plans"][number];
export type Obligation = CaseDetail["obligations"][number];
export type PerformanceEntry = CaseDetail["performance"][number];

export type Facts = CaseDetail["facts"];
export type Referral = Facts["referred"][number];
export type Push = Facts["pushes"][number];
export type DueVisit = Facts["visits"][number];
export type Confirmation = NonNullable<Facts["confirmation"]>;
export type Kin = Facts["kin"];
export type KinCase = Kin["absorbed"][number];
export type Supervision = Facts["supervision"][number];

/** For what somebody is wanted. */
export type Duty = "first" | "co" | "visit" | "joint";
export type Person = Schemas["PersonView"];
export type Trouble = CaseDetail["trouble"];
export type TroubledCase = Schemas["TroubledCaseView"];
export type RecoveryClaim = Schemas["RecoveryClaimView"];
export type RecoveryState = Schemas["RecoveryStateView"];
export type Backup = Schemas["BackupView"];
export type Quarantined = Schemas["QuarantinedView"];
export type OpenDanger = Schemas["OpenDangerView"];
export type QuarantinePage = Schemas["QuarantinePage"];
export type Passage = Schemas["PassageView"];
export type OutboxMessage = Schemas["OutboxView"];
export type Backlog = Schemas["BacklogView"];
