//! The marks of the registry: whether they lie in its folder, and what lies beside them and does
//! not read, so that somebody may be kept out by it.

use super::{
    check::{CheckDetail, CheckFinding},
    database,
    words::CheckSubject,
};
use crate::{
    config::Config,
    files::FileStore,
    mark::{FolderFit, Marks, UnreadRecord},
    telemetry::whole,
};
use hejie_registry::{
    error::RegistryError,
    identity::{channel, revocation::Revocation, user},
    mark,
    pool::PgConnection,
};
use std::path::{Path, PathBuf};

/// Looks whether the folder of files that the settings name is the one of the registry. Where there
/// is none, nothing is made: a registry that notes one misses it.
pub(super) fn folder(config: &Config) -> Option<CheckFinding> {
    let files = files_of(config);
    let shown = files.display().to_string();
    let found = database::ask(config, async |conn| {
        if !files.is_dir() {
            let noted = mark::noted_folder(conn).await?;
            return Ok(Ok(noted.map_or(FolderFit::Fits, |noted| {
                FolderFit::Other { noted, found: None }
            })));
        }
        match marks_in(config, &files) {
            Ok(marks) => Ok(marks.folder_fit(conn).await.map_err(|error| whole(&error))),
            Err(error) => Ok(Err(error)),
        }
    })?;
    Some(match found.and_then(|found| found) {
        Ok(FolderFit::Fits) => CheckFinding::good(CheckSubject::MarksFolder, shown),
        Ok(FolderFit::Other { noted, found }) => {
            let found = found.map_or_else(|| "-".to_owned(), |found| found.to_string());
            CheckFinding::missing(
                CheckSubject::MarksFolder,
                CheckDetail::words(
                    format!("{shown}：编号 {found}，登记库所记为 {noted}"),
                    format!("{shown}: its name is {found}, the registry notes {noted}"),
                ),
            )
        }
        Err(error) => CheckFinding::weak(CheckSubject::MarksFolder, format!("{shown}: {error}")),
    })
}

/// Looks at what was taken back from people and channels and given back to them; nothing is said
/// where there is no database, or no place for marks yet.
pub(super) fn look(config: &Config) -> Option<CheckFinding> {
    let files = files_of(config);
    if !config.data.directory.is_dir() || !files.is_dir() {
        return None;
    }
    let found = database::ask(config, async |conn| {
        let registry = mark::registry(conn).await?;
        let marks = match marks_in(config, &files) {
            Ok(marks) => marks,
            Err(error) => return Ok(Err(error)),
        };
        match marks.list_unread(registry).await {
            Ok(unread) => Ok(Ok(with_names(conn, unread).await?)),
            Err(error) => Ok(Err(whole(&error))),
        }
    })?;
    Some(match found.and_then(|found| found) {
        Ok(unread) => told(&unread),
        Err(error) => CheckFinding::weak(CheckSubject::Admission, error),
    })
}

fn files_of(config: &Config) -> PathBuf {
    let here = || config.data.directory.join("files");
    config.files.directory.clone().unwrap_or_else(here)
}

fn marks_in(config: &Config, files: &Path) -> Result<Marks, String> {
    let store = FileStore::in_directory(files).map_err(|error| whole(&error))?;
    Ok(Marks::new(Some(config.data.directory.clone()), store))
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
