/** A form about a case that may move on while somebody fills it in. */

import { baseVersion } from "@/api/act";
import type { CaseDetail } from "@/api/model";
import { isStale } from "@/api/problem";
import { useSeen } from "@/components/useSeen";

/** How the act stands that the form sends. */
interface Sending {
  error: unknown;
  isPending: boolean;
  isSuccess: boolean;
  reset: () => void;
}

/**
 * What the form was begun on, and whether it may be sent: not while there is something that its author has not seen, nor
 * when the act is not offered any more.
 */
export function useBegun(detail: CaseDetail, act: Sending, isOffered = true) {
  const seen = useSeen(detail, baseVersion);
  // What the act itself brings about is no news.
  const isOwn = act.isPending || act.isSuccess;
  const hasMoved = seen.hasMoved && !isOwn;
  const isGone = !isOffered && !isOwn;
  return {
    /** The version of the facts that was seen. */
    version: baseVersion(seen.state),
    isHeld: hasMoved || isGone || isStale(act.error),
    begin: seen.begin,
    /** Goes on with the newest state, which its author has seen. */
    goOn: () => {
      act.reset();
      seen.take();
    },
    notice: {
      hasMoved,
      isGone,
      news: detail.trail.slice(seen.state.trail.length).toReversed(),
      error: act.error,
    },
  };
}
