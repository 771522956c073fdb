/** The state that somebody decides on: the one that was shown when the form was begun, not whatever came in since. */

import { useState } from "react";

export interface Seen<S> {
  /** The state on which the form was begun; the present one while none is. */
  state: S;
  /** Whether another state came in since. */
  hasMoved: boolean;
  /** The form is begun: what comes in from now on is not seen by itself. */
  begin: () => void;
  /** Takes the present state as seen. */
  take: () => void;
  /** The form is not filled in any more: the present state holds again. */
  drop: () => void;
}

/** Holds the state that a form was begun on; `keyOf` tells one state from another. */
export function useSeen<S>(present: S, keyOf: (state: S) => string | number): Seen<S> {
  const [taken, setTaken] = useState<{ state: S }>();
  const state = taken ? taken.state : present;
  return {
    state,
    hasMoved: keyOf(state) !== keyOf(present),
    begin: () => setTaken((before) => before ?? { state: present }),
    take: () => setTaken({ state: present }),
    drop: () => setTaken(undefined),
  };
}
