//! `hejie doctor`: looks at the machine and says in plain words what is missing, in Chinese or
//! English.
//!
//! It changes nothing. What is required and missing makes the status 1; what only developers need
//! is said and forgiven.

mod audit;
mod cases;
mod channels;
mod check;
mod database;
mod developer;
mod keys;
mod machine;
mod marks;
mod words;

use crate::{
    config::{Config, ConfigError},
    say::say,
    telemetry::whole,
};
use check::{CheckFinding, CheckState};
use clap::{Args, ValueEnum};
use std::process::ExitCode;
use words::CheckSubject;

/// Examples for `hejie doctor`.
pub const EXAMPLES: &str = "Examples:
  hejie doctor
  hejie doctor --lang en
  hejie doctor --data /var/lib/hejie";

/// What `hejie doctor` understands.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// The language of the report [default: that of the terminal, else zh]
    #[arg(long, value_enum)]
    lang: Option<Language>,
}

/// A language of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// 中文
    Zh,
    /// English
    En,
}

/// Looks at everything and tells; the status is 1 when something required is missing.
#[must_use]
pub fn main(args: &DoctorArgs, config: Result<Config, ConfigError>) -> ExitCode {
    let language = args
        .lang
        .unwrap_or_else(|| of_terminal(std::env::var("LANG").ok().as_deref()));
    let findings = match config {
        Ok(config) => look(&config),
        Err(error) => vec![CheckFinding::missing(CheckSubject::Settings, whole(&error))],
    };
    for finding in &findings {
        say(format_args!("{}", finding.tell(language)));
    }
    let missing = findings
        .iter()
        .filter(|finding| finding.state == CheckState::Missing)
        .count();
    say(format_args!("{}", words::summary(language, missing)));
    if missing == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// What keeps the temporary directory from taking large requests, in words; none where nothing
/// does.
pub(crate) fn temporary_fault() -> Option<String> {
    let folder = std::env::temp_dir();
    let fault = machine::temporary_fault(&folder)?;
    Some(format!("{}: {fault}", folder.display()))
}

fn look(config: &Config) -> Vec<CheckFinding> {
    let mut findings = Vec::from_iter(machine::postgres(config));
    findings.extend([
        machine::data_directory(config),
        machine::disk(config),
        machine::port(config),
        machine::open_files(config),
        machine::memory(config),
        machine::clock(),
        machine::time_zone(),
        machine::locale(),
        machine::temporary(),
        keys::ring(config),
    ]);
    let connection = database::connection(config);
    // Nothing is asked of one that does not let us in.
    let is_there = connection
        .as_ref()
        .is_some_and(|found| found.state == CheckState::Good);
    findings.extend(connection);
    if is_there {
        findings.extend(cases::look(config));
        findings.extend(database::room(config));
        findings.extend(audit::look(config));
        findings.extend(marks::folder(config));
        findings.extend(marks::look(config));
        findings.extend(channels::unconnected(config));
    }
    findings.extend(developer::tools());
    findings
}

fn of_terminal(lang: Option<&str>) -> Language {
    match lang {
        Some(lang) if lang.starts_with("en") => Language::En,
        _ => Language::Zh,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Sources;

    fn config(variables: &[(&str, &str)]) -> Config {
        let variables = variables
            .iter()
            .map(|(name, text)| ((*name).into(), (*text).into()));
        Config::load(&Sources::default(), variables).unwrap()
    }

    #[test]
    fn chinese_comes_first() {
        assert_eq!(of_terminal(None), Language::Zh);
        assert_eq!(of_terminal(Some("C.UTF-8")), Language::Zh);
        assert_eq!(of_terminal(Some("en_GB.UTF-8")), Language::En);
    }

    #[test]
    fn a_folder_without_binaries_is_named_with_a_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(&[("HEJIE_PG_BIN", folder.path().to_str().unwrap())]);
        let finding = machine::postgres(&config).unwrap();
        assert_eq!(finding.state, CheckState::Missing);
        assert!(finding.tell(Language::Zh).contains("PostgreSQL"));
        assert!(finding.tell(Language::En).contains("HEJIE_PG_BIN"));
    }

    #[test]
    fn a_port_in_use_is_noticed() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        assert_eq!(
            machine::port(&config(&[("HEJIE_LISTEN", &address)])).state,
            CheckState::Missing
        );
        let is_free = |_| {
            let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let address = taken.local_addr().unwrap().to_string();
            drop(taken);
            machine::port(&config(&[("HEJIE_LISTEN", &address)])).state == CheckState::Good
        };
        // Another program may take one of them at once, but not each.
        assert!((0..20).any(is_free));
    }

    #[test]
    fn every_line_is_told_in_both_languages() {
        for finding in look(&config(&[])) {
            let (zh, en) = (finding.tell(Language::Zh), finding.tell(Language::En));
            assert!(!zh.is_empty() && !en.is_empty() && zh != en, "{zh}");
        }
    }
}
