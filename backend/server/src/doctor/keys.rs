//! Whether the key ring is there, and holds what the registry needs of it.

use super::{
    check::{CheckDetail, CheckFinding},
    database,
    words::CheckSubject,
};
use crate::{
    config::Config,
    secrets::{
        KeyRing,
        needed::{self, NeededKey},
        ring::Ring,
    },
    telemetry::whole,
};

/// Looks at the ring of the settings and at what the registry needs.
pub(super) fn ring(config: &Config) -> CheckFinding {
    let file = match &config.keys.ring {
        Some(file) => file.clone(),
        None => KeyRing::place_in(&config.data.directory),
    };
    let shown = file.display().to_string();
    let ring = match KeyRing::look(&file) {
        Ok(ring) => ring,
        Err(error) => {
            let said = format!("{shown}: {}", whole(&error));
            return CheckFinding::missing(CheckSubject::Keys, said);
        }
    };
    let asked = database::ask(config, async |conn| {
        Ok((
            needed::may_begin(conn).await?,
            needed::list_of_identities(conn).await?,
        ))
    });
    // A database that does not answer has a line of its own.
    match (ring, asked.and_then(Result::ok)) {
        (Some(ring), Some((_, needed))) => told(&shown, &ring, needed),
        (Some(_), None) => CheckFinding::good(CheckSubject::Keys, shown),
        (None, Some((false, needed))) => {
            CheckFinding::missing(CheckSubject::Keys, missing(&shown, &needed))
        }
        (None, None) if has_registry(config) => {
            CheckFinding::weak(CheckSubject::Keys, unknown(&shown))
        }
        (None, _) => CheckFinding::good(CheckSubject::Keys, not_yet(&shown)),
    }
}

/// Whether there may be rows that nobody can be asked for now.
fn has_registry(config: &Config) -> bool {
    config.database.url.is_some() || config.data.directory.join("postgres/data").exists()
}

fn told(shown: &str, ring: &Ring, needed: Vec<NeededKey>) -> CheckFinding {
    let lacking = needed::lacking(ring, needed);
    if lacking.is_empty() {
        return CheckFinding::good(CheckSubject::Keys, shown);
    }
    let keys = needed::in_words(&lacking);
    CheckFinding::weak(
        CheckSubject::Keys,
        CheckDetail::words(
            format!("{shown} 缺少密钥（行数）{keys}"),
            format!("{shown} lacks keys (rows) {keys}"),
        ),
    )
}

fn missing(shown: &str, needed: &[NeededKey]) -> CheckDetail {
    if needed.is_empty() {
        return CheckDetail::words(
            format!("{shown} 不在；手机信任原有的密钥环"),
            format!("{shown} is not there, and phones trust the one that was"),
        );
    }
    let keys = needed::in_words(needed);
    CheckDetail::words(
        format!("{shown} 不在；所需密钥（行数）{keys}"),
        format!("{shown} is not there; needed keys (rows) {keys}"),
    )
}

fn unknown(shown: &str) -> CheckDetail {
    CheckDetail::words(
        format!("{shown} 不在；数据库未运行，无法得知是否有资料依赖它"),
        format!("{shown} is not there; without the database nobody knows what depends on it"),
    )
}

fn not_yet(shown: &str) -> CheckDetail {
    CheckDetail::words(
        format!("{shown}（尚未建立）"),
        format!("{shown} (not made yet)"),
    )
}
