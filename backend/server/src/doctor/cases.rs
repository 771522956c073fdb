//! What waits in the database, if one can be reached: changes that are not merged, cases that are parked.

use super::{
    check::{Finding, whole},
    words::Line,
};
use crate::{
    clock::Clock,
    config::Config,
    private_postgres::{self, Place},
    settling::overdue,
};
use hejie_registry::{
    case::{self, Troubles},
    error::RegistryError,
    pool,
};
use jiff::Timestamp;
use secrecy::ExposeSecret;

/// Looks at the cases of the database that the settings name or of a server that runs here; nothing is said if there is none.
pub(super) fn troubles(config: &Config) -> Option<Finding> {
    let url = match &config.database.url {
        Some(url) => url.expose_secret().to_owned(),
        None => private_postgres::url_of_running(&Place::new(&config.data.directory))?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let now = Clock::system().now();
    Some(
        match runtime.map(|runtime| runtime.block_on(count(&url, now))) {
            Ok(Ok(found)) => told(&found, now),
            Ok(Err(error)) => Finding::weak(Line::Cases, whole(&error)),
            Err(error) => Finding::weak(Line::Cases, whole(&error)),
        },
    )
}

async fn count(url: &str, now: Timestamp) -> Result<Troubles, RegistryError> {
    let pool = pool::connect(url, 1).await?;
    let mut conn = pool::acquire(&pool).await?;
    case::count_troubles(&mut conn, overdue(now)).await
}

fn told(found: &Troubles, now: Timestamp) -> Finding {
    if *found == Troubles::default() {
        return Finding::good(Line::Cases, "0");
    }
    let waits = found
        .oldest
        .map_or(0, |at| now.duration_since(at).as_secs());
    let detail = format!(
        "unmerged {} (oldest {waits} s), parked {}, unprojected {}",
        found.unmerged, found.parked, found.unprojected
    );
    Finding::weak(Line::Cases, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::{Language, check::State};

    #[test]
    fn a_change_that_waits_is_told_with_its_age_and_what_to_do() {
        let now: Timestamp = "2026-03-02T01:00:00Z".parse().unwrap();
        let found = Troubles {
            unmerged: 2,
            oldest: Some("2026-03-02T00:58:00Z".parse().unwrap()),
            ..Troubles::default()
        };
        let finding = told(&found, now);
        assert_eq!(finding.state, State::Weak);
        let line = finding.tell(Language::Zh);
        assert!(line.contains("unmerged 2 (oldest 120 s)"), "{line}");
        assert!(line.contains("hejie refold --verify"), "{line}");
        assert_eq!(told(&Troubles::default(), now).state, State::Good);
    }
}
