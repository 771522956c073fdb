//! What the operator decides, from one TOML file and the environment.
//!
//! `config.default.toml` beside the crate holds every key with its meaning and its default, and is
//! what the server starts from. A key that does not exist is refused, so that a misspelt one is not
//! silently without effect. Later sources win: defaults, file, environment, command line.

mod environment;
mod network;
mod sections;

pub use environment::PREFIX;
pub use network::Network;
pub use sections::{
    CountySection, DataSection, DatabaseSection, FilesSection, KeysSection, LogChoice, LogSection,
    ServerSection, SessionSection, WorkersSection,
};

use crate::channel::Receivers;
use crate::connections::descriptors::Needs;
use hejie_case::policy::{BadPolicy, Policy};
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use toml::{Table, Value};

/// Every setting with its meaning and its default.
const DEFAULTS: &str = include_str!("../config.default.toml");

/// Every setting of the server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the server listens, and how much it accepts.
    pub server: ServerSection,
    /// Where files are kept.
    pub data: DataSection,
    /// The database.
    pub database: DatabaseSection,
    /// The keys of identities.
    pub keys: KeysSection,
    /// The originals of evidence.
    pub files: FilesSection,
    /// The county that uses this server.
    pub county: CountySection,
    /// How long people stay signed in.
    pub session: SessionSection,
    /// The worker processes.
    pub workers: WorkersSection,
    /// Which channels effects go to.
    pub channels: Receivers,
    /// Clocks of the procedure.
    pub deadlines: Policy,
    /// The log.
    pub log: LogSection,
}

/// Where settings come from besides the environment.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The file; none means the defaults.
    pub file: Option<PathBuf>,
    /// Values from the command line: section, key, text.
    pub overrides: Vec<(&'static str, &'static str, String)>,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the settings file {} cannot be read", .at.display())]
    File {
        /// The file.
        at: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file is not TOML.
    #[error("the settings file {} is not TOML", .at.display())]
    Syntax {
        /// The file.
        at: PathBuf,
        /// What is wrong with it.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// A key does not exist or has the wrong kind of value.
    #[error("the settings do not fit")]
    Shape(#[source] Box<toml::de::Error>),
    /// A value is out of its range.
    #[error("{key} is out of range: {rule}")]
    Range {
        /// The key with its section.
        key: &'static str,
        /// What is allowed.
        rule: &'static str,
    },
    /// A length of a clock is out of its range.
    #[error("a setting of the section deadlines cannot be used")]
    Deadlines(#[source] BadPolicy),
}

impl Config {
    /// Reads the settings from a file, these variables and the command line.
    ///
    /// # Errors
    /// When a source cannot be read, a key is unknown or a value does not fit.
    pub fn load(
        sources: &Sources,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let defaults = parse(DEFAULTS, Path::new("config.default.toml"))?;
        let mut table = defaults.clone();
        if let Some(file) = &sources.file {
            lay_over(&mut table, read(file)?);
        }
        for (section, key, text) in environment::settings(variables) {
            let default = defaults.get(&section).and_then(|of| of.get(&key));
            let value = environment::value(&section, &key, &text, default);
            set(&mut table, &section, &key, value);
        }
        for (section, key, text) in &sources.overrides {
            set(&mut table, section, key, Value::String(text.clone()));
        }
        let config = Self::deserialize(Value::Table(table))
            .map_err(|error| ConfigError::Shape(Box::new(error)))?;
        config.checked()
    }

    /// What the server needs descriptors for beside connections.
    #[must_use]
    pub fn needs(&self) -> Needs {
        Needs {
            database: self.database.connections,
            workers: self.workers.at_once(),
        }
    }

    fn checked(self) -> Result<Self, ConfigError> {
        let range = |key, rule, fits: bool| {
            if fits {
                Ok(())
            } else {
                Err(ConfigError::Range { key, rule })
            }
        };
        range(
            "database.connections",
            "5 to 90",
            (5..=90).contains(&self.database.connections),
        )?;
        self.server.check(range)?;
        range(
            "workers.memory_mib",
            "at least 128",
            self.workers.memory_mib >= 128,
        )?;
        range(
            "workers.check_seconds",
            "at least 1",
            self.workers.check_seconds >= 1,
        )?;
        range(
            "workers.reconcile_seconds",
            "at least 1",
            self.workers.reconcile_seconds >= 1,
        )?;
        range(
            "files.limit_mib",
            "1 to 4096",
            (1..=4096).contains(&self.files.limit_mib),
        )?;
        range("workers.queue", "at least 1", self.workers.queue >= 1)?;
        let seconds = |key, seconds| range(key, "1 to 60", (1..=60).contains(&seconds));
        seconds("channels.answer_seconds", self.channels.answer_seconds)?;
        seconds("channels.look_seconds", self.channels.look_seconds)?;
        range(
            "session.refresh_days",
            "1 to 365",
            (1..=365).contains(&self.session.refresh_days),
        )?;
        self.deadlines.check().map_err(ConfigError::Deadlines)?;
        Ok(self)
    }
}

fn read(file: &Path) -> Result<Table, ConfigError> {
    let text = fs::read_to_string(file).map_err(|source| ConfigError::File {
        at: file.to_owned(),
        source,
    })?;
    parse(&text, file)
}

fn parse(text: &str, file: &Path) -> Result<Table, ConfigError> {
    text.parse().map_err(|source| ConfigError::Syntax {
        at: file.to_owned(),
        source: Box::new(source),
    })
}

/// Lays what a file says over what stands there, key by key: a section that it names keeps the
/// other keys.
fn lay_over(table: &mut Table, file: Table) {
    for (section, value) in file {
        match value {
            Value::Table(keys) => {
                // A section without keys stands there too, so that an unknown one is refused.
                table
                    .entry(section.as_str())
                    .or_insert_with(|| Value::Table(Table::new()));
                for (key, value) in keys {
                    set(table, &section, &key, value);
                }
            }
            other => {
                table.insert(section, other);
            }
        }
    }
}

fn set(table: &mut Table, section: &str, key: &str, value: Value) {
    let entry = table
        .entry(section)
        .or_insert_with(|| Value::Table(Table::new()));
    // Where the file holds something else under that name, reading the whole will say so.
    if let Value::Table(section) = entry {
        section.insert(key.to_owned(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn shipped() -> Config {
        Config::load(&Sources::default(), []).unwrap()
    }

    fn variables(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter()
            .map(|(name, text)| ((*name).into(), (*text).into()))
            .collect()
    }

    /// What has a default elsewhere too has the same one.
    #[test]
    fn the_default_file_holds_every_key_of_policy_and_receivers_with_its_default() {
        let file: Table = DEFAULTS.parse().unwrap();
        assert_eq!(file, Table::try_from(shipped()).unwrap());
        let policy = Table::try_from(Policy::default()).unwrap();
        assert_eq!(file["deadlines"], Value::Table(policy));
        let receivers = Table::try_from(Receivers::default()).unwrap();
        assert_eq!(file["channels"], Value::Table(receivers));
        assert_eq!(shipped().server.metrics_networks, Network::loopback());
    }

    /// They have no default, and stand there as comments.
    #[test]
    fn whoever_takes_the_comment_from_a_key_of_the_default_file_has_set_it() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("hejie.toml");
        let is_key = |line: &&str| line.split_once(" = ").is_some_and(|(key, _)| is_word(key));
        let lines = DEFAULTS.lines().map(|line| {
            let key = line.strip_prefix("# ").filter(is_key);
            key.unwrap_or(line)
        });
        let text: Vec<&str> = lines.collect();
        fs::write(&file, text.join("\n")).unwrap();
        let sources = Sources {
            file: Some(file),
            overrides: Vec::new(),
        };
        let config = Config::load(&sources, []).unwrap();
        assert!(config.server.metrics_listen.is_some());
        assert!(config.database.url.is_some() && config.database.binaries.is_some());
        assert!(config.keys.ring.is_some() && config.files.directory.is_some());
        assert!(config.workers.program.is_some());
    }

    fn is_word(text: &str) -> bool {
        text.chars()
            .all(|letter| letter.is_ascii_lowercase() || letter == '_')
    }

    /// A section of the file keeps what it does not name.
    #[test]
    fn a_file_changes_what_it_names_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("hejie.toml");
        fs::write(
            &file,
            "[files]\nlimit_mib = 128\n[deadlines]\nlegal_days = 20\n",
        )
        .unwrap();
        let sources = Sources {
            file: Some(file),
            overrides: Vec::new(),
        };
        let mut config = Config::load(&sources, []).unwrap();
        assert_eq!(
            (config.files.limit_mib, config.deadlines.legal_days),
            (128, 20)
        );
        config.files.limit_mib = shipped().files.limit_mib;
        config.deadlines.legal_days = shipped().deadlines.legal_days;
        let same = |config| Table::try_from(config).unwrap();
        assert_eq!(same(config), same(shipped()));
    }

    /// One that variables could not set would be left out in silence.
    #[test]
    fn every_section_can_be_set_by_variables_and_names_and_codes_may_be_digits() {
        for section in Table::try_from(shipped()).unwrap().keys() {
            let name = format!("HEJIE_{}_NO_SUCH_KEY", section.to_uppercase());
            let refused = Config::load(&Sources::default(), variables(&[(&name, "1")]));
            assert!(refused.is_err(), "{name} is left out");
        }
        let channels = variables(&[
            ("HEJIE_CHANNELS_POLICE", "110"),
            ("HEJIE_CHANNELS_ANSWER_SECONDS", "7"),
            ("HEJIE_COUNTY_REGION", "990102"),
        ]);
        let config = Config::load(&Sources::default(), channels).unwrap();
        let channels = config.channels;
        assert_eq!(
            (channels.police.as_str(), channels.answer_seconds),
            ("110", 7)
        );
        assert_eq!(config.county.region, sections::CountyCode("990102".into()));
    }

    #[test]
    fn every_key_of_the_default_file_is_explained() {
        let lines: Vec<&str> = DEFAULTS.lines().collect();
        for pair in lines.windows(2).filter(|pair| pair[1].contains(" = ")) {
            assert!(pair[0].starts_with('#'), "not explained: {}", pair[1]);
        }
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_command_line_over_both() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("hejie.toml");
        fs::write(
            &file,
            "[server]\nlisten = \"10.0.0.1:1\"\n[workers]\ncount = 3\n",
        )
        .unwrap();
        let overrides = vec![("data", "directory", "/srv/hejie".to_owned())];
        let sources = Sources {
            file: Some(file),
            overrides,
        };
        let config = Config::load(
            &sources,
            variables(&[
                ("HEJIE_SERVER_LISTEN", "10.0.0.2:2"),
                ("HEJIE_DEADLINES_FEEDBACK_DAYS", "[3, 5, 9]"),
                ("HEJIE_DATA", "/var/lib/hejie"),
                ("DATABASE_URL", "postgres://hejie@db/hejie"),
                ("HOME", "/root"),
            ]),
        )
        .unwrap();
        assert_eq!(config.server.listen.to_string(), "10.0.0.2:2");
        assert_eq!(config.workers.count, 3);
        assert_eq!(config.deadlines.feedback_days, [3, 5, 9]);
        assert_eq!(config.data.directory, Path::new("/srv/hejie"));
        assert_eq!(
            config.database.url.unwrap().expose_secret(),
            "postgres://hejie@db/hejie"
        );
    }

    #[test]
    fn an_unknown_key_is_refused_wherever_it_stands() {
        let error = Config::load(
            &Sources::default(),
            variables(&[("HEJIE_SERVER_LISTN", "x")]),
        )
        .unwrap_err();
        assert!(matches!(error, ConfigError::Shape(_)), "{error}");
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("hejie.toml");
        fs::write(&file, "[sever]\n").unwrap();
        let sources = Sources {
            file: Some(file),
            overrides: Vec::new(),
        };
        assert!(matches!(
            Config::load(&sources, []),
            Err(ConfigError::Shape(_))
        ));
    }

    #[test]
    fn a_value_out_of_range_is_named() {
        let error = Config::load(
            &Sources::default(),
            variables(&[("HEJIE_WORKERS_MEMORY_MIB", "1")]),
        )
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "workers.memory_mib is out of range: at least 128"
        );
    }

    #[test]
    fn the_address_of_the_database_is_not_shown() {
        let config = Config::load(
            &Sources::default(),
            variables(&[("DATABASE_URL", "postgres://u:geheim@h/d")]),
        )
        .unwrap();
        assert!(!format!("{config:?}").contains("geheim"));
    }
}
