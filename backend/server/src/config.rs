//! What the operator decides, from one TOML file and the environment.
//!
//! `config.default.toml` beside the crate holds every key with its meaning and its default, and is
//! what the server starts from. A key that does not exist is refused, so that a misspelt one is not
//! silently without effect. Later sources win: defaults, file, environment, command line.

mod environment;
mod network;
mod sections;
#[cfg(test)]
mod tests;

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
    /// A variable looks like a setting of a section that does not exist.
    #[error("{name} is no setting, {meant} is perhaps meant")]
    Variable {
        /// The variable.
        name: String,
        /// The one that exists, or would.
        meant: String,
    },
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
        let given: Vec<(String, String)> = variables
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .collect();
        let names: Vec<String> = given.iter().map(|(name, _)| name.clone()).collect();
        if let Some(found) = environment::misspelt(&names, &defaults) {
            let environment::Misspelt { name, meant } = found;
            return Err(ConfigError::Variable { name, meant });
        }
        for (section, key, text) in environment::settings(&given) {
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
        range(
            "workers.jobs_per_worker",
            "at least 1",
            self.workers.jobs_per_worker >= 1,
        )?;
        let seconds = |key, seconds| range(key, "1 to 60", (1..=60).contains(&seconds));
        seconds("channels.answer_seconds", self.channels.answer_seconds)?;
        seconds("channels.look_seconds", self.channels.look_seconds)?;
        let named = |key, name: &str| range(key, "the name of a channel", !name.trim().is_empty());
        named("channels.police", &self.channels.police)?;
        named("channels.party_gov_plac", &self.channels.party_gov_plac)?;
        named("channels.one_stop_centre", &self.channels.one_stop_centre)?;
        named("channels.territory_dept", &self.channels.territory_dept)?;
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
/// other keys, and so does a table in it, such as `[deadlines.calendar]`.
fn lay_over(table: &mut Table, file: Table) {
    for (section, value) in file {
        match value {
            Value::Table(keys) => {
                // A section without keys stands there too, so that an unknown one is refused.
                table
                    .entry(section.as_str())
                    .or_insert_with(|| Value::Table(Table::new()));
                for (key, value) in keys {
                    let value = over(table.get(&section).and_then(|of| of.get(&key)), value);
                    set(table, &section, &key, value);
                }
            }
            other => {
                table.insert(section, other);
            }
        }
    }
}

fn over(standing: Option<&Value>, value: Value) -> Value {
    match (standing, value) {
        (Some(Value::Table(standing)), Value::Table(keys)) => {
            let mut whole = standing.clone();
            whole.extend(keys);
            Value::Table(whole)
        }
        (_, value) => value,
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
