//! Who may write into a case: whom its assignments name, as far as they are there; and what follows
//! when somebody leaves or comes back.

use crate::clock::Clock;
use hejie_case::{
    facts::{Facts, Status},
    ids::{CaseId, UserId},
    reason::Reason,
    reconcile::{assigned, members_among},
};
use hejie_registry::{
    case,
    error::RegistryError,
    feed::Move,
    identity::presence,
    log,
    pool::{self, PgConnection, PgPool},
};
use hejie_wire::code;
use jiff::Timestamp;

/// Lets every case of a person follow after the person left or came back: who may write into it,
/// and what waits for the person. Each case in a transaction of its own, after the account or role
/// was committed; broken off, it can be repeated. Returns how many there are.
///
/// # Errors
/// Postgres failed.
pub async fn follow(pool: &PgPool, clock: &Clock, user: UserId) -> Result<usize, RegistryError> {
    follow_at(pool, clock.now(), user).await
}

/// As [`follow`], at a time.
pub(crate) async fn follow_at(
    pool: &PgPool,
    now: Timestamp,
    user: UserId,
) -> Result<usize, RegistryError> {
    let mut conn = pool::acquire(pool).await?;
    let cases = case::list_of_person(&mut conn, user).await?;
    drop(conn);
    for case in &cases {
        pool::retry(|| realign(pool, *case, now)).await?;
    }
    Ok(cases.len())
}

async fn realign(pool: &PgPool, case: CaseId, now: Timestamp) -> Result<(), RegistryError> {
    let mut tx = pool::begin(pool).await?;
    if log::lock_case(&mut tx, case).await?.is_none() {
        return Ok(());
    }
    let Some(stored) = case::lookup(&mut tx, case).await? else {
        return Ok(());
    };
    let moves = changed_members(&mut tx, &stored.facts, now).await?;
    if !moves.is_empty() {
        log::touch_case(&mut tx, case, &moves, now).await?;
    }
    // What was offered to the person comes back at the next look of a server.
    case::wake(&mut tx, case, now).await?;
    pool::commit(tx).await
}

/// The moves that make the members of a case those that its assignments say, and that are there.
pub(crate) async fn changed_members(
    conn: &mut PgConnection,
    facts: &Facts,
    now: Timestamp,
) -> Result<Vec<Move>, RegistryError> {
    let there = presence::hold(conn, &assigned(facts), now).await?;
    let wanted = members_among(facts, |to| there.contains(to));
    let present = case::list_members(conn, facts.case_id).await?;
    let grants = wanted
        .iter()
        .filter(|to| !present.contains(to))
        .map(|to| Move::Grant { to: *to });
    let gone = present
        .iter()
        .filter(|p| !wanted.iter().any(|to| to.user == p.user));
    let forgets = gone.map(|p| Move::Forget {
        user: p.user,
        why: why_gone(facts),
    });
    Ok(grants.chain(forgets).collect())
}

/// What somebody is told whose phone a case leaves.
fn why_gone(facts: &Facts) -> Reason {
    let (code, zh) = if facts.stage.status() == Status::Archived {
        (
            code::ARCHIVED,
            "本案已归档，只供查阅，手机上的副本将移除；未同步的内容已保留。",
        )
    } else {
        (
            code::NO_LONGER_YOURS,
            "本案已不再由您承办，手机上的副本将移除；未同步的内容已保留。",
        )
    };
    Reason::new(code, zh)
}
