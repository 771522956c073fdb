/** The names under which answers are kept, so that an event can say which of them are old. */
export const keys = {
  cases: ["cases"] as const,
  case: (id: string) => ["case", id] as const,
  people: (duty: string, region: string) => ["people", duty, region] as const,
  versions: (id: string, conflict: string) => ["case", id, "versions", conflict] as const,
  quarantine: ["quarantine"] as const,
  dangers: ["dangers"] as const,
  quarantined: (id: string, hash: string) => ["quarantined", id, hash] as const,
  troubled: ["troubled"] as const,
  recovery: ["recovery"] as const,
  backup: ["backup"] as const,
  outbox: ["outbox"] as const,
  backlog: ["backlog"] as const,
};
