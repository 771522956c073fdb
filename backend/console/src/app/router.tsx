/** Every address of the console. A page is loaded when it is first opened. */

import { createBrowserRouter, Navigate } from "react-router";
import { Broken } from "./Broken";
import { Opening } from "./Opening";
import { RequireSession } from "./RequireSession";
import { Shell } from "./Shell";

export const router = createBrowserRouter([
  {
    errorElement: <Broken />,
    hydrateFallbackElement: <Opening />,
    children: [
      {
        path: "/sign-in",
        lazy: async () => ({ Component: (await import("@/routes/sign-in/SignInPage")).SignInPage }),
      },
      {
        element: (
          <RequireSession>
            <Shell />
          </RequireSession>
        ),
        children: [
          { index: true, element: <Navigate to="/cases" replace /> },
          {
            path: "/cases",
            lazy: async () => ({ Component: (await import("@/routes/cases/CasesPage")).CasesPage }),
          },
          {
            path: "/cases/:id",
            lazy: async () => ({ Component: (await import("@/routes/case/CasePage")).CasePage }),
          },
          {
            path: "/outbox",
            lazy: async () => ({ Component: (await import("@/routes/outbox/OutboxPage")).OutboxPage }),
          },
          {
            path: "/quarantine",
            lazy: async () => ({
              Component: (await import("@/routes/quarantine/QuarantinePage")).QuarantinePage,
            }),
          },
          {
            path: "*",
            lazy: async () => ({ Component: (await import("@/routes/not-found/NotFoundPage")).NotFoundPage }),
          },
        ],
      },
    ],
  },
]);
