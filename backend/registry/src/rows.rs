//! From columns to the words of the domain and back, for the tables of the exchange.

use crate::{error::RegistryError, word::from_word};
use hejie_case::{
    ids::{Actor, ChangeHash, OrgId, UserId},
    role::Author,
};
use hejie_wire::digest::Digest;
use sqlx::{FromRow, Row, postgres::PgRow};
use uuid::Uuid;

/// The condition under which the rows of `case_reg r` and of the author's `org o` are seen within
/// the region `$1`: cases of the region, and, for a whole county alone, what is in no registry and
/// was written by somebody of the county.
macro_rules! seen_within {
    () => {
        "(r.region_code like $1 || '%'
          or (r.case_id is null and length($1) <= 6 and o.region_code like $1 || '%'))"
    };
}
pub(crate) use seen_within;

/// The condition under which a person must not handle a case. Whoever stepped back from one case
/// may be kept from another that never was his, into which it was merged: of that the facts alone
/// tell. They are read for nobody who never stepped back from any case.
macro_rules! is_recused {
    ($case:literal, $user:literal) => {
        concat!(
            "(exists (select from assignment a where a.case_id = ",
            $case,
            " and a.user_id = ",
            $user,
            " and a.recused)
              or exists (select from assignment a where a.user_id = ",
            $user,
            " and a.recused)
             and exists (select from case_doc d where d.case_id = ",
            $case,
            " and d.facts -> 'recused' @> jsonb_build_array(jsonb_build_object('user', ",
            $user,
            "::uuid))))"
        )
    };
}
pub(crate) use is_recused;

/// Reads the rows of many cases or people, each alone, in their order. One that cannot be read is
/// told to whoever looks after the registry and is none here, so that it hides no other.
pub(crate) fn each<R, T>(
    rows: &[PgRow],
    read: impl Fn(R) -> Result<T, RegistryError>,
) -> impl Iterator<Item = Option<T>>
where
    R: for<'row> FromRow<'row, PgRow>,
{
    rows.iter().map(move |row| {
        let done = R::from_row(row).map_err(RegistryError::from).and_then(&read);
        if let Err(error) = &done {
            let case: Option<Uuid> = row.try_get("case_id").ok();
            let case = case.map(|case| case.to_string()).unwrap_or_default();
            tracing::error!(case.id = case, error.message = %error, "a row of a list cannot be read");
        }
        done.ok()
    })
}

/// What of [`each`] can be read.
pub(crate) fn legible<R, T>(rows: &[PgRow], read: impl Fn(R) -> Result<T, RegistryError>) -> Vec<T>
where
    R: for<'row> FromRow<'row, PgRow>,
{
    each(rows, read).flatten().collect()
}

pub(crate) fn natural(
    value: i64,
    table: &'static str,
    column: &'static str,
) -> Result<u64, RegistryError> {
    u64::try_from(value).map_err(RegistryError::in_column(table, column))
}

/// Numbers that go into a `bigint`. Those of the exchange are far smaller; a larger one would be
/// refused by the table's checks.
pub(crate) fn bigint(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(crate) fn hash(
    bytes: &[u8],
    table: &'static str,
    column: &'static str,
) -> Result<ChangeHash, RegistryError> {
    ChangeHash::try_from(bytes).map_err(RegistryError::in_column(table, column))
}

pub(crate) fn hashes(
    all: &[Vec<u8>],
    table: &'static str,
    column: &'static str,
) -> Result<Vec<ChangeHash>, RegistryError> {
    all.iter().map(|bytes| hash(bytes, table, column)).collect()
}

pub(crate) fn actor(
    bytes: &[u8],
    table: &'static str,
    column: &'static str,
) -> Result<Actor, RegistryError> {
    Actor::try_from(bytes).map_err(RegistryError::in_column(table, column))
}

pub(crate) fn sha256(
    bytes: &[u8],
    table: &'static str,
    column: &'static str,
) -> Result<[u8; 32], RegistryError> {
    bytes
        .try_into()
        .map_err(RegistryError::in_column(table, column))
}

pub(crate) fn digest(
    bytes: &[u8],
    table: &'static str,
    column: &'static str,
) -> Result<Digest, RegistryError> {
    Digest::try_from(bytes).map_err(RegistryError::in_column(table, column))
}

/// One column of many rows, as the parameter of an `unnest`.
pub(crate) fn column<R, V>(rows: impl IntoIterator<Item = R>, value: impl FnMut(R) -> V) -> Vec<V> {
    rows.into_iter().map(value).collect()
}

/// Reads `user_id, role, org_id` of a table.
pub(crate) fn author(
    row: (Uuid, String, Uuid),
    table: &'static str,
) -> Result<Author, RegistryError> {
    let (user, role, org) = row;
    Ok(Author {
        user: UserId(user),
        role: from_word(&role, table, "role")?,
        org: OrgId(org),
    })
}

pub(crate) fn bytes_of(hashes: &[ChangeHash]) -> Vec<Vec<u8>> {
    hashes.iter().map(|hash| hash.0.to_vec()).collect()
}
