//! When a phone was heard: closing a case waits for the phones of its members (E27).

use super::{Exchange, admit::CaseAdmission};
use crate::{access::PhoneCaller, problem::Problem};
use hejie_registry::{case, identity::device, pool};
use hejie_wire::{
    code,
    message::{Refused, Up},
};

/// Notes that a phone has said all that it had to say, and looks again at the closings that may
/// have waited for it. Comes after its changes were taken in, so that no closing passes what the
/// phone brought. Of what is refused a phone may have more to say: it writes again what stood
/// behind it, enrols anew, or proves the case to a registry that was set back. A case that it has
/// begun and that does not say enough yet is none of those that are closed.
///
/// # Errors
/// When Postgres is away.
pub async fn note(
    state: &Exchange,
    phone: &PhoneCaller,
    up: &Up,
    taken: &[CaseAdmission],
) -> Result<(), Problem> {
    let is_of_a_draft = |no: &Refused| no.reason.code == code::INTAKE_INCOMPLETE;
    let mut refused = taken.iter().flat_map(|taken| &taken.refused);
    if up.more || !refused.all(is_of_a_draft) {
        return Ok(());
    }
    let mut conn = pool::acquire(&state.pool).await?;
    device::set_seen(&mut conn, phone.device.id, state.clock.now()).await?;
    for case in case::list_closing(&mut conn, phone.caller.user).await? {
        state.reconciler.nudge(case);
    }
    Ok(())
}
