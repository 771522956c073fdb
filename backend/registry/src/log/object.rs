//! The index of objects: where each object of a document hangs and who made it.

use crate::{
    error::RegistryError,
    rows::{self, column},
    statement::{Selection, SqlCommand},
};
use hejie_case::{
    ids::CaseId,
    rights::{ObjectEntry, ObjectRef},
};
use sqlx::{FromRow, PgConnection};

/// Lists the index of a case.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_objects(
    conn: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<ObjectEntry>, RegistryError> {
    sqlx::query_as::<_, ObjectRow>(
        "select counter, actor, container, entry, field, creator from case_object
         where case_id = $1 order by counter, actor",
    )
    .bind(case.0)
    .list(conn)
    .await
}

/// Adds what new changes made.
///
/// # Errors
/// Postgres failed.
pub async fn add_objects(
    conn: &mut PgConnection,
    case: CaseId,
    objects: &[ObjectEntry],
) -> Result<(), RegistryError> {
    if objects.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into case_object (case_id, counter, actor, container, entry, field, creator)
         select $1, u.counter, u.actor, u.container, u.entry, u.field, u.creator
         from unnest($2::bigint[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::bytea[])
                  u (counter, actor, container, entry, field, creator)
         on conflict do nothing",
    )
    .bind(case.0)
    .bind(column(objects, |o| rows::bigint(o.object.counter)))
    .bind(column(objects, |o| o.object.actor.0.to_vec()))
    .bind(column(objects, |o| o.container.as_str()))
    .bind(column(objects, |o| o.entry.as_deref()))
    .bind(column(objects, |o| o.field.as_deref()))
    .bind(column(objects, |o| o.creator.0.to_vec()))
    .run(conn)
    .await
}

#[derive(FromRow)]
struct ObjectRow {
    counter: i64,
    actor: Vec<u8>,
    container: String,
    entry: Option<String>,
    field: Option<String>,
    creator: Vec<u8>,
}

impl TryFrom<ObjectRow> for ObjectEntry {
    type Error = RegistryError;
    fn try_from(row: ObjectRow) -> Result<Self, RegistryError> {
        Ok(Self {
            object: ObjectRef {
                counter: rows::natural(row.counter, "case_object", "counter")?,
                actor: rows::actor(&row.actor, "case_object", "actor")?,
            },
            container: row.container,
            entry: row.entry,
            field: row.field,
            creator: rows::actor(&row.creator, "case_object", "creator")?,
        })
    }
}
