/** The one client of the server's interface, bound to the session of this tab. */

import createClient from "openapi-fetch";
import { claimForTab } from "./claim";
import { reaching } from "./problem";
import type { paths } from "./schema";
import { Session } from "./session";

export const session = new Session({
  origin: window.location.origin,
  fetch: (request) => fetch(request),
  storage: window.sessionStorage,
  claim: claimForTab,
  now: Date.now,
});

const reach = reaching((request) => fetch(request));

/** Sends a request in the name of the person; a token that the server no longer takes is renewed once. */
export async function fetchSigned(request: Request): Promise<Response> {
  const again = request.clone();
  const answer = await reach(sign(request, await session.accessToken()));
  if (answer.status !== 401) return answer;
  await session.renew();
  return reach(sign(again, await session.accessToken()));
}

export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: fetchSigned });

function sign(request: Request, token: string): Request {
  request.headers.set("authorization", `Bearer ${token}`);
  return request;
}
