//! What lies beside the marks of the registry and does not read: somebody may be kept out by it.

use super::{
    check::{CheckDetail, CheckFinding},
    database,
    words::CheckSubject,
};
use crate::{
    config::Config,
    files::FileStore,
    mark::{Marks, UnreadRecord},
    telemetry::whole,
};
use hejie_registry::{
    error::RegistryError,
    identity::{channel, revocation::Revocation, user},
    mark,
    pool::PgConnection,
};

/// Looks at what was taken back from people and channels and given back to them; nothing is said
/// where there is no database, or no place for marks yet.
pub(super) fn look(config: &Config) -> Option<CheckFinding> {
    let here = &config.data.directory;
    let files = match &config.files.directory {
        Some(directory) => directory.clone(),
        None => here.join("files"),
    };
    if !here.is_dir() || !files.is_dir() {
        return None;
    }
    let found = database::ask(config, async |conn| {
        let registry = mark::registry(conn).await?;
        let store = match FileStore::in_directory(&files) {
            Ok(store) => store,
            Err(error) => return Ok(Err(whole(&error))),
        };
        match Marks::new(Some(here.clone()), store)
            .list_unread(registry)
            .await
        {
            Ok(unread) => Ok(Ok(with_names(conn, unread).await?)),
            Err(error) => Ok(Err(whole(&error))),
        }
    })?;
    Some(match found.and_then(|found| found) {
        Ok(unread) => told(&unread),
        Err(error) => CheckFinding::weak(CheckSubject::Admission, error),
    })
}

/// What is told of each: the login or the name of whom it is about, and the file.
async fn with_names(
    conn: &mut PgConnection,
    unread: Vec<UnreadRecord>,
) -> Result<Vec<(Option<String>, String)>, RegistryError> {
    let mut told = Vec::new();
    for UnreadRecord { file, about } in unread {
        let name = match about {
            Some(about) => name_of(conn, &about).await?,
            None => None,
        };
        told.push((name, file));
    }
    Ok(told)
}

async fn name_of(
    conn: &mut PgConnection,
    about: &Revocation,
) -> Result<Option<String>, RegistryError> {
    if let Revocation::Channel(id) = about {
        return Ok(channel::lookup(conn, *id)
            .await?
            .map(|channel| channel.name));
    }
    match about.leaves() {
        Some(id) => Ok(user::lookup(conn, id).await?.map(|person| person.login)),
        None => Ok(None),
    }
}

fn told(unread: &[(Option<String>, String)]) -> CheckFinding {
    if unread.is_empty() {
        return CheckFinding::good(CheckSubject::Admission, "0");
    }
    let line = |unknown: &str, colon: &str| {
        let lines = unread.iter().map(|(name, file)| {
            let name = name.as_deref().unwrap_or(unknown);
            format!("{name}{colon}{file}")
        });
        lines.collect::<Vec<_>>()
    };
    CheckFinding::weak(
        CheckSubject::Admission,
        CheckDetail::words(
            format!("无法读取 {}", line("不明", "：").join("；")),
            format!("do not read: {}", line("somebody", ": ").join("; ")),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::{Language, check::CheckState};

    #[test]
    fn who_is_kept_out_by_a_file_that_does_not_read_is_named_with_the_command() {
        let unread = [
            (Some("wang.tj".to_owned()), "account.1.json".to_owned()),
            (None, "odd".to_owned()),
        ];
        let finding = told(&unread);
        assert_eq!(finding.state, CheckState::Weak);
        for language in [Language::Zh, Language::En] {
            let line = finding.tell(language);
            for word in [
                "wang.tj",
                "account.1.json",
                "odd",
                "hejie account enable",
                "channel enable",
            ] {
                assert!(line.contains(word), "{line}");
            }
        }
        assert_eq!(told(&[]).state, CheckState::Good);
    }
}
