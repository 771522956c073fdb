//! The fold's rows in Postgres: read as they stand, and changed by a plan.

use crate::error::RegistryError;
use hejie_case::{
    fold::{Projection, RegistryChange, Table, canonical},
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
    for table in Table::ALL {
        let sql = Sql::of(table);
        let rows: Vec<Json<Value>> = sqlx::query_scalar(sql.read)
            .bind(case.0)
            .fetch_all(&mut *conn)
            .await?;
        for row in rows {
            let (key, row) =
                canonical(table, row.0).map_err(RegistryError::in_column(sql.name, "(row)"))?;
            projection.0.entry(table).or_default().insert(key, row);
        }
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
    let mut gone: BTreeMap<Table, Vec<&str>> = BTreeMap::new();
    let mut put: BTreeMap<Table, Vec<&Value>> = BTreeMap::new();
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
    let mut put: BTreeMap<Table, Vec<&Value>> = BTreeMap::new();
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
    name: &'static str,
    read: &'static str,
    remove: &'static str,
    put: &'static str,
}

macro_rules! sql {
    ($name:literal by $key:literal) => {
        Sql {
            name: $name,
            read: concat!("select to_jsonb(t) from ", $name, " t where case_id = $1"),
            remove: concat!(
                "delete from ",
                $name,
                " where case_id = $1 and ",
                $key,
                "::text = any($2)"
            ),
            put: concat!(
                "insert into ",
                $name,
                " select * from jsonb_populate_recordset(null::",
                $name,
                ", $1)"
            ),
        }
    };
}

impl Sql {
    fn of(table: Table) -> Self {
        match table {
            Table::CaseReg => sql!("case_reg" by "case_id"),
            Table::CaseParty => sql!("case_party" by "id"),
            Table::ConsentEvent => sql!("consent_event" by "id"),
            Table::Evidence => sql!("evidence" by "id"),
            Table::CaseRequest => sql!("case_request" by "id"),
            Table::CaseEvent => sql!("case_event" by "id"),
            Table::Assignment => sql!("assignment" by "id"),
            Table::Deadline => sql!("deadline" by "id"),
            Table::RiskFactor => sql!("risk_factor" by "id"),
            Table::Agreement => sql!("agreement" by "id"),
            Table::Obligation => sql!("obligation" by "id"),
            Table::Signature => sql!("signature" by "id"),
            Table::Visit => sql!("visit" by "id"),
            Table::MergeConflict => sql!("merge_conflict" by "id"),
        }
    }
}
