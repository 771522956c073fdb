//! The database of a command: the one that the settings name, the one of a server that is running,
//! or one of our own.

use super::{Failure, paths, progress::Spinner};
use crate::say::say;
use crate::{
    config::Config,
    private_postgres::{self, PrivatePostgres, StartOptions},
};
use hejie_registry::{
    pool::{self, PgPool},
    situation,
};
use secrecy::ExposeSecret;
use std::process::ExitCode;

/// Examples for `hejie migrate`.
pub(super) const EXAMPLES: &str = "Examples:
  hejie migrate                                              the private database
  DATABASE_URL=postgres://hejie@db/hejie hejie migrate       your own; run it before the new servers start";

/// An open database with an up-to-date schema.
pub(super) struct Database {
    pub(super) pool: PgPool,
    /// Present when this process runs the server.
    pub(super) private: Option<PrivatePostgres>,
}

/// Opens the database for a command, beside a running server if there is one, and brings its schema
/// up to date.
pub(super) async fn open(config: &Config) -> Result<Database, Failure> {
    let running = match &config.database.url {
        Some(_) => None,
        None => private_postgres::url_of_running(&place(config)?),
    };
    match running {
        Some(url) => connect(config, &url, None).await,
        None => own(config).await,
    }
}

/// Opens the database for a server, which shares a private one with nobody.
pub(super) async fn own(config: &Config) -> Result<Database, Failure> {
    if let Some(url) = &config.database.url {
        return connect(config, url.expose_secret(), None).await;
    }
    let shown = Spinner::on("正在启动数据库 / starting the database");
    let postgres = private_postgres::start(place(config)?)
        .await
        .map_err(Failure::Postgres)?;
    drop(shown);
    let url = postgres.url().to_owned();
    connect(config, &url, Some(postgres)).await
}

impl Database {
    /// Closes the connections, and ends the server if it is ours.
    pub(super) async fn close(self) -> Result<(), Failure> {
        self.pool.close().await;
        match self.private {
            Some(postgres) => postgres.stop().await.map_err(Failure::Runtime),
            None => Ok(()),
        }
    }
}

/// `hejie migrate`.
pub(super) async fn migrate(config: &Config) -> Result<ExitCode, Failure> {
    open(config).await?.close().await?;
    say(format_args!(
        "数据库结构已是最新 / the schema is up to date"
    ));
    Ok(ExitCode::SUCCESS)
}

/// Where the private database lies.
pub(super) fn place(config: &Config) -> Result<StartOptions, Failure> {
    Ok(StartOptions {
        directory: paths::data_directory(config)?,
        binaries: config.database.binaries.clone(),
    })
}

async fn connect(
    config: &Config,
    url: &str,
    private: Option<PrivatePostgres>,
) -> Result<Database, Failure> {
    let pool = pool::connect(url, config.database.connections)
        .await
        .map_err(Failure::Connect)?;
    pool::migrate(&pool).await.map_err(Failure::Migrate)?;
    let mut conn = pool::acquire(&pool).await?;
    situation::publish_shipped(&mut conn).await?;
    drop(conn);
    Ok(Database { pool, private })
}
