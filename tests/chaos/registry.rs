//! What stands in the registry, read past the product.

use hejie_server::private_postgres::{self, StartOptions};
use sqlx::{Connection, PgConnection};
use std::{collections::BTreeMap, path::Path};
use uuid::Uuid;

/// Every message of the outbox by its key: of which case and kind it is, and about what.
pub fn outbox(data: &Path) -> BTreeMap<Uuid, String> {
    let rows: Vec<(Uuid, Uuid, String, String)> = read(
        data,
        "select id, case_id, kind, channel from outbox order by case_id, kind",
    );
    let told = rows.into_iter();
    told.map(|(key, case, kind, channel)| (key, format!("{kind} of {case} to {channel}")))
        .collect()
}

/// Every number of a case that is given, with its case.
pub fn numbers(data: &Path) -> BTreeMap<Uuid, String> {
    let rows: Vec<(Uuid, String)> = read(data, "select case_id, case_no from case_reg");
    rows.into_iter().collect()
}

/// Which person wrote each acknowledged change, by how many there are in a case.
pub fn writers(data: &Path) -> BTreeMap<(Uuid, Option<Uuid>), i64> {
    let rows: Vec<(Uuid, Option<Uuid>, i64)> = read(
        data,
        "select case_id, user_id, count(*) from case_change where state <> 'quarantined' group by case_id, user_id",
    );
    rows.into_iter()
        .map(|(case, user, changes)| ((case, user), changes))
        .collect()
}

/// What lies in quarantine, by its code.
pub fn quarantined(data: &Path) -> BTreeMap<String, i64> {
    let rows: Vec<(String, i64)> = read(
        data,
        "select reason_code, count(*) from case_change where state = 'quarantined' group by reason_code",
    );
    rows.into_iter().collect()
}

fn read<T>(data: &Path, query: &'static str) -> Vec<T>
where
    T: for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow> + Send + Unpin,
{
    let url = private_postgres::url_of_running(&StartOptions::new(data)).expect("Postgres runs");
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    runtime.block_on(async {
        let mut conn = PgConnection::connect(&url).await.unwrap();
        let rows = sqlx::query_as(query).fetch_all(&mut conn).await.unwrap();
        conn.close().await.unwrap();
        rows
    })
}
