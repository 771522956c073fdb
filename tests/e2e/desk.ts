/** The server's interface for setting scenes: what a colleague, 110 or a phone does while the browser looks on. */

import { execFile } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { promisify } from "node:util";
import type { components, paths } from "../../backend/console/src/api/schema.d.ts";
import { type Account, phoneCommand, server } from "./world.ts";

type Schemas = components["schemas"];
export type CaseDetail = Schemas["CaseDetail"];
export type CaseSummary = Schemas["CaseSummary"];
type Page = Schemas["CasePage"];
type Session = Schemas["SessionView"];

const signedIn: Record<string, Promise<Desk>> = {};

/** Somebody at a desk, signed in without a browser. */
export class Desk {
  private constructor(
    private readonly token: string,
    readonly userId: string,
  ) {}

  /** Signs in, once for everybody who asks: the server slows down who signs in too often. */
  static signIn(who: Account): Promise<Desk> {
    signedIn[who.login] ??= Desk.#open(who);
    return signedIn[who.login] as Promise<Desk>;
  }

  static async #open({ login, password }: Account): Promise<Desk> {
    const session = (await call("POST", "/api/v1/session", { login, password })) as Session;
    return new Desk(session.access_token, session.user.id);
  }

  async cases(): Promise<CaseSummary[]> {
    return ((await this.#call("GET", "/api/v1/cases?limit=200")) as Page).items;
  }

  async case(id: string): Promise<CaseDetail> {
    return (await this.#call("GET", `/api/v1/cases/${id}`)) as CaseDetail;
  }

  /** A case on which work goes on and in which two authors disagree. */
  inConflict(): Promise<CaseDetail> {
    return this.find("that is open and in conflict", ({ summary: { status }, conflicts }) => {
      return status !== "closed" && status !== "archived" && conflicts.some(({ settled }) => !settled);
    });
  }

  /** The first case for which something holds. */
  async find(what: string, holds: (detail: CaseDetail) => boolean): Promise<CaseDetail> {
    for (const { id } of await this.cases()) {
      const detail = await this.case(id);
      if (holds(detail)) return detail;
    }
    throw new Error(`no case ${what}`);
  }

  /** Decides something of a case as it stands. */
  async act(id: string, act: Schemas["DeskAct"]): Promise<void> {
    const { summary } = await this.case(id);
    await this.#call("POST", `/api/v1/cases/${id}/acts`, { act, base_version: summary.version });
  }

  #call(method: string, path: string, body?: unknown): Promise<unknown> {
    return call(method, path, body, { authorization: `Bearer ${this.token}` });
  }
}

/** Pushes a signed order of 110 and returns the number of the case that it made. */
export async function pushOrder(): Promise<Schemas["ReceiptView"]> {
  const order: paths["/api/v1/exchange/orders"]["post"]["requestBody"]["content"]["application/json"] = {
    external_no: `E2E-${randomUUID()}`,
    received_at: new Date().toISOString(),
    caller_masked: "1390000****",
    region: "990101001",
    address: "新港街道临江路某小区底商",
    summary: "报警人称与邻居因楼道堆物争吵，无人受伤。",
    situation: "N08-02",
    is_dispute: true,
  };
  const body = JSON.stringify(order);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", server.channel.secret).update(`${timestamp}\n${body}`).digest("hex");
  const headers = {
    "x-hejie-channel": server.channel.name,
    "x-hejie-timestamp": timestamp,
    "x-hejie-signature": signature,
  };
  return (await call("POST", "/api/v1/exchange/orders", body, headers)) as Schemas["ReceiptView"];
}

/** Lets a phone of somebody come back with a case signed for and a note on it; returns the text of the note. */
export function phoneComesBack(who: Account, caseId: string): Promise<string> {
  return playPhone(who, caseId, {});
}

/** Lets a phone of somebody come back with a danger that was seen at a case. */
export async function phoneReports(who: Account, caseId: string, danger: string): Promise<void> {
  await playPhone(who, caseId, { HEJIE_PHONE_DANGER: danger });
}

async function playPhone(
  { login, password }: Account,
  caseId: string,
  does: Record<string, string>,
): Promise<string> {
  const phone = { HEJIE_CASE_ID: caseId, HEJIE_PHONE_LOGIN: login, HEJIE_PHONE_PASSWORD: password, ...does };
  const env = { ...process.env, HEJIE_URL: server.url, ...phone };
  const { stdout } = await promisify(execFile)("/bin/sh", ["-c", phoneCommand], { env });
  return stdout.trim();
}

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const content = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await fetch(new URL(path, server.url), {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: content }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === "" ? undefined : (JSON.parse(text) as unknown);
}
