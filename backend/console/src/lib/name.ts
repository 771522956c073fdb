/**
 * A name that nobody else has. Not by `crypto.randomUUID`, which exists on https and on localhost only: a console on plain http under
 * another name has to work as well.
 */
export function newName(): string {
  return hex(randomBytes());
}

/** The id of an entry that this desk makes: a random UUID (RFC 9562, version 4). */
export function newEntryId(): string {
  const bytes = randomBytes();
  bytes.set([(Number(bytes[6]) & 0x0f) | 0x40], 6);
  bytes.set([(Number(bytes[8]) & 0x3f) | 0x80], 8);
  const all = hex(bytes);
  return [all.slice(0, 8), all.slice(8, 12), all.slice(12, 16), all.slice(16, 20), all.slice(20)].join("-");
}

function randomBytes(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(16));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
