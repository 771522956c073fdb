//! Claims of a phone, and the list of what it may claim (docs/sync-protocol.md#claiming).

use super::Exchange;
use crate::{access::PhoneCaller, problem::Problem};
use hejie_wire::{
    claim::{ClaimAnswer, ClaimsDown},
    message::Up,
};

/// Answers the claims of a request, and says what may be claimed after them if the phone holds
/// another list.
///
/// # Errors
/// When the person was put out, or Postgres is away; what was claimed by then stays, and the phone
/// claims the rest again.
pub(super) async fn take(
    state: &Exchange,
    phone: &PhoneCaller,
    up: &Up,
) -> Result<Option<ClaimsDown>, Problem> {
    let Some(said) = &up.claims else {
        return Ok(None);
    };
    let mut down = ClaimsDown::default();
    for claim in &said.claims {
        let refused = state.claiming.claim(&phone.caller, *claim).await?;
        down.answers.push(ClaimAnswer {
            id: claim.id,
            refused,
        });
    }
    if let Some(held) = said.list {
        let list = state.claiming.list(&phone.caller).await?;
        down.list = (list.mark() != held).then_some(list);
    }
    Ok((!down.is_empty()).then_some(down))
}
