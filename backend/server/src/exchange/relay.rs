//! Words of others that a phone relays without a proof, because the registry was set back and lost
//! them: kept aside under the name of who handed them in, until their authors' own phones bring
//! them or a proof covers them. They never count by themselves.
//!
//! Whoever is or was a member of the case is heard: who lost it may be the last who holds them. To
//! everybody else the answer says nothing, so that it does not tell whether the case exists.

use super::{Exchange, danger, refusal::Refusal};
use crate::{access::PhoneCaller, identity, problem::Problem, telemetry::whole};
use hejie_case::{
    ids::{Actor, CaseId},
    rights::Danger,
    role::Author,
};
use hejie_registry::{
    audit,
    danger::{self as danger_rows, Reporter},
    error::RegistryError,
    identity::session::SessionStatus,
    log::{
        self,
        change::ChangeSender,
        quarantine::{self, RelayedChanges},
    },
    pool,
    sync::{self, CaseMembership},
};
use hejie_wire::{
    chunk::{self, Admitted},
    message::CaseUp,
};

/// Keeps what a request relays; returns the cases of which the registry has all of it now.
///
/// # Errors
/// When Postgres is away; what was committed by then stays, and the phone hands the rest in again.
pub(super) async fn take(
    state: &Exchange,
    phone: &PhoneCaller,
    relayed: &[CaseUp],
) -> Result<Vec<CaseId>, Problem> {
    if relayed.is_empty() {
        return Ok(Vec::new());
    }
    let cases: Vec<CaseId> = relayed.iter().map(|up| up.case).collect();
    let mut conn = pool::acquire(&state.pool).await?;
    let memberships = sync::list_memberships(&mut conn, &cases, phone.caller.user).await?;
    drop(conn);
    let mut taken = Vec::new();
    for up in relayed {
        let membership = memberships.get(&up.case);
        let author = membership.and_then(CaseMembership::author);
        // Who only reported never had what others wrote.
        let Some(author) = author.filter(|author| !author.role.only_reports()) else {
            continue;
        };
        let arrivals = read(up, phone.device.actor);
        let reports = danger::read(state, &Vec::from_iter(&arrivals)).await?;
        let relayed = CaseRelay {
            case: up.case,
            arrivals: &arrivals,
            reports: &reports,
        };
        match pool::again(|| keep(state, phone, author, &relayed)).await {
            Ok(CaseRelayOutcome::Whole) => taken.push(up.case),
            Ok(CaseRelayOutcome::Part) => {}
            Ok(CaseRelayOutcome::PutOut(over)) => return Err(identity::put_out(over)),
            Err(error) if error.is_data() || error.is_lost_race() => {
                tracing::error!(case.id = %up.case, device.id = %phone.device.id, error.chain = %whole(&error), "relayed changes cannot be kept");
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(taken)
}

/// What a request relays of one case.
struct CaseRelay<'a> {
    case: CaseId,
    arrivals: &'a [Admitted],
    /// The dangers that they report.
    reports: &'a [Danger],
}

/// What was kept of it.
enum CaseRelayOutcome {
    /// The registry has all of it now.
    Whole,
    /// Not all of it, or none.
    Part,
    /// None: the person was put out meanwhile.
    PutOut(SessionStatus),
}

/// Changes whose form is sound. What is not, and what the phone wrote itself, is not what is
/// relayed here, and is passed over.
fn read(up: &CaseUp, own: Actor) -> Vec<Admitted> {
    let changes = up.changes.iter();
    let arrivals = changes.filter_map(|bytes| chunk::admit(bytes).ok());
    arrivals
        .filter(|arrival| arrival.header.actor.phone() != own)
        .collect()
}

/// Keeps what the log does not have, as far as there is room.
async fn keep(
    state: &Exchange,
    phone: &PhoneCaller,
    author: Author,
    relayed: &CaseRelay<'_>,
) -> Result<CaseRelayOutcome, RegistryError> {
    let (case, arrivals) = (relayed.case, relayed.arrivals);
    let now = state.clock.now();
    let device = phone.device.id;
    let mut tx = pool::begin(&state.pool).await?;
    let locked = log::lock_case(&mut tx, case).await?;
    let membership = sync::lookup_membership(&mut tx, case, author.user).await?;
    if locked.is_none() || membership.author() != Some(author) {
        return Ok(CaseRelayOutcome::Part);
    }
    let sender = ChangeSender::Phone { device, author };
    let why = Refusal::RelayedUnproved.reason();
    let reports = danger::changes(relayed.reports);
    let brought = RelayedChanges {
        changes: arrivals,
        reports: &reports,
    };
    let kept = quarantine::add_relayed(&mut tx, case, sender, brought, &why, now).await?;
    // Nothing shows whose danger it is: a desk looks at it and calls the police.
    let aside = quarantine::list_aside(&mut tx, case, &reports).await?;
    let aside = relayed
        .reports
        .iter()
        .filter(|one| aside.contains(&one.change));
    let (aside, user) = (Vec::from_iter(aside.cloned()), author.user);
    danger_rows::note(&mut tx, case, &aside, Reporter { user, device }, None, now).await?;
    let object = format!("changes:{}", kept.added);
    let line = audit::AuditEvent {
        case: Some(case),
        object: Some(&object),
        ..phone.caller.act(now, "exchange.relay")
    };
    let lines = Vec::from_iter((kept.added > 0).then_some(line));
    match identity::commit_standing(&phone.caller, tx, &lines, now).await? {
        SessionStatus::Live => {}
        over => return Ok(CaseRelayOutcome::PutOut(over)),
    }
    if kept.added > 0 {
        tracing::info!(case.id = %case, device.id = %device, changes = kept.added, "a phone relays what others wrote and nothing proves");
    }
    Ok(if kept.whole {
        CaseRelayOutcome::Whole
    } else {
        CaseRelayOutcome::Part
    })
}
