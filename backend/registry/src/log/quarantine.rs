//! Quarantine: changes that are kept with their bytes and a reason, but do not count.
//!
//! A change comes here on arrival (its author may no longer write the case) or later, when the worker could not merge it.

use crate::{
    danger::{self, Heard},
    error::RegistryError,
    feed::{Move, Why},
    log::{
        add::{self, Arrival, Fate},
        change::Sender,
    },
    page::{self, Paged, Place},
    rows,
    time::Ts,
};
use hejie_case::ids::{CaseId, ChangeHash, DeviceId, RegionCode, UserId};
use hejie_wire::limits;
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The code of a change that somebody else than its author handed in without a proof. It gives way to the change itself.
pub const RELAYED: &str = "relayed_unproved";

/// What became of relayed changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relayed {
    /// How many were new and are kept now.
    pub added: usize,
    /// Whether the log has all of them now, in whatever state.
    pub whole: bool,
}

/// What somebody hands in that others wrote.
#[derive(Debug, Clone, Copy)]
pub struct HandedIn<'a> {
    /// The changes.
    pub changes: &'a [Arrival],
    /// Those of them that report a danger.
    pub reports: &'a BTreeSet<ChangeHash>,
}

/// A change that was kept aside, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The case.
    pub case: CaseId,
    /// The change.
    pub hash: ChangeHash,
    /// Who sent it; none for the server.
    pub user: Option<UserId>,
    /// By which phone.
    pub device: Option<DeviceId>,
    /// How many bytes it has.
    pub size: u64,
    /// When it was received.
    pub received_at: Timestamp,
    /// Why it is here.
    pub why: Why,
    /// It reports a danger: whether the police have it.
    pub danger: Option<Heard>,
}

/// Keeps changes aside on arrival, in a case locked by the caller. Those that are in the log already stay as they are.
///
/// # Errors
/// Postgres failed.
pub async fn add_quarantined(
    conn: &mut PgConnection,
    case: CaseId,
    sender: Sender,
    arrivals: &[Arrival],
    why: &Why,
    now: Timestamp,
) -> Result<(), RegistryError> {
    let fresh = absent(conn, case, arrivals).await?;
    let fate = Fate::Quarantined {
        code: &why.code,
        zh: &why.zh,
    };
    add::insert(conn, case, sender, &fresh, &fate, now).await
}

/// Keeps changes aside that somebody else than their authors handed in, as far as that person has a share of the case left, in a case locked by
/// the caller: nobody fills the share of another, and other words not that of the changes that report a danger. Those that are in the log
/// already stay as they are.
///
/// # Errors
/// Postgres failed.
pub async fn add_relayed(
    conn: &mut PgConnection,
    case: CaseId,
    sender: Sender,
    brought: HandedIn<'_>,
    why: &Why,
    now: Timestamp,
) -> Result<Relayed, RegistryError> {
    let HandedIn { changes, reports } = brought;
    let fresh = absent(conn, case, changes).await?;
    let (mut fitting, mut whole) = (Vec::new(), true);
    for is_report in [true, false] {
        let of_kind = |arrival: &&Arrival| reports.contains(&arrival.hash) == is_report;
        let of_kind: Vec<&Arrival> = fresh.iter().filter(of_kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let mut share = share_left(conn, case, sender, is_report).await?;
        let fits = of_kind.iter().filter(|arrival| share.takes(arrival));
        let fits: Vec<Arrival> = fits.map(|arrival| (*arrival).clone()).collect();
        whole &= fits.len() == of_kind.len();
        fitting.extend(fits);
    }
    let fate = Fate::Quarantined {
        code: RELAYED,
        zh: &why.zh,
    };
    add::insert(conn, case, sender, &fitting, &fate, now).await?;
    Ok(Relayed {
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
    fn takes(&mut self, arrival: &Arrival) -> bool {
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

/// What a person has left of a share: of that for changes that report a danger, or of that for all others.
async fn share_left(
    conn: &mut PgConnection,
    case: CaseId,
    sender: Sender,
    is_report: bool,
) -> Result<Share, RegistryError> {
    let user = match sender {
        Sender::Phone { author, .. } => Some(author.user.0),
        Sender::Server => None,
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

/// Makes room for changes that are what somebody relayed: they come from their authors now, or are proved. The police hear of a danger in
/// them as of any other of the case.
pub(crate) async fn give_way(
    conn: &mut PgConnection,
    case: CaseId,
    arrivals: &[Arrival],
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
    .execute(conn)
    .await?;
    Ok(())
}

/// Those of the changes that the log does not have in any state, each once.
async fn absent(
    conn: &mut PgConnection,
    case: CaseId,
    arrivals: &[Arrival],
) -> Result<Vec<Arrival>, RegistryError> {
    let named: Vec<ChangeHash> = arrivals.iter().map(|a| a.hash).collect();
    let stored: Vec<Vec<u8>> =
        sqlx::query_scalar("select hash from case_change where case_id = $1 and hash = any($2)")
            .bind(case.0)
            .bind(rows::bytes_of(&named))
            .fetch_all(&mut *conn)
            .await?;
    let mut known: BTreeSet<ChangeHash> = stored
        .iter()
        .map(|hash| rows::hash(hash, "case_change", "hash"))
        .collect::<Result<_, _>>()?;
    let fresh = arrivals.iter().filter(|arrival| known.insert(arrival.hash));
    Ok(fresh.cloned().collect())
}

/// Takes acknowledged changes, and all that were written on them, out of a case locked by the caller. Returns what has to be
/// handed to [`crate::log::touch_case`], so that the authors are told.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn quarantine(
    conn: &mut PgConnection,
    case: CaseId,
    bad: &[ChangeHash],
    why: &Why,
) -> Result<Vec<Move>, RegistryError> {
    let taken: Vec<(Vec<u8>, Option<Uuid>, bool)> = sqlx::query_as(
        "with recursive fallen as (
             select hash from case_change where case_id = $1 and hash = any($2) and state = 'acknowledged'
             union
             select c.hash from case_change c join fallen f on f.hash = any(c.deps)
             where c.case_id = $1 and c.state = 'acknowledged'
         )
         update case_change c set state = 'quarantined', reason_code = $3, reason_zh = $4
         from fallen f where c.case_id = $1 and c.hash = f.hash
         returning c.hash, c.user_id,
                   exists (select 1 from danger n where n.case_id = c.case_id and n.hash = c.hash and n.told_at is not null)",
    )
    .bind(case.0)
    .bind(rows::bytes_of(bad))
    .bind(&why.code)
    .bind(&why.zh)
    .fetch_all(&mut *conn)
    .await?;
    set_known_heads_anew(conn, case).await?;
    taken
        .into_iter()
        .filter_map(|(hash, user, told)| Some(refusal(&hash, user?, why, told)))
        .collect()
}

/// Whether anything that counts was written on a change of a case that is locked by the caller.
///
/// # Errors
/// Postgres failed.
pub async fn is_built_on(
    conn: &mut PgConnection,
    case: CaseId,
    change: ChangeHash,
) -> Result<bool, RegistryError> {
    let built_on = sqlx::query_scalar(
        "select exists (select 1 from case_change where case_id = $1 and state <> 'quarantined' and $2 = any(deps))",
    )
    .bind(case.0)
    .bind(&change.0[..])
    .fetch_one(conn)
    .await?;
    Ok(built_on)
}

/// Lists what was kept aside behind a place, newest first: of cases within a region, and, for a whole county alone, of cases that are in no
/// registry and into which somebody of the county wrote.
///
/// # Errors
/// Postgres failed.
pub async fn list_quarantined(
    conn: &mut PgConnection,
    within: &RegionCode,
    after: Place,
    limit: u32,
) -> Result<Paged<Quarantined>, RegistryError> {
    let rows = sqlx::query(concat!(
        "select c.case_id, c.hash, c.user_id, c.device_id, octet_length(c.bytes) as size, c.received_at, c.reason_code,
                c.reason_zh, n.noted_at, n.told_at, n.answered_at
         from case_change c left join case_reg r on r.case_id = c.case_id
         left join danger n on n.case_id = c.case_id and n.hash = c.hash
         left join app_user u on u.id = c.user_id left join org o on o.id = u.org_id
         where c.state = 'quarantined' and ",
        rows::seen_within!(),
        page::behind!(
            "c.received_at",
            "c.case_id",
            "c.hash",
            "coalesce(c.device_id, '00000000-0000-0000-0000-000000000000')"
        )
    ))
    .bind(within.as_str())
    .bind(i64::from(limit))
    .bind(Ts(after.at.0))
    .bind(after.case.0)
    .bind(&after.hash[..])
    .bind(after.device.0)
    .fetch_all(conn)
    .await?;
    Ok(page::paged::<QuarantinedRow, _>(
        &rows,
        limit,
        Quarantined::try_from,
    ))
}

/// Reads the bytes of a change that was kept aside, if [`list_quarantined`] may list it.
///
/// # Errors
/// Postgres failed.
pub async fn lookup_bytes(
    conn: &mut PgConnection,
    within: &RegionCode,
    case: CaseId,
    change: ChangeHash,
) -> Result<Option<Vec<u8>>, RegistryError> {
    let bytes = sqlx::query_scalar(concat!(
        "select c.bytes from case_change c left join case_reg r on r.case_id = c.case_id
         left join app_user u on u.id = c.user_id left join org o on o.id = u.org_id
         where c.case_id = $2 and c.hash = $3 and c.state = 'quarantined' and ",
        rows::seen_within!()
    ))
    .bind(within.as_str())
    .bind(case.0)
    .bind(&change.0[..])
    .fetch_optional(conn)
    .await?;
    Ok(bytes)
}

/// Which of these changes of a case are kept aside.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_aside(
    conn: &mut PgConnection,
    case: CaseId,
    changes: &BTreeSet<ChangeHash>,
) -> Result<BTreeSet<ChangeHash>, RegistryError> {
    let named: Vec<ChangeHash> = changes.iter().copied().collect();
    let aside: Vec<Vec<u8>> = sqlx::query_scalar(
        "select hash from case_change where case_id = $1 and hash = any($2) and state = 'quarantined'",
    )
    .bind(case.0)
    .bind(rows::bytes_of(&named))
    .fetch_all(conn)
    .await?;
    Ok(rows::hashes(&aside, "case_change", "hash")?
        .into_iter()
        .collect())
}

/// Counts what a phone has in the quarantine of one case.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn count_quarantined(
    conn: &mut PgConnection,
    case: CaseId,
    device: DeviceId,
) -> Result<u64, RegistryError> {
    let count: i64 = sqlx::query_scalar(
        "select count(*) from case_change where case_id = $1 and device_id = $2 and state = 'quarantined'",
    )
    .bind(case.0)
    .bind(device.0)
    .fetch_one(conn)
    .await?;
    rows::natural(count, "case_change", "count")
}

/// What the author of a change hears; if the police were told of a danger in it, that too.
fn refusal(hash: &[u8], user: Uuid, why: &Why, told: bool) -> Result<Move, RegistryError> {
    let change = rows::hash(hash, "case_change", "hash")?;
    let also = if told { danger::TOLD_ZH } else { "" };
    Ok(Move::Refused {
        user: UserId(user),
        change,
        why: Why {
            code: why.code.clone(),
            zh: format!("{}{also}", why.zh),
        },
    })
}

/// Reckons the known heads from the log: what is good and depended on by nothing good.
async fn set_known_heads_anew(conn: &mut PgConnection, case: CaseId) -> Result<(), RegistryError> {
    sqlx::query(
        "with good as (select hash, deps from case_change where case_id = $1 and state <> 'quarantined')
         update case_doc set known_heads = array(
             select hash from good where not exists (select 1 from good g where good.hash = any(g.deps)) order by hash)
         where case_id = $1",
    )
    .bind(case.0)
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct QuarantinedRow {
    case_id: Uuid,
    hash: Vec<u8>,
    user_id: Option<Uuid>,
    device_id: Option<Uuid>,
    size: i32,
    received_at: Ts,
    reason_code: String,
    reason_zh: String,
    noted_at: Option<Ts>,
    told_at: Option<Ts>,
    answered_at: Option<Ts>,
}

impl TryFrom<QuarantinedRow> for Quarantined {
    type Error = RegistryError;
    fn try_from(row: QuarantinedRow) -> Result<Self, RegistryError> {
        Ok(Self {
            case: CaseId(row.case_id),
            hash: rows::hash(&row.hash, "case_change", "hash")?,
            user: row.user_id.map(UserId),
            device: row.device_id.map(DeviceId),
            size: rows::natural(row.size.into(), "case_change", "bytes")?,
            received_at: row.received_at.0,
            why: Why {
                code: row.reason_code,
                zh: row.reason_zh,
            },
            danger: danger::heard(row.noted_at, row.told_at, row.answered_at),
        })
    }
}
