//! People with an account.

use crate::{error::RegistryError, statement::SqlCommand, time::Ts};
use hejie_case::ids::{OrgId, UserId};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// The constraint that holds logins apart.
pub const LOGIN_TAKEN: &str = "app_user_login";

/// What stands in the place of the hash of a password that was withdrawn: no password fits it.
pub const NO_PASSWORD: &str = "-";

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The identifier.
    pub id: UserId,
    /// The employing organisation.
    pub org: OrgId,
    /// What the person types to sign in.
    pub login: String,
    /// The name that colleagues see.
    pub display_name: String,
    /// False when the account is closed.
    pub active: bool,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// A person together with the hash against which a password is checked.
#[derive(Debug, Clone)]
pub struct Account {
    /// The person.
    pub user: User,
    /// argon2id in PHC form.
    pub password_hash: String,
}

/// Adds a person.
///
/// # Errors
/// The login is taken ([`LOGIN_TAKEN`]), or the database failed.
pub async fn add(
    conn: &mut PgConnection,
    user: &User,
    password_hash: &str,
) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into app_user (id, org_id, login, password_hash, display_name, active, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(user.id.0)
    .bind(user.org.0)
    .bind(&user.login)
    .bind(password_hash)
    .bind(&user.display_name)
    .bind(user.active)
    .bind(Ts(user.created_at))
    .run(conn)
    .await
}

/// Looks a person up.
///
/// # Errors
/// The database failed.
pub async fn lookup(conn: &mut PgConnection, id: UserId) -> Result<Option<User>, RegistryError> {
    let row: Option<UserRow> = sqlx::query_as(
        "select id, org_id, login, password_hash, display_name, active, created_at from app_user where id = $1",
    )
    .bind(id.0)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Account::from(row).user))
}

/// Finds the account of a login.
///
/// # Errors
/// The database failed.
pub async fn find_by_login(
    conn: &mut PgConnection,
    login: &str,
) -> Result<Option<Account>, RegistryError> {
    let row: Option<UserRow> = sqlx::query_as(
        "select id, org_id, login, password_hash, display_name, active, created_at from app_user where login = $1",
    )
    .bind(login)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Account::from))
}

/// Lists everybody with an account, by login.
///
/// # Errors
/// The database failed.
pub async fn list(conn: &mut PgConnection) -> Result<Vec<User>, RegistryError> {
    let rows: Vec<UserRow> = sqlx::query_as(
        "select id, org_id, login, password_hash, display_name, active, created_at from app_user order by login",
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Account::from(row).user)
        .collect())
}

/// Replaces a password.
///
/// # Errors
/// The database failed.
pub async fn set_password_hash(
    conn: &mut PgConnection,
    id: UserId,
    hash: &str,
) -> Result<(), RegistryError> {
    sqlx::query("update app_user set password_hash = $2 where id = $1")
        .bind(id.0)
        .bind(hash)
        .run(conn)
        .await
}

/// Withdraws a password unless its hash has this SHA-256, in hexadecimal; tells whether it was
/// another one. Nobody signs in until a new one is set.
///
/// # Errors
/// The database failed.
pub async fn withdraw_other_password(
    conn: &mut PgConnection,
    id: UserId,
    stored: &str,
) -> Result<bool, RegistryError> {
    sqlx::query(
        "update app_user set password_hash = $3 where id = $1 and password_hash <> $3
             and encode(sha256(convert_to(password_hash, 'UTF8')), 'hex') <> $2",
    )
    .bind(id.0)
    .bind(stored)
    .bind(NO_PASSWORD)
    .touches(conn)
    .await
}

/// Closes or opens an account; tells whether it was the other before. A closed one has no sessions:
/// end them in the same transaction.
///
/// # Errors
/// The database failed.
pub async fn set_active(
    conn: &mut PgConnection,
    id: UserId,
    active: bool,
) -> Result<bool, RegistryError> {
    sqlx::query("update app_user set active = $2 where id = $1 and active <> $2")
        .bind(id.0)
        .bind(active)
        .touches(conn)
        .await
}

/// Looks an account up and holds it as it is until the end of the transaction: nobody closes it or
/// replaces its password meanwhile.
///
/// # Errors
/// The database failed.
pub async fn hold(conn: &mut PgConnection, id: UserId) -> Result<Option<Account>, RegistryError> {
    let row: Option<UserRow> = sqlx::query_as(
        "select id, org_id, login, password_hash, display_name, active, created_at from app_user where id = $1 for share",
    )
    .bind(id.0)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Account::from))
}

/// Keeps whoever would [`hold`] an account waiting until the end of the transaction.
///
/// # Errors
/// The database failed.
pub async fn lock(conn: &mut PgConnection, id: UserId) -> Result<(), RegistryError> {
    sqlx::query("select id from app_user where id = $1 for no key update")
        .bind(id.0)
        .run(conn)
        .await
}

#[derive(sqlx::FromRow)]
struct UserRow {
    id: Uuid,
    org_id: Uuid,
    login: String,
    password_hash: String,
    display_name: String,
    active: bool,
    created_at: Ts,
}

impl From<UserRow> for Account {
    fn from(row: UserRow) -> Self {
        Self {
            user: User {
                id: row.id.into(),
                org: row.org_id.into(),
                login: row.login,
                display_name: row.display_name,
                active: row.active,
                created_at: row.created_at.0,
            },
            password_hash: row.password_hash,
        }
    }
}
