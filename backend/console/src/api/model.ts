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
