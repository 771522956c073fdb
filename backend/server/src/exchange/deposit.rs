//! `POST /sync/v1/deposit`: the one right that is left to a phone that is out of service: to hand
//! in what it had not sent.
//!
//! The phone shows its last refresh token, which proves which phone it was and opens nothing. What
//! comes is judged by its form and its actor alone, bounded for each phone, and kept for people to
//! look at. Whether the case exists, and who may write it, is not looked at at all, so that neither
//! the answer nor the time it takes says anything about it; nothing else comes down.

pub(crate) mod file;

use super::{
    Exchange, danger,
    sift::{self, Unfit},
};
use crate::problem::Problem;
use hejie_case::{
    ids::{CaseId, ChangeHash},
    rights::Danger,
};
use hejie_registry::{
    audit::{self, AuditEvent},
    danger::{self as unanswered, Reporter},
    deposit::{self, DepositUsage, Depositor},
    identity::{
        session::{self as sessions, AuthSession, BoundDevice, EndReason, SessionStatus},
        token,
    },
    log::batch::{self, SignedBatch},
    pool::{self, PgConnection},
};
use hejie_wire::{chunk::Admitted, code, limits, message::Up};
use jiff::Timestamp;
use std::collections::BTreeSet;
use tokio::sync::Semaphore;

/// Deposits whose bytes are looked at at once: they wait behind everybody who is still at work.
static ROOM: Semaphore = Semaphore::const_new(2);

/// What became of a deposit.
pub(crate) struct Kept {
    /// The changes that are kept now, or were before.
    pub(crate) kept: Vec<ChangeHash>,
    /// Changes that are not what this phone can have written.
    pub(crate) refused: u32,
    /// The phone has deposited as much as it may; the rest stays on it.
    pub(crate) full: bool,
}

/// The phone behind its last refresh token, if it is one that is out of service.
///
/// # Errors
/// The token is none of ours, or the phone is in service.
pub(crate) async fn depositor(
    state: &Exchange,
    refresh_token: &str,
) -> Result<(Depositor, BoundDevice), Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    let session = token::session_of(&mut conn, &crate::identity::hash(refresh_token)).await?;
    let session = session.ok_or(Problem::RefreshInvalid)?;
    let session = sessions::lookup(&mut conn, session, state.clock.now()).await?;
    let session = session.ok_or(Problem::RefreshInvalid)?;
    let device = session.device.ok_or(Problem::RefreshInvalid)?;
    if !is_out_of_service(&session) {
        return Err(Problem::refused(
            code::STILL_IN_SERVICE,
            "本机并未停用，请重新登录后同步；内容仍在本机。",
        ));
    }
    let by = Depositor {
        device: device.id,
        user: session.user,
    };
    Ok((by, device))
}

/// Takes what a phone that is out of service had not sent.
///
/// # Errors
/// When Postgres or the workers are away.
pub(crate) async fn take(
    state: &Exchange,
    by: Depositor,
    device: &BoundDevice,
    up: &Up,
) -> Result<Kept, Problem> {
    let _room = ROOM.acquire().await.map_err(Problem::internal)?;
    let read = read(up, device);
    keep(state, by, &read).await
}

/// Whether a phone cannot go on in this session because it, its person or the role is gone. Whoever
/// signed out can sign in again.
fn is_out_of_service(session: &AuthSession) -> bool {
    match session.standing {
        SessionStatus::AccountClosed | SessionStatus::DeviceRevoked | SessionStatus::GrantEnded => {
            true
        }
        SessionStatus::Ended(why) => matches!(
            why,
            EndReason::AccountClosed | EndReason::DeviceRevoked | EndReason::RoleEnded
        ),
        SessionStatus::Live => false,
    }
}

/// What the gate says of a request.
#[derive(Default)]
struct SiftedDeposit {
    good: Vec<(CaseId, Admitted)>,
    /// What the phone signed, for each case with a good change.
    signed: Vec<SignedBatch>,
    refused: u32,
}

/// Changes that this phone signed and can have written, and whose form is sound. One that is not
/// says nothing about the others: nothing is built on anything here.
fn read(up: &Up, device: &BoundDevice) -> SiftedDeposit {
    let mut read = SiftedDeposit::default();
    for case in &up.cases {
        let Some(signed) = sift::signed(case, device) else {
            read.refused += u32::try_from(case.changes.len()).unwrap_or(u32::MAX);
            continue;
        };
        let before = read.good.len();
        for bytes in &case.changes {
            match sift::admit(bytes, device.actor) {
                Ok(arrival) => read.good.push((case.case, arrival)),
                Err(Unfit::ForeignActor | Unfit::Form(_)) => read.refused += 1,
            }
        }
        if read.good.len() > before {
            read.signed.push(signed);
        }
    }
    read
}

async fn keep(state: &Exchange, by: Depositor, read: &SiftedDeposit) -> Result<Kept, Problem> {
    let arrivals: Vec<&Admitted> = read.good.iter().map(|(_, arrival)| arrival).collect();
    let dangers = danger::read(state, &arrivals).await?;
    let now = state.clock.now();
    let mut tx = pool::begin(&state.pool).await?;
    let mut extent = deposit::extent(&mut tx, by.device).await?;
    let known = known(&mut tx, read).await?;
    let (mut kept, mut added, mut full) = (Vec::new(), 0_u32, false);
    let mut grown = BTreeSet::new();
    for (case, arrival) in &read.good {
        let hash = arrival.hash;
        if !known.contains(&(*case, hash)) {
            let Some(after) = with_room(extent, arrival) else {
                full = true;
                continue;
            };
            deposit::add(&mut tx, *case, by, arrival, now).await?;
            note_dangers(&mut tx, *case, by, &danger::of_change(&dangers, hash), now).await?;
            (extent, added) = (after, added + 1);
            grown.insert(*case);
        }
        kept.push(hash);
    }
    for signed in read
        .signed
        .iter()
        .filter(|one| grown.contains(&one.batch.case))
    {
        batch::add(&mut tx, signed, now).await?;
    }
    if added > 0 {
        let object = added.to_string();
        audit::add(&mut tx, &act(by, &object, now)).await?;
    }
    pool::commit(tx).await?;
    Ok(Kept {
        kept,
        refused: read.refused,
        full,
    })
}

/// Nobody who is in service answers for a danger of a phone that is not, and any number of them may
/// be invented: not the police are told but a desk, which looks and calls them.
async fn note_dangers(
    conn: &mut PgConnection,
    case: CaseId,
    by: Depositor,
    dangers: &[Danger],
    now: Timestamp,
) -> Result<(), Problem> {
    let Depositor { device, user } = by;
    unanswered::note(conn, case, dangers, Reporter { user, device }, None, now).await?;
    Ok(())
}

/// What of a request was deposited before: the answer to it was lost.
async fn known(
    conn: &mut PgConnection,
    read: &SiftedDeposit,
) -> Result<BTreeSet<(CaseId, ChangeHash)>, Problem> {
    let cases: BTreeSet<CaseId> = read.good.iter().map(|(case, _)| *case).collect();
    let mut known = BTreeSet::new();
    for case in cases {
        let of_case = read.good.iter().filter(|(named, _)| *named == case);
        let hashes: Vec<_> = of_case.map(|(_, arrival)| arrival.hash).collect();
        let listed = deposit::list_known(conn, case, &hashes).await?;
        known.extend(listed.into_iter().map(|hash| (case, hash)));
    }
    Ok(known)
}

/// What a phone has deposited with one change more, if that is not too much.
fn with_room(extent: DepositUsage, arrival: &Admitted) -> Option<DepositUsage> {
    let after = DepositUsage {
        changes: extent.changes + 1,
        bytes: extent.bytes + arrival.bytes.len() as u64,
    };
    (after.changes <= limits::DEPOSIT_CHANGES && after.bytes <= limits::DEPOSIT_BYTES)
        .then_some(after)
}

fn act(by: Depositor, object: &str, at: Timestamp) -> AuditEvent<'_> {
    AuditEvent {
        at,
        user: Some(by.user),
        device: Some(by.device),
        address: None,
        action: "deposit_changes",
        object: Some(object),
        case: None,
        purpose: None,
        ok: true,
    }
}
