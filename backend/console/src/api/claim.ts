/** Long enough for the page that a reload replaces to let go of its lock. */
const PATIENCE_MS = 1500;

const held = new Set<string>();

/**
 * Holds a name for as long as this tab lives, and says whether that succeeded. Web Locks exist on https and on
 * localhost only; elsewhere a duplicated tab cannot be told apart and the server's reuse check ends both sessions.
 */
export function claimForTab(name: string): Promise<boolean> {
  if (held.has(name) || !("locks" in navigator)) return Promise.resolve(true);
  return new Promise((resolve) => {
    navigator.locks
      .request(`hejie.tab.${name}`, { signal: AbortSignal.timeout(PATIENCE_MS) }, () => {
        held.add(name);
        resolve(true);
        return new Promise<never>(() => undefined);
      })
      .catch(() => resolve(false));
  });
}
