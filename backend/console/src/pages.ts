/** Every page of the console. Routes and navigation are made from these lists. */

import type { ComponentType } from "react";
import type { Operation } from "@/api/model";
import type { Dictionary } from "@/locales/dictionary";
import { casesWords } from "@/routes/cases/words";
import { dangerCallsWords } from "@/routes/danger-calls/words";
import { outboxWords } from "@/routes/outbox/words";
import { quarantineWords } from "@/routes/quarantine/words";

export interface Page {
  path: string;
  /** The words of a page that stands in the navigation, under its title; a page without them is reached from others. */
  nav?: Dictionary<{ title: string }>;
  /** What the page asks the server for: it is offered only to those whose role is let through to that. */
  operation?: Operation;
  /** Loads the page when it is first opened. */
  load: () => Promise<ComponentType>;
}

/** What is open to everybody. */
export const openPages: Page[] = [
  { path: "/sign-in", load: async () => (await import("@/routes/sign-in/SignInPage")).SignInPage },
];

/** What is shown to people who are signed in, in the order of the navigation. */
export const pages: Page[] = [
  {
    path: "/cases",
    nav: casesWords,
    load: async () => (await import("@/routes/cases/CasesPage")).CasesPage,
  },
  { path: "/cases/:id", load: async () => (await import("@/routes/case/CasePage")).CasePage },
  {
    path: "/danger-calls",
    nav: dangerCallsWords,
    operation: "list_danger_calls",
    load: async () => (await import("@/routes/danger-calls/DangerCallsPage")).DangerCallsPage,
  },
  {
    path: "/outbox",
    nav: outboxWords,
    operation: "list_outbox",
    load: async () => (await import("@/routes/outbox/OutboxPage")).OutboxPage,
  },
  {
    path: "/quarantine",
    nav: quarantineWords,
    operation: "list_quarantine",
    load: async () => (await import("@/routes/quarantine/QuarantinePage")).QuarantinePage,
  },
  { path: "*", load: async () => (await import("@/routes/not-found/NotFoundPage")).NotFoundPage },
];
