/**
 * The session of this tab.
 *
 * The access token lives in memory only. The refresh token, which the server rotates at every use, lies in
 * sessionStorage: it survives a reload, is never shared with another tab and ends with the tab, which matters on the
 * shared computers of an office. A duplicated tab would copy it and its first use would look like theft, so the tab
 * that owns the session holds a Web Lock and a copy without the lock starts signed out.
 */

import createClient from "openapi-fetch";
import { newName } from "@/lib/name";
import type { CurrentUser } from "./model";
import { asProblem, type Fetch, ProblemError, reaching, unwrap } from "./problem";
import type { components, paths } from "./schema";

/** Why the person has to sign in again. */
export type Ending = "signed-out" | "expired" | "idle";

/** What the tab knows about its session. */
export type SessionState =
  | { kind: "starting" }
  | { kind: "unreachable"; problem: ProblemError }
  | { kind: "signed-out"; ending: Ending | undefined }
  | { kind: "signed-in"; user: CurrentUser };

/** What the session needs from the browser; tests bring their own. */
export interface SessionPorts {
  origin: string;
  fetch: Fetch;
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  /** Resolves to whether this tab is the only one that holds `name`; the hold lasts as long as the tab. */
  claim: (name: string) => Promise<boolean>;
  now: () => number;
}

const KEY = "hejie.session";
/** An access token this close to its end is renewed before it is used. */
const MARGIN_MS = 30_000;

interface Kept {
  refreshToken: string;
  tab: string;
}

export class Session {
  #state: SessionState = { kind: "starting" };
  #access: { token: string; expiresAt: number } | undefined;
  #renewal: Promise<void> | undefined;
  #starting: Promise<void> | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #ports: SessionPorts;
  readonly #client;

  constructor(ports: SessionPorts) {
    this.#ports = ports;
    this.#client = createClient<paths>({ baseUrl: ports.origin, fetch: reaching(ports.fetch) });
  }

  readonly state = (): SessionState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Takes up the session that a reload interrupted, if there is one. */
  start(): Promise<void> {
    this.#starting ??= this.#resume().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** Opens a session. Throws a {@link ProblemError} when the server refuses. */
  async signIn(login: string, password: string): Promise<void> {
    this.#keep(await this.#ask(() => this.#client.POST("/api/v1/session", { body: { login, password } })));
  }

  /** Ends the session here and, if it can be reached, on the server. */
  async signOut(ending: Ending): Promise<void> {
    const token = this.#access?.token;
    this.#forget(ending);
    if (!token) return;
    const headers = { authorization: `Bearer ${token}` };
    // The person has left either way; a token that could not be revoked dies of age within minutes.
    await this.#client.DELETE("/api/v1/session", { headers }).catch(() => undefined);
  }

  /** A valid access token. Throws when there is none to be had. */
  async accessToken(): Promise<string> {
    if (!this.#access || this.#access.expiresAt - this.#ports.now() < MARGIN_MS) await this.renew();
    if (!this.#access) throw ProblemError.from(401, undefined);
    return this.#access.token;
  }

  /** Exchanges the refresh token for a new pair; callers at the same time share one exchange. */
  renew(): Promise<void> {
    this.#renewal ??= this.#exchange().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #resume(): Promise<void> {
    const kept = this.#kept();
    if (!kept) return this.#become({ kind: "signed-out", ending: undefined });
    this.#become({ kind: "starting" });
    if (!(await this.#ports.claim(kept.tab))) return this.#forget(undefined);
    try {
      await this.renew();
    } catch (error) {
      if (error instanceof ProblemError && this.#kept())
        this.#become({ kind: "unreachable", problem: error });
    }
  }

  async #exchange(): Promise<void> {
    const kept = this.#kept();
    if (!kept) return this.#state.kind === "signed-in" ? this.#forget("expired") : undefined;
    try {
      const body = { refresh_token: kept.refreshToken };
      this.#keep(await this.#ask(() => this.#client.POST("/api/v1/session/refresh", { body })), kept.tab);
    } catch (error) {
      if (error instanceof ProblemError && error.status >= 400 && error.status < 429) this.#forget("expired");
      throw error;
    }
  }

  async #ask<T>(call: () => Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
    try {
      return unwrap(await call());
    } catch (error) {
      throw asProblem(error);
    }
  }

  #keep(opened: components["schemas"]["SessionView"], tab: string = newName()): void {
    this.#access = { token: opened.access_token, expiresAt: Date.parse(opened.expires_at) };
    const kept: Kept = { refreshToken: opened.refresh_token, tab };
    this.#ports.storage.setItem(KEY, JSON.stringify(kept));
    void this.#ports.claim(tab);
    this.#become({ kind: "signed-in", user: opened.user });
  }

  #kept(): Kept | undefined {
    try {
      const kept = JSON.parse(this.#ports.storage.getItem(KEY) ?? "null") as Partial<Kept> | null;
      if (typeof kept?.refreshToken !== "string" || typeof kept.tab !== "string") return undefined;
      return { refreshToken: kept.refreshToken, tab: kept.tab };
    } catch {
      return undefined;
    }
  }

  #forget(ending: Ending | undefined): void {
    this.#access = undefined;
    this.#ports.storage.removeItem(KEY);
    this.#become({ kind: "signed-out", ending });
  }

  #become(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
