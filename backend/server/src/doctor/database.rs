//! A question to the database that the settings name, or to that of a server that runs here.

use super::{
    check::{CheckDetail, CheckFinding},
    words::CheckSubject,
};
use crate::{
    config::Config,
    private_postgres::{self, StartOptions},
    telemetry::whole,
};
use hejie_registry::{
    error::RegistryError,
    pool::{self, PgConnection},
};
use secrecy::ExposeSecret;

/// Whether it lets us in; none if there is no such database.
pub(super) fn connection(config: &Config) -> Option<CheckFinding> {
    let name = match &config.database.url {
        Some(_) => "DATABASE_URL",
        None => "hejie serve",
    };
    Some(match ask(config, async |_| Ok(()))? {
        Ok(()) => CheckFinding::good(CheckSubject::Connection, name),
        Err(error) => CheckFinding::missing(CheckSubject::Connection, format!("{name}: {error}")),
    })
}

/// Whether it takes a write; none if there is no such database.
pub(super) fn room(config: &Config) -> Option<CheckFinding> {
    let found = ask(config, async |conn| pool::probe_room(conn).await)?;
    Some(match found {
        Ok(()) => CheckFinding::good(
            CheckSubject::DatabaseRoom,
            CheckDetail::words("可写", "takes writes"),
        ),
        Err(error) => CheckFinding::missing(CheckSubject::DatabaseRoom, error),
    })
}

/// Asks it; none if there is no such database, and words if it does not answer.
pub(super) fn ask<T>(
    config: &Config,
    question: impl AsyncFnOnce(&mut PgConnection) -> Result<T, RegistryError>,
) -> Option<Result<T, String>> {
    let url = match &config.database.url {
        Some(url) => url.expose_secret().to_owned(),
        None => private_postgres::url_of_running(&StartOptions::new(&config.data.directory))?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let answer = runtime.map(|runtime| {
        runtime.block_on(async {
            let mut conn = pool::connect_once(&url).await?;
            question(&mut conn).await
        })
    });
    Some(match answer {
        Ok(answer) => answer.map_err(|error: RegistryError| whole(&error)),
        Err(error) => Err(whole(&error)),
    })
}
