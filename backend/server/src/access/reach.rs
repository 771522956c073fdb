//! How far rights reach within an operation (docs/domain/rights.md): what of a case somebody sees,
//! whose identities, sealed statements and originals of evidence, and who may still deliver what
//! was captured.

use super::{Caller, PhoneCaller};
use crate::problem::Problem;
use hejie_case::{
    disclosure::{AFTERWARDS, FieldClass, Relation, Sight, Tie},
    facts::Facts,
    ids::{CaseId, EntryId},
    role::Role,
    view::CaseView,
};
use hejie_registry::{case, pool::PgConnection};
use hejie_wire::code;
use jiff::Timestamp;

/// How much of an identity is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disclosure {
    /// All of it.
    Whole,
    /// The telephone alone: a grid worker on an own visit.
    Telephone,
}

/// The roles that may capture identities; the phone belongs to somebody of the case besides.
pub(crate) const CAPTURERS: &[Role] = &[Role::Mediator, Role::PoliceOfficer, Role::Department];

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

/// What a role sees of every case of its territory: of what belongs to no case yet, too.
pub(crate) fn of_territory(role: Role) -> Sight {
    let relation = Relation {
        tie: Tie::None,
        in_area: true,
    };
    Sight::of(role, relation)
}

/// What a caller sees of a case now.
///
/// # Errors
/// [`Problem::NotFound`] where that is nothing: what a person may not see does not exist for that
/// person.
pub(crate) fn of_case(caller: &Caller, facts: &Facts, now: Timestamp) -> Result<Sight, Problem> {
    let relation = Relation::of(&caller.reader(), facts, now);
    let sight = Sight::of(caller.role, relation);
    if sight.is_blind() {
        return Err(Problem::NotFound);
    }
    Ok(sight)
}

/// What a caller sees of a case who wants to read something of a class.
///
/// # Errors
/// What the role never sees is not allowed; what it does not see of this case is not found.
pub(crate) fn of_class(
    caller: &Caller,
    facts: &Facts,
    class: FieldClass,
    now: Timestamp,
) -> Result<Sight, Problem> {
    if !Sight::is_ever_given(caller.role, class) {
        return Err(Problem::NotAllowed);
    }
    let sight = of_case(caller, facts, now)?;
    if sight.shows(class) {
        Ok(sight)
    } else {
        Err(Problem::NotFound)
    }
}

/// How much of a party's identity a caller may read now.
///
/// # Errors
/// As [`of_class`]; what is sensitive is not allowed to whom it is not given.
pub(crate) fn of_identity(
    caller: &Caller,
    facts: &Facts,
    is_sensitive: bool,
    now: Timestamp,
) -> Result<Disclosure, Problem> {
    let sight = of_class(caller, facts, FieldClass::Telephone, now)?;
    if is_sensitive && !sight.shows(FieldClass::Special) {
        return Err(Problem::NotAllowed);
    }
    Ok(if sight.shows(FieldClass::Identity) {
        Disclosure::Whole
    } else {
        Disclosure::Telephone
    })
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
