//! The list of what was kept aside, page by page, the newest first: it stands in several tables,
//! and is read as one.

use crate::{error::RegistryError, rows, time::Ts};
use hejie_case::ids::{CaseId, DeviceId};
use jiff::Timestamp;
use sqlx::{FromRow, Row, postgres::PgRow};
use std::cmp::Reverse;
use uuid::Uuid;

/// Where a line stands in the list, whatever table it is of. What stands behind is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PagePosition {
    /// When it was received.
    pub at: Reverse<Timestamp>,
    /// The case.
    pub case: CaseId,
    /// What it hashes to.
    pub hash: [u8; 32],
    /// The phone; nil for none.
    pub device: DeviceId,
}

/// A page of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    /// What of it can be read.
    pub lines: Vec<T>,
    /// The last place that was looked at, if there may be more behind it.
    pub next: Option<PagePosition>,
}

impl PagePosition {
    /// Before everything.
    pub const TOP: Self = Self {
        at: Reverse(Timestamp::MAX),
        case: CaseId(Uuid::nil()),
        hash: [0; 32],
        device: DeviceId(Uuid::nil()),
    };
}

/// The condition under which a row stands behind the place `$3`, `$4`, `$5`, `$6`, and the order of
/// the list, of at most `$2` rows; of the columns of the time, the case, the hash and the phone.
macro_rules! behind {
    ($at:literal, $case:literal, $hash:literal, $device:literal) => {
        concat!(
            " and ",
            $at,
            " <= $3 and (",
            $at,
            " < $3 or (",
            $case,
            ", ",
            $hash,
            ", ",
            $device,
            ") > ($4, $5, $6)) order by ",
            $at,
            " desc, ",
            $case,
            ", ",
            $hash,
            ", ",
            $device,
            " limit $2"
        )
    };
}
pub(crate) use behind;

/// Reads a page of at most so many rows, which name their place `received_at`, `case_id`, `hash`
/// and `device_id`.
pub(crate) fn paged<R, T>(
    rows: &[PgRow],
    limit: u32,
    read: impl Fn(R) -> Result<T, RegistryError>,
) -> Paged<T>
where
    R: for<'row> FromRow<'row, PgRow>,
{
    let is_full = u32::try_from(rows.len()).is_ok_and(|n| n == limit);
    let last = rows.iter().rev().find_map(place);
    Paged {
        lines: rows::legible(rows, read),
        next: last.filter(|_| is_full),
    }
}

/// Where a row stands, whether or not the rest of it can be read.
fn place(row: &PgRow) -> Option<PagePosition> {
    let at: Ts = row.try_get("received_at").ok()?;
    let hash: Vec<u8> = row.try_get("hash").ok()?;
    let device: Option<Uuid> = row.try_get("device_id").ok()?;
    Some(PagePosition {
        at: Reverse(at.0),
        case: CaseId(row.try_get("case_id").ok()?),
        hash: hash.try_into().ok()?,
        device: DeviceId(device.unwrap_or_default()),
    })
}
