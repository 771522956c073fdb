/** Made from the codes of hejie-wire by `UPDATE_KINDS=1 cargo test -p hejie-tests --test tidy codes`; do not edit. */

export const codes = {
  stale: "stale",
  wrong_credentials: "wrong_credentials",
  deposited: "deposited",
} as const;
