import { createContext, type ReactNode, useContext } from "react";

const Offer = createContext(true);

/**
 * Whether an act is offered now. What stands below is always there, so that a form which is filled in stays when the
 * case moves on and the act cannot be done any more.
 */
export function Offered({ when, children }: { when: boolean; children: ReactNode }) {
  return <Offer value={when}>{children}</Offer>;
}

export function useOffered(): boolean {
  return useContext(Offer);
}
