/** Failures of the server's interface: RFC 9457 problem documents, and the cases in which none arrived. */

import { codes } from "./codes.made";

/** What the server said went wrong, or that it said nothing. */
export class ProblemError extends Error {
  /** The code of a server that did not answer at all. */
  static readonly UNREACHABLE = "unreachable";

  override readonly name = "ProblemError";

  constructor(
    /** HTTP status; 0 when there was no answer. */
    readonly status: number,
    /** Stable code of the problem. */
    readonly code: string,
    /** One Chinese sentence from the server, empty when it sent none. */
    readonly title: string,
    readonly detail: string | undefined,
    readonly requestId: string | undefined,
  ) {
    super(`${status} ${code}`);
  }

  /** The server did not answer at all. */
  static unreachable(): ProblemError {
    return new ProblemError(0, ProblemError.UNREACHABLE, "", undefined, undefined);
  }

  /** Reads whatever body came with an error status. */
  static from(status: number, body: unknown): ProblemError {
    const text = (key: string) => {
      const value =
        typeof body === "object" && body !== null ? (body as Record<string, unknown>)[key] : undefined;
      return typeof value === "string" && value !== "" ? value : undefined;
    };
    return new ProblemError(
      status,
      text("code") ?? `http_${status}`,
      text("title") ?? "",
      text("detail"),
      text("request_id"),
    );
  }
}

/** Whether the server refused a decision because it was made on an old state. */
export function isStale(error: unknown): boolean {
  return error instanceof ProblemError && error.code === codes.stale;
}

/** An error of any origin as a problem, for showing. */
export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  return new ProblemError(0, "unexpected", "", error instanceof Error ? error.message : undefined, undefined);
}

export type Fetch = (request: Request) => Promise<Response>;

/**
 * A fetch whose failure is an unreachable server. `fetch` reports it as a TypeError, as the browser does a mistake of our own, so only
 * here the two can be told apart.
 */
export function reaching(fetch: Fetch): Fetch {
  return async (request) => {
    try {
      return await fetch(request);
    } catch (error) {
      throw request.signal.aborted ? error : ProblemError.unreachable();
    }
  };
}

/** The data of an openapi-fetch answer, or its problem thrown. */
export function unwrap<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (!answer.response.ok) throw ProblemError.from(answer.response.status, answer.error);
  return answer.data as T;
}
