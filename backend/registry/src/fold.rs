//! The fold's rows in Postgres: read as they stand, and changed by a plan.

use crate::error::RegistryError;
use hejie_case::{
    fold::{Projection, RegistryChange, RegistryTable, canonical},
    ids::CaseId,
};
use serde_json::Value;
use sqlx::{PgConnection, types::Json};
use std::collections::BTreeMap;

/// Reads the rows of one case.
///
/// # Errors
/// Postgres failed, or a row is not one that the fold could have written.
pub async fn read(conn: &mut PgConnection, case: CaseId) -> Result<Projection, RegistryError> {
    let mut projection = Projection::default();
    let rows: Vec<(String, Json<Value>)> = sqlx::query_as(READ)
        .bind(case.0)
        .fetch_all(&mut *conn)
        .await?;
    for (code, row) in rows {
        let Some(table) = RegistryTable::by_code(&code) else {
            continue;
        };
        let (key, row) =
            canonical(table, row.0).map_err(RegistryError::in_column(table.code(), "(row)"))?;
        projection.0.entry(table).or_default().insert(key, row);
    }
    Ok(projection)
}

/// Carries out a plan.
///
/// # Errors
/// Postgres failed, or a constraint refused a row.
pub async fn apply(
    conn: &mut PgConnection,
    case: CaseId,
    plan: &[RegistryChange],
) -> Result<(), RegistryError> {
    let mut gone: BTreeMap<RegistryTable, Vec<&str>> = BTreeMap::new();
    let mut put: BTreeMap<RegistryTable, Vec<&Value>> = BTreeMap::new();
    for change in plan {
        let (RegistryChange::Put { table, key, .. } | RegistryChange::Remove { table, key }) =
            change;
        gone.entry(*table).or_default().push(key);
        if let RegistryChange::Put { table, row, .. } = change {
            put.entry(*table).or_default().push(row);
        }
    }
    for (table, keys) in gone {
        sqlx::query(Sql::of(table).remove)
            .bind(case.0)
            .bind(keys)
            .execute(&mut *conn)
            .await?;
    }
    for (table, rows) in put {
        sqlx::query(Sql::of(table).put)
            .bind(Json(rows))
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Writes the rows of cases of which nothing is there yet.
///
/// # Errors
/// Postgres failed, or a constraint refused a row.
pub async fn add_all<'a>(
    conn: &mut PgConnection,
    projections: impl Iterator<Item = &'a Projection>,
) -> Result<(), RegistryError> {
    let mut put: BTreeMap<RegistryTable, Vec<&Value>> = BTreeMap::new();
    for (table, rows) in projections.flat_map(|projection| &projection.0) {
        put.entry(*table).or_default().extend(rows.values());
    }
    for (table, rows) in put {
        sqlx::query(Sql::of(table).put)
            .bind(Json(rows))
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

struct Sql {
    remove: &'static str,
    put: &'static str,
}

/// The statements of every table; one reads the rows of all of them.
macro_rules! statements {
    ($(#[$about:meta])* pub enum $name:ident: $fixed:ty {
        $($table:ident $code:literal $zh:literal $en:literal $meaning:literal => row::<$row:ty>($key:literal);)*
    }) => {
        const READ: &str = concat!(
            "select null::text, null::jsonb where false",
            $(" union all select '", $code, "', to_jsonb(t) from ", $code, " t where case_id = $1",)*
        );

        impl Sql {
            fn of(table: RegistryTable) -> Self {
                match table {
                    $(RegistryTable::$table => Self {
                        remove: concat!("delete from ", $code, " where case_id = $1 and ", $key, "::text = any($2)"),
                        put: concat!("insert into ", $code, " select * from jsonb_populate_recordset(null::", $code, ", $1)"),
                    },)*
                }
            }
        }
    };
}
hejie_case::for_each_table!(statements);
