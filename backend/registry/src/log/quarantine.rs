//! Quarantine: changes that are kept with their bytes and a reason, but do not count.
//!
//! A change comes here on arrival (its author may no longer write the case) or later, when the
//! worker could not merge it.

mod relayed;

pub(crate) use relayed::give_way;
pub use relayed::{RELAYED, RelayOutcome, RelayedChanges, add_relayed};

use crate::{
    danger::{self, PoliceNotice},
    error::RegistryError,
    feed::Move,
    log::{
        add::{self, ChangeState},
        change::ChangeSender,
    },
    page::{self, PagePosition, Paged},
    rows,
    time::Ts,
};
use hejie_case::{
    ids::{CaseId, ChangeHash, DeviceId, RegionCode, UserId},
    reason::Reason,
};
use hejie_wire::chunk::Admitted;
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection};
use std::collections::BTreeSet;
use uuid::Uuid;

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
    pub why: Reason,
    /// It reports a danger: whether the police have it.
    pub danger: Option<PoliceNotice>,
}

/// Keeps changes aside on arrival, in a case locked by the caller. Those that are in the log
/// already stay as they are.
///
/// # Errors
/// Postgres failed.
pub async fn add_quarantined(
    conn: &mut PgConnection,
    case: CaseId,
    sender: ChangeSender,
    arrivals: &[Admitted],
    why: &Reason,
    now: Timestamp,
) -> Result<(), RegistryError> {
    let fresh = absent(conn, case, arrivals).await?;
    add::insert(
        conn,
        case,
        sender,
        &fresh,
        &ChangeState::Quarantined(why),
        now,
    )
    .await
}

/// Those of the changes that the log does not have in any state, each once.
async fn absent(
    conn: &mut PgConnection,
    case: CaseId,
    arrivals: &[Admitted],
) -> Result<Vec<Admitted>, RegistryError> {
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

/// Takes acknowledged changes, and all that were written on them, out of a case locked by the
/// caller. Returns what has to be handed to [`crate::log::touch_case`], so that the authors are
/// told.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn quarantine(
    conn: &mut PgConnection,
    case: CaseId,
    bad: &[ChangeHash],
    why: &Reason,
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
    super::set_known_heads_anew(conn, case).await?;
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

/// Lists what was kept aside behind a place, newest first: of cases within a region, and, for a
/// whole county alone, of cases that are in no registry and into which somebody of the county
/// wrote.
///
/// # Errors
/// Postgres failed.
pub async fn list_quarantined(
    conn: &mut PgConnection,
    within: &RegionCode,
    after: PagePosition,
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
fn refusal(hash: &[u8], user: Uuid, why: &Reason, told: bool) -> Result<Move, RegistryError> {
    let change = rows::hash(hash, "case_change", "hash")?;
    let also = if told { danger::TOLD_ZH } else { "" };
    Ok(Move::Refused {
        user: UserId(user),
        change,
        why: Reason::new(&why.code, format!("{}{also}", why.zh)),
    })
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
            why: Reason::new(row.reason_code, row.reason_zh),
            danger: danger::heard(row.noted_at, row.told_at, row.answered_at),
        })
    }
}
