/** Names for the shapes of openapi.json that several pages use. A page names in its own folder what it uses alone. */

import type { components, operations } from "./schema";

/** The shapes of the server's interface by their names there. */
export type Schemas = components["schemas"];
/** What can be asked of the server, by its name there. */
export type Operation = keyof operations;

export type CurrentUser = Schemas["MeView"];
export type CaseSummary = Schemas["CaseSummary"];
export type CaseDetail = Schemas["CaseDetail"];
export type Party = CaseDetail["parties"][number];
export type RequestView = CaseDetail["requests"][number];
export type Trouble = CaseDetail["trouble"];
