//! A question to the database that the settings name, or to that of a server that runs here.

use super::check::whole;
use crate::{
    config::Config,
    private_postgres::{self, StartOptions},
};
use hejie_registry::{
    error::RegistryError,
    pool::{self, PgConnection},
};
use secrecy::ExposeSecret;

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
            let pool = pool::connect(&url, 1).await?;
            let mut conn = pool::acquire(&pool).await?;
            question(&mut conn).await
        })
    });
    Some(match answer {
        Ok(answer) => answer.map_err(|error: RegistryError| whole(&error)),
        Err(error) => Err(whole(&error)),
    })
}
