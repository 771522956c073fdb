/** The session of this tab for components. */

import { useSyncExternalStore } from "react";
import { session } from "@/api/client";
import type { CurrentUser } from "@/api/model";
import type { SessionState } from "@/api/session";

export function useSession(): SessionState {
  return useSyncExternalStore(session.subscribe, session.state);
}

/** The person signed in; pages behind {@link RequireSession} always have one. */
export function useUser(): CurrentUser | undefined {
  const state = useSession();
  return state.kind === "signed-in" ? state.user : undefined;
}
