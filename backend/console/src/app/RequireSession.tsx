/** Lets only people who are signed in pass; everybody else goes to sign in and comes back to the same address. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { Navigate, useLocation } from "react-router";
import { session } from "@/api/client";
import { LiveProvider } from "@/api/live";
import { ProblemPanel } from "@/components/ProblemPanel";
import { Opening } from "./Opening";
import { useSession } from "./session";
import { useIdle } from "./useIdle";

export function RequireSession({ children }: { children: ReactNode }) {
  const state = useSession();
  const location = useLocation();

  useEffect(() => {
    if (session.state().kind === "starting") void session.start();
  }, []);

  switch (state.kind) {
    case "starting":
      return <Opening />;
    case "unreachable":
      return (
        <main className="page">
          <ProblemPanel error={state.problem} onRetry={() => void session.start()} />
        </main>
      );
    case "signed-out":
      return (
        <Navigate
          to="/sign-in"
          replace
          state={{ from: `${location.pathname}${location.search}`, ending: state.ending }}
        />
      );
    case "signed-in":
      return (
        <LiveProvider>
          <Attended>{children}</Attended>
        </LiveProvider>
      );
  }
}

/** Ends an unattended session, and forgets what was shown when a session ends. */
function Attended({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  useIdle(() => void session.signOut("idle"));
  useEffect(() => () => queries.clear(), [queries]);
  return children;
}
