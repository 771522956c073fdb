//! Who stands behind the actors of a case: added with their first acknowledged change, in its
//! transaction, and never taken away.

use crate::{
    error::RegistryError, log::change::ChangeSender, rows::column, statement::SqlCommand,
    word::to_word,
};
use hejie_case::ids::CaseId;
use hejie_wire::chunk::Admitted;
use sqlx::PgConnection;
use uuid::Uuid;

/// Notes the actors of changes that a phone sent; the server has no row.
pub(crate) async fn note(
    conn: &mut PgConnection,
    case: CaseId,
    sender: ChangeSender,
    arrivals: &[Admitted],
) -> Result<(), RegistryError> {
    let ChangeSender::Phone { device, author } = sender else {
        return Ok(());
    };
    sqlx::query(
        "insert into case_actor (case_id, actor, role, org_id, device_id, user_id, first_hash)
         select distinct on (u.actor) $1, u.actor, $4, $5, $6, $7, u.hash
         from unnest($2::bytea[], $3::bytea[]) with ordinality u (actor, hash, n) order by u.actor, u.n
         on conflict do nothing",
    )
    .bind(case.0)
    .bind(column(arrivals, |a| a.header.actor.0.to_vec()))
    .bind(column(arrivals, |a| a.hash.0.to_vec()))
    .bind(to_word(&author.role)?)
    .bind(author.org.0)
    .bind(device.0)
    .bind(author.user.0)
    .run(conn)
    .await
}

/// Notes the actors of whole logs that were added at once.
pub(crate) async fn note_all(conn: &mut PgConnection, cases: &[Uuid]) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into case_actor (case_id, actor, role, org_id, device_id, user_id, first_hash)
         select distinct on (case_id, actor, role, org_id) case_id, actor, role, org_id, device_id, user_id, hash
         from case_change
         where case_id = any($1) and device_id is not null and user_id is not null and state <> 'quarantined'
         order by case_id, actor, role, org_id, position
         on conflict do nothing",
    )
    .bind(cases)
    .run(conn)
    .await
}
