/**
 * A name that nobody else has. Not by `crypto.randomUUID`, which exists on https and on localhost only: a console on plain http under
 * another name has to work as well.
 */
export function newName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
