/** The addresses of the console, made from the list of its pages. */

import { createBrowserRouter, Navigate, type RouteObject } from "react-router";
import { openPages, type Page, pages } from "@/pages";
import { Broken } from "./Broken";
import { Opening } from "./Opening";
import { RequireSession } from "./RequireSession";
import { Shell } from "./Shell";

export const router = createBrowserRouter([
  {
    errorElement: <Broken />,
    hydrateFallbackElement: <Opening />,
    children: [
      ...openPages.map(route),
      {
        element: (
          <RequireSession>
            <Shell />
          </RequireSession>
        ),
        children: [{ index: true, element: <Navigate to="/cases" replace /> }, ...pages.map(route)],
      },
    ],
  },
]);

function route({ path, load }: Page): RouteObject {
  return { path, lazy: async () => ({ Component: await load() }) };
}
