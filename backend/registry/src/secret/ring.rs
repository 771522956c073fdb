//! Which key ring a registry depends on: whether on any, and the names of the keys on which phones
//! depend, of which no row tells.

use crate::error::RegistryError;
use sqlx::PgConnection;

/// The names of the keys of a ring on which phones depend.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct TrustedKeys {
    /// The root, which phones keep from their enrolment on; none until a ring was used.
    pub ring_root: Option<String>,
    /// The sealing key that they were given last; none until a ring was used.
    pub ring_sealing: Option<String>,
}

/// Whether anything ever depended on a key ring: an identity was kept, also one that was destroyed
/// since, or a phone was enrolled, which trusts the ring of its enrolment and no other.
///
/// # Errors
/// Postgres failed.
pub async fn is_in_use(conn: &mut PgConnection) -> Result<bool, RegistryError> {
    Ok(sqlx::query_scalar(
        "select exists (select 1 from party_secret) or exists (select 1 from device)",
    )
    .fetch_one(conn)
    .await?)
}

/// The keys that a server of this registry used last.
///
/// # Errors
/// Postgres failed.
pub async fn trusted(conn: &mut PgConnection) -> Result<TrustedKeys, RegistryError> {
    let found = sqlx::query_as("select ring_root, ring_sealing from county_epoch");
    Ok(found.fetch_one(conn).await?)
}

/// Notes the keys that a server uses, and returns what is noted then. A root that is noted is not
/// replaced, nor a sealing key of which the ring of the server knows nothing: there is a newer copy
/// of it elsewhere. Of two servers that begin at once the one that is later finds the root of the
/// other.
///
/// # Errors
/// Postgres failed.
pub async fn note_trusted(
    conn: &mut PgConnection,
    root: &str,
    sealing: &str,
    known: &[String],
) -> Result<TrustedKeys, RegistryError> {
    sqlx::query(
        "update county_epoch set ring_root = $1, ring_sealing = $2
         where (ring_root, ring_sealing) is distinct from ($1, $2)
             and (ring_root is null or ring_root = $1)
             and (ring_sealing is null or ring_sealing = any ($3))",
    )
    .bind(root)
    .bind(sealing)
    .bind(known)
    .execute(&mut *conn)
    .await?;
    trusted(conn).await
}

/// Notes the keys that servers use from now on, whichever were noted before.
///
/// # Errors
/// Postgres failed.
pub async fn set_trusted(
    conn: &mut PgConnection,
    root: &str,
    sealing: &str,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update county_epoch set ring_root = $1, ring_sealing = $2
         where (ring_root, ring_sealing) is distinct from ($1, $2)",
    )
    .bind(root)
    .bind(sealing)
    .execute(conn)
    .await?;
    Ok(())
}
