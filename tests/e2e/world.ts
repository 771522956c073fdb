/** What the tests are run against, as `run.sh` or the person who starts them says in the environment. */

import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

export interface Account {
  login: string;
  password: string;
}

/** The channel of the demonstration county, which may push orders. */
export interface Channel {
  name: string;
  secret: Buffer;
}

/** The server under test and the demonstration's own account of it (`demo.json` in its data directory). */
export const server = {
  url: need("HEJIE_URL"),
  ...county(need("HEJIE_DEMO")),
};

/** The supervisor who signs in. */
export const supervisor = one("is a supervisor", ({ role }) => role === "supervisor");

/** The dispatcher, who decides at another desk meanwhile. */
export const dispatcher = one("is a dispatcher", ({ role }) => role === "dispatcher");

/** The command that plays a phone which comes back; see README.md. */
export const phoneCommand = need("HEJIE_PHONE_CMD");

/** The browser: Debian's by default. */
export const chromium = process.env.HEJIE_CHROMIUM ?? onPath("chromium", "chromium-browser", "google-chrome");

/** The account of somebody known by name. */
export function person(name: string): Account {
  return one(`is called ${name}`, (account) => account.name === name);
}

function one(what: string, is: (account: Demo["accounts"][number]) => boolean): Demo["accounts"][number] {
  const found = server.accounts.find(is);
  if (!found) throw new Error(`nobody in the demonstration county ${what}`);
  return found;
}

interface Demo {
  accounts: (Account & { name: string; role: string })[];
  channel: { name: string; secret_hex: string };
}

function county(file: string): { accounts: Demo["accounts"]; channel: Channel } {
  const { accounts, channel } = JSON.parse(readFileSync(file, "utf8")) as Demo;
  return { accounts, channel: { name: channel.name, secret: Buffer.from(channel.secret_hex, "hex") } };
}

function need(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; start the tests with tests/e2e/run.sh`);
  return value;
}

function onPath(...names: string[]): string {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
  if (!found) throw new Error(`no Chromium on the path (${names.join(", ")}); name one in HEJIE_CHROMIUM`);
  return found;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
