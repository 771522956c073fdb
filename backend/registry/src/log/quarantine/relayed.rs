//! What somebody else than its author handed in without a proof: kept aside as far as that person
//! has a share of the case left, until the change itself comes.

use super::absent;
use crate::{
    error::RegistryError,
    log::{
        add::{self, ChangeState},
        change::ChangeSender,
    },
    rows,
    statement::SqlCommand,
    time::Ts,
};
use hejie_case::{
    ids::{CaseId, ChangeHash},
    reason::Reason,
};
use hejie_wire::{chunk::Admitted, limits};
use jiff::Timestamp;
use sqlx::PgConnection;
use std::collections::BTreeSet;

/// The code of a change that somebody else than its author handed in without a proof. It gives way
/// to the change itself.
pub const RELAYED: &str = "relayed_unproved";

/// What somebody hands in that others wrote.
#[derive(Debug, Clone, Copy)]
pub struct RelayedChanges<'a> {
    /// The changes.
    pub changes: &'a [Admitted],
    /// Those of them that report a danger.
    pub reports: &'a BTreeSet<ChangeHash>,
}

/// What became of relayed changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RelayOutcome {
    /// How many were new and are kept now.
    pub added: usize,
    /// Whether the log has all of them now, in whatever state.
    pub whole: bool,
}

/// Keeps changes aside that somebody else than their authors handed in, as far as that person has a
/// share of the case left, in a case locked by the caller: nobody fills the share of another, and
/// other words not that of the changes that report a danger. Those that are in the log already stay
/// as they are.
///
/// # Errors
/// Postgres failed.
pub async fn add_relayed(
    conn: &mut PgConnection,
    case: CaseId,
    sender: ChangeSender,
    brought: RelayedChanges<'_>,
    why: &Reason,
    now: Timestamp,
) -> Result<RelayOutcome, RegistryError> {
    let RelayedChanges { changes, reports } = brought;
    let fresh = absent(conn, case, changes).await?;
    let (mut fitting, mut whole) = (Vec::new(), true);
    for is_report in [true, false] {
        let of_kind = |arrival: &&Admitted| reports.contains(&arrival.hash) == is_report;
        let of_kind: Vec<&Admitted> = fresh.iter().filter(of_kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let mut share = share_left(conn, case, sender, is_report).await?;
        let fits = of_kind.iter().filter(|arrival| share.takes(arrival));
        let fits: Vec<Admitted> = fits.map(|arrival| (*arrival).clone()).collect();
        whole &= fits.len() == of_kind.len();
        fitting.extend(fits);
    }
    let fate = ChangeState::Quarantined(why);
    add::insert(conn, case, sender, &fitting, &fate, now).await?;
    Ok(RelayOutcome {
        added: fitting.len(),
        whole,
    })
}

/// How much more a person may relay into a case.
struct Share {
    changes: u64,
    bytes: u64,
}

impl Share {
    fn takes(&mut self, arrival: &Admitted) -> bool {
        let left = (
            self.changes.checked_sub(1),
            self.bytes.checked_sub(arrival.bytes.len() as u64),
        );
        let (Some(changes), Some(bytes)) = left else {
            return false;
        };
        *self = Self { changes, bytes };
        true
    }
}

/// What a person has left of a share: of that for changes that report a danger, or of that for all
/// others.
async fn share_left(
    conn: &mut PgConnection,
    case: CaseId,
    sender: ChangeSender,
    is_report: bool,
) -> Result<Share, RegistryError> {
    let user = match sender {
        ChangeSender::Phone { author, .. } => Some(author.user.0),
        ChangeSender::Server => None,
    };
    let (changes, bytes): (i64, i64) = sqlx::query_as(
        "select count(*), coalesce(sum(octet_length(bytes)), 0)::bigint from case_change c
         where case_id = $1 and state = 'quarantined' and reason_code = $2 and user_id is not distinct from $3
           and exists (select 1 from danger d where d.case_id = c.case_id and d.hash = c.hash) = $4",
    )
    .bind(case.0)
    .bind(RELAYED)
    .bind(user)
    .bind(is_report)
    .fetch_one(conn)
    .await?;
    let (most_changes, most_bytes) = match is_report {
        true => (limits::RELAYED_REPORTS, limits::RELAYED_REPORTS_BYTES),
        false => (limits::RELAYED_CHANGES, limits::RELAYED_BYTES),
    };
    Ok(Share {
        changes: most_changes.saturating_sub(rows::natural(changes, "case_change", "count")?),
        bytes: most_bytes.saturating_sub(rows::natural(bytes, "case_change", "bytes")?),
    })
}

/// Makes room for changes that are what somebody relayed: they come from their authors now, or are
/// proved. The police hear of a danger in them as of any other of the case.
pub(crate) async fn give_way(
    conn: &mut PgConnection,
    case: CaseId,
    arrivals: &[Admitted],
    now: Timestamp,
) -> Result<(), RegistryError> {
    let named: Vec<ChangeHash> = arrivals.iter().map(|a| a.hash).collect();
    sqlx::query(
        "with gone as (
             delete from case_change
             where case_id = $1 and hash = any($2) and state = 'quarantined' and reason_code = $3 returning hash
         )
         update danger set told_at = $4
         where case_id = $1 and told_at is null and hash in (select hash from gone)",
    )
    .bind(case.0)
    .bind(rows::bytes_of(&named))
    .bind(RELAYED)
    .bind(Ts(now))
    .run(conn)
    .await
}
