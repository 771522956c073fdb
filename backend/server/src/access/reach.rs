//! How far rights reach within an operation (docs/domain/rules.md#roles): whose identities, sealed
//! statements and originals of evidence somebody may read, in own cases or in the area, and who may
//! still deliver what was captured.

use super::{Caller, PhoneCaller};
use crate::problem::Problem;
use hejie_case::{
    facts::{Assignment, Duty, Facts},
    ids::{CaseId, EntryId},
    role::Role,
    view::CaseView,
};
use hejie_registry::{case, pool::PgConnection};
use hejie_wire::code;
use jiff::{SignedDuration, Timestamp};

/// Access ends so long after an assignment.
const AFTERWARDS: SignedDuration = SignedDuration::from_hours(24 * 7);

/// How much of an identity is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disclosure {
    /// All of it.
    Whole,
    /// The telephone alone: a grid worker on an own visit.
    Telephone,
}

/// In which cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Where the person answers for something.
    Own,
    /// In the jurisdiction.
    Area,
}

struct Right {
    reach: Reach,
    extent: Disclosure,
    /// Minors, domestic violence: class S.
    sensitive: bool,
}

/// The roles that may capture identities; the phone belongs to somebody of the case besides.
pub(crate) const CAPTURERS: &[Role] = &[Role::Mediator, Role::PoliceOfficer, Role::Department];

fn identity_right(role: Role) -> Option<Right> {
    let right = |reach, extent, sensitive| {
        Some(Right {
            reach,
            extent,
            sensitive,
        })
    };
    match role {
        Role::Mediator | Role::Department | Role::Court => {
            right(Reach::Own, Disclosure::Whole, true)
        }
        Role::GridWorker => right(Reach::Own, Disclosure::Telephone, false),
        Role::JudicialOffice | Role::Supervisor => right(Reach::Area, Disclosure::Whole, true),
        Role::Dispatcher => right(Reach::Area, Disclosure::Whole, false),
        _ => None,
    }
}

/// Whether an identity is of class S: a minor's, or of a case of domestic violence.
pub(crate) fn is_sensitive(view: &CaseView, party: EntryId) -> bool {
    let is_minor = |id: EntryId| {
        view.parties
            .get(&id)
            .is_some_and(|entry| entry.value.party.is_minor)
    };
    let speaks_for = view
        .parties
        .get(&party)
        .and_then(|entry| entry.value.party.guardian_of);
    is_minor(party) || speaks_for.is_some_and(is_minor) || has_violence_at_home(view)
}

/// As the screening found, whatever the situation is called; one answer of several is enough.
fn has_violence_at_home(view: &CaseView) -> bool {
    let screens = &view.intake.dv_screen.values;
    screens.iter().any(|(_, screen)| screen.violence)
}

/// How much of a party's identity a caller may read now.
///
/// # Errors
/// Outside of the reach the case is not found; what the role may not see is not allowed.
pub(crate) fn of_identity(
    caller: &Caller,
    facts: &Facts,
    is_sensitive: bool,
    now: Timestamp,
) -> Result<Disclosure, Problem> {
    let right = identity_right(caller.role).ok_or(Problem::NotAllowed)?;
    within(caller, facts, right.reach, now)?;
    if is_sensitive && !right.sensitive {
        return Err(Problem::NotAllowed);
    }
    Ok(right.extent)
}

/// Whether a caller may read the sealed statements of a case now: who handles it, and the judicial
/// office of the area.
///
/// # Errors
/// As [`of_identity`].
pub(crate) fn of_statement(caller: &Caller, facts: &Facts, now: Timestamp) -> Result<(), Problem> {
    match caller.role {
        Role::Mediator => within(caller, facts, Reach::Own, now),
        Role::JudicialOffice => within(caller, facts, Reach::Area, now),
        _ => Err(Problem::NotAllowed),
    }
}

/// Whether a caller may see the originals of evidence of a case now.
///
/// # Errors
/// As [`of_identity`].
pub(crate) fn of_evidence(caller: &Caller, facts: &Facts, now: Timestamp) -> Result<(), Problem> {
    match caller.role {
        Role::GridWorker | Role::Mediator | Role::PoliceOfficer | Role::Department => {
            within(caller, facts, Reach::Own, now)
        }
        Role::GridLeader | Role::Dispatcher | Role::JudicialOffice => {
            within(caller, facts, Reach::Area, now)
        }
        _ => Err(Problem::NotAllowed),
    }
}

/// Whether a role reads what parties said of the handling of a case: desks that handle none
/// themselves (nobody rates the own work, docs/domain/rules.md#roles).
pub(crate) fn sees_satisfaction(role: Role) -> bool {
    matches!(
        role,
        Role::HotlineDesk
            | Role::Dispatcher
            | Role::JudicialOffice
            | Role::Supervisor
            | Role::Leader
    )
}

/// Passes when the owner of a phone works on a case, or did until some days ago: what was captured
/// then may still be on the way.
///
/// # Errors
/// `not_a_member` with the sentence that says what to do, or not found when there is no such case.
pub(crate) async fn of_delivery(
    conn: &mut PgConnection,
    phone: &PhoneCaller,
    case: CaseId,
    now: Timestamp,
    zh: &str,
) -> Result<(), Problem> {
    let since = now.saturating_sub(AFTERWARDS).unwrap_or(Timestamp::MIN);
    if case::is_or_was_member(conn, case, phone.caller.user, since).await? {
        return Ok(());
    }
    Err(match case::facts_version(conn, case).await? {
        Some(_) => Problem::refused(code::NOT_A_MEMBER, zh),
        None => Problem::NotFound,
    })
}

fn within(caller: &Caller, facts: &Facts, reach: Reach, now: Timestamp) -> Result<(), Problem> {
    match reach {
        Reach::Area => caller.in_jurisdiction(&facts.region),
        Reach::Own if answers(caller, facts, now) => Ok(()),
        Reach::Own => Err(Problem::NotFound),
    }
}

/// Whether the caller answers for something in a case, or did until a few days ago.
fn answers(caller: &Caller, facts: &Facts, now: Timestamp) -> bool {
    let is_own = |a: &&Assignment| a.user == caller.user && a.role == caller.role;
    let is_taken =
        |a: &&Assignment| a.signed_at.is_some() || matches!(a.duty, Duty::Co | Duty::Visit);
    let lasts = |a: &Assignment| a.to.is_none_or(|to| now.duration_since(to) <= AFTERWARDS);
    facts
        .assignments
        .iter()
        .filter(is_own)
        .filter(is_taken)
        .any(lasts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Access, of_operation};

    #[test]
    fn the_access_table_and_the_reach_name_the_same_readers() {
        let Some(Access::Roles(roles)) = of_operation("read_identity") else {
            panic!("read_identity is not for roles")
        };
        for role in roles {
            assert!(identity_right(*role).is_some(), "{role:?}");
        }
        assert!(identity_right(Role::Leader).is_none());
        assert!(identity_right(Role::SystemAdmin).is_none());
    }
}
