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
    let rows: Vec<(i32, Json<Value>)> = sqlx::query_as(READ)
        .bind(case.0)
        .fetch_all(&mut *conn)
        .await?;
    for (n, row) in rows {
        let out_of_range = RegistryError::in_column("(fold)", "(table)");
        let place = usize::try_from(n).map_err(out_of_range)?;
        let Some(table) = Table::ALL.get(place).copied() else {
            continue;
        };
        let (key, row) = canonical(table, row.0)
            .map_err(RegistryError::in_column(Sql::of(table).name, "(row)"))?;
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

/// What the table of a row is called.
#[must_use]
pub fn name_of(table: Table) -> &'static str {
    Sql::of(table).name
}

struct Sql {
    name: &'static str,
    remove: &'static str,
    put: &'static str,
}

/// The tables by their places in [`Table::ALL`]; one statement reads the rows of all of them.
macro_rules! tables {
    ($($place:literal $table:ident $name:literal by $key:literal;)*) => {
        const READ: &str = concat!(
            "select null::int, null::jsonb where false",
            $(" union all select ", $place, ", to_jsonb(t) from ", $name, " t where case_id = $1",)*
        );

        impl Sql {
            fn of(table: Table) -> Self {
                match table {
                    $(Table::$table => Self {
                        name: $name,
                        remove: concat!("delete from ", $name, " where case_id = $1 and ", $key, "::text = any($2)"),
                        put: concat!("insert into ", $name, " select * from jsonb_populate_recordset(null::", $name, ", $1)"),
                    },)*
                }
            }
        }

        #[cfg(test)]
        const PLACES: &[Table] = &[$(Table::$table,)*];
    };
}

tables! {
    0 CaseReg "case_reg" by "case_id";
    1 CaseParty "case_party" by "id";
    2 ConsentEvent "consent_event" by "id";
    3 Evidence "evidence" by "id";
    4 CaseRequest "case_request" by "id";
    5 CaseEvent "case_event" by "id";
    6 Assignment "assignment" by "id";
    7 Deadline "deadline" by "id";
    8 RiskFactor "risk_factor" by "id";
    9 Agreement "agreement" by "id";
    10 Obligation "obligation" by "id";
    11 Signature "signature" by "id";
    12 Visit "visit" by "id";
    13 MergeConflict "merge_conflict" by "id";
    14 Contact "contact" by "id";
    15 Statement "statement" by "id";
    16 MediationSession "mediation_session" by "id";
    17 PlanStep "plan_step" by "id";
    18 PerformanceEntry "performance_entry" by "id";
    19 FollowupDue "followup_due" by "id";
    20 Supervision "supervision" by "id";
    21 PushRecord "push_record" by "id";
    22 JudicialConfirmation "judicial_confirmation" by "id";
    23 Dossier "dossier" by "id";
    24 RiskScore "risk_score" by "id";
    25 Referral "referral" by "id";
    26 CaseKin "case_kin" by "id";
    27 CaseRound "case_round" by "id";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_stands_in_its_place() {
        assert_eq!(PLACES, Table::ALL);
    }
}
