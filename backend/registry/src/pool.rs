//! The connections to Postgres: opening them, bringing the schema up to date, transactions, and
//! repeating what may be repeated.

use crate::error::{LosesRaces, RegistryError};
use sqlx::{
    Connection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{str::FromStr, time::Duration};

pub use sqlx::postgres::{PgConnection, PgPool};

/// A transaction that owns its connection; `&mut *tx` is the connection that registry functions
/// take.
pub type Transaction = sqlx::Transaction<'static, sqlx::Postgres>;

/// A connection that goes back to its pool when it is dropped.
pub type PooledConnection = sqlx::pool::PoolConnection<sqlx::Postgres>;

/// A part of a transaction that may fail by itself: a savepoint. `&mut *attempt` is the connection
/// that registry functions take.
pub type Savepoint<'a> = sqlx::Transaction<'a, sqlx::Postgres>;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/registry");

/// Waits before the second, third and fourth attempt of a write that may be repeated.
const RETRY_WAITS: [Duration; 3] = [
    Duration::from_millis(50),
    Duration::from_millis(400),
    Duration::from_secs(2),
];

/// How often a transaction is made that loses one race after the other.
const RACES: usize = 4;

/// Opens a pool of at most `size` connections to the database at `url`.
///
/// # Errors
/// The address cannot be read or the database does not answer.
pub async fn connect(url: &str, size: u32) -> Result<PgPool, RegistryError> {
    let options = PgConnectOptions::from_str(url)?
        .application_name("hejie")
        .options([
            ("TimeZone", "UTC"),
            ("statement_timeout", "30s"),
            ("idle_in_transaction_session_timeout", "60s"),
        ]);
    let pool = PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await?;
    Ok(pool)
}

/// Opens one connection, at the first try: a pool tries again until its patience ends, and says
/// then no more than that it ended.
///
/// # Errors
/// The address cannot be read, or the database does not let us in.
pub async fn connect_once(url: &str) -> Result<PgConnection, RegistryError> {
    let options = PgConnectOptions::from_str(url)?.application_name("hejie");
    let connecting = PgConnection::connect_with(&options);
    let connected = tokio::time::timeout(CONNECT_PATIENCE, connecting).await;
    Ok(connected.unwrap_or(Err(sqlx::Error::PoolTimedOut))?)
}

/// How long a single connection may take to be opened.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);

/// Brings the schema up to date.
///
/// # Errors
/// A migration failed, or the database has migrations that this program does not know.
pub async fn migrate(pool: &PgPool) -> Result<(), RegistryError> {
    MIGRATIONS.run(pool).await?;
    Ok(())
}

/// How long Postgres may take to say that it is there.
const PROBE_PATIENCE: Duration = Duration::from_secs(2);

/// Asks Postgres whether it lets somebody in, answers, and has room on its disk. Over a connection
/// of its own: one that is going down goes on answering on those that are open, and a server whose
/// connections all hang would be told so by none of them.
///
/// # Errors
/// It does not, or not in time.
pub async fn probe(pool: &PgPool) -> Result<(), RegistryError> {
    let options = pool.connect_options();
    let probe = async {
        let mut conn = PgConnection::connect_with(&options).await?;
        spill(&mut conn).await?;
        conn.close().await
    };
    let answered = tokio::time::timeout(PROBE_PATIENCE, probe).await;
    Ok(answered.unwrap_or(Err(sqlx::Error::PoolTimedOut))?)
}

/// Tells whether Postgres has room on its disk: has it write a few megabytes aside for the time of
/// one statement. Nothing is kept, and no row changes.
///
/// # Errors
/// Postgres failed; [`RegistryError::lacks_room`] where it has none.
pub async fn probe_room(conn: &mut PgConnection) -> Result<(), RegistryError> {
    Ok(spill(conn).await?)
}

/// Rows that do not fit into the memory of a statement go into a file, which needs room.
async fn spill(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("set work_mem = '64kB'")
        .execute(&mut *conn)
        .await?;
    sqlx::query("select count(*) from generate_series(1, 100000)")
        .execute(&mut *conn)
        .await?;
    Ok(())
}

/// Takes one connection for statements outside a transaction.
///
/// # Errors
/// No connection could be had.
pub async fn acquire(pool: &PgPool) -> Result<PooledConnection, RegistryError> {
    Ok(pool.acquire().await?)
}

/// Begins a transaction. Dropping it rolls back.
///
/// # Errors
/// No connection could be had.
pub async fn begin(pool: &PgPool) -> Result<Transaction, RegistryError> {
    Ok(pool.begin().await?)
}

/// Commits a transaction.
///
/// # Errors
/// Postgres did not confirm the commit; it may have happened nevertheless.
pub async fn commit(tx: Transaction) -> Result<(), RegistryError> {
    Ok(tx.commit().await?)
}

/// Begins a part of a transaction that may fail by itself. Ends with [`keep`] or [`undo`].
///
/// # Errors
/// Postgres failed.
pub async fn attempt(conn: &mut PgConnection) -> Result<Savepoint<'_>, RegistryError> {
    Ok(conn.begin().await?)
}

/// Keeps what an attempt wrote, within its transaction.
///
/// # Errors
/// Postgres failed.
pub async fn keep(attempt: Savepoint<'_>) -> Result<(), RegistryError> {
    Ok(attempt.commit().await?)
}

/// Undoes what an attempt wrote; the transaction around it goes on, even if a statement of the
/// attempt failed.
///
/// # Errors
/// Postgres failed.
pub async fn undo(attempt: Savepoint<'_>) -> Result<(), RegistryError> {
    Ok(attempt.rollback().await?)
}

/// Repeats idempotent work while it fails in a way that passes (see [`RegistryError::is_passing`]),
/// up to four attempts.
///
/// # Errors
/// The last attempt's error.
pub async fn retry<T, F, W>(mut work: F) -> Result<T, RegistryError>
where
    F: FnMut() -> W,
    W: Future<Output = Result<T, RegistryError>>,
{
    for wait in RETRY_WAITS {
        match work().await {
            Err(error) if error.is_passing() => {
                tracing::warn!(error.message = %error, "a write is repeated");
                tokio::time::sleep(wait).await;
            }
            settled => return settled,
        }
    }
    work().await
}

/// Makes a transaction again, at once, while it loses races against others (a deadlock, or what
/// cannot be put in a row), up to four times in all. The work is the whole transaction, from its
/// beginning to its commit: one that lost a race has written nothing.
///
/// # Errors
/// The last attempt's error.
pub async fn again<T, E, F, W>(mut work: F) -> Result<T, E>
where
    E: LosesRaces,
    F: FnMut() -> W,
    W: Future<Output = Result<T, E>>,
{
    for _ in 1..RACES {
        match work().await {
            Err(error) if error.lost_race() => {
                tracing::info!("a transaction that lost a race is made again");
            }
            settled => return settled,
        }
    }
    work().await
}
