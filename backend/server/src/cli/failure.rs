//! What a command says when it could not do its work: a sentence, its causes, and what to do next.

use crate::{
    channel::sender::SenderSetup,
    config::ConfigError,
    demo::DemoError,
    files::FileStoreError,
    identity::{KeyError, PasswordSetup},
    mark::MarkError,
    private_postgres::StartError,
    problem::Problem,
    reconcile::ReconcilerError,
    secrets::{KeyRingError, rotation::RotationError},
    telemetry::{TelemetryError, whole},
};
use hejie_registry::error::RegistryError;
use std::{error::Error, fmt, io, net::SocketAddr, path::PathBuf, process::ExitStatus};

/// Why a command could not do its work.
#[derive(Debug)]
pub enum Failure {
    /// The settings cannot be used.
    Config(ConfigError),
    /// The private Postgres did not start.
    Postgres(StartError),
    /// The private Postgres ended while it was needed.
    PostgresEnded(ExitStatus),
    /// The database named by the settings cannot be reached.
    Connect(RegistryError),
    /// The schema could not be brought up to date.
    Migrate(RegistryError),
    /// The database failed.
    Registry(RegistryError),
    /// The data directory cannot be used.
    DataDirectory {
        /// The directory.
        at: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The originals of evidence cannot be kept.
    Files {
        /// The directory.
        at: PathBuf,
        /// What the file store said.
        source: FileStoreError,
    },
    /// What a restored database is recognised by cannot be read or kept.
    Mark(MarkError),
    /// The key that signs access tokens cannot be used.
    Keys(KeyError),
    /// The key ring of identities cannot be used.
    KeyRing(KeyRingError),
    /// Keys of identities cannot be turned over.
    Rotation(RotationError),
    /// Passwords cannot be hashed.
    Passwords(PasswordSetup),
    /// A request to a part of the server was refused.
    Problem(Problem),
    /// The log cannot be set up.
    Telemetry(TelemetryError),
    /// The address cannot be listened on.
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Messages to channels cannot be sent.
    Webhooks(SenderSetup),
    /// A case could not be settled or refolded.
    Reconcile(ReconcilerError),
    /// The demonstration could not be loaded.
    Demo(DemoError),
    /// The process itself cannot do something.
    Runtime(io::Error),
    /// What was asked for makes no sense here; with a next step.
    Asked {
        /// What is wrong.
        what: String,
        /// What to do.
        next: String,
    },
}

impl Failure {
    /// Makes a failure about what was asked.
    pub fn asked(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::Asked {
            what: what.into(),
            next: next.into(),
        }
    }

    fn what(&self) -> String {
        match self {
            Self::Config(_) => "the settings cannot be used".into(),
            Self::Postgres(_) => "the private Postgres did not start".into(),
            Self::PostgresEnded(status) => {
                format!("the private Postgres ended by itself ({status})")
            }
            Self::Connect(_) => "the database cannot be reached".into(),
            Self::Migrate(_) => "the database's schema cannot be brought up to date".into(),
            Self::Registry(_) => "the database failed".into(),
            Self::DataDirectory { at, .. } => {
                format!("the data directory {} cannot be used", at.display())
            }
            Self::Files { at, .. } => {
                format!("the directory {} cannot be used for files", at.display())
            }
            Self::Mark(_) => "the mark of the database cannot be read or kept".into(),
            Self::Keys(_) => "the key that signs access tokens cannot be used".into(),
            Self::KeyRing(_) => "the key ring of identities cannot be used".into(),
            Self::Rotation(_) => "the keys of identities cannot be turned over".into(),
            Self::Passwords(_) => "passwords cannot be hashed".into(),
            Self::Problem(problem) => format!("it was refused: {}", problem.title()),
            Self::Telemetry(_) => "the log cannot be set up".into(),
            Self::Listen { address, .. } => format!("the server cannot listen on {address}"),
            Self::Webhooks(_) => "messages to channels cannot be sent".into(),
            Self::Reconcile(_) => "a case could not be settled".into(),
            Self::Demo(_) => {
                "the county could not be loaded; what is there stays, call it again".into()
            }
            Self::Runtime(_) => "the process cannot work".into(),
            Self::Asked { what, .. } => what.clone(),
        }
    }

    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Config(error) => Some(error),
            Self::Postgres(error) => Some(error),
            Self::Connect(error) | Self::Migrate(error) | Self::Registry(error) => Some(error),
            Self::DataDirectory { source, .. }
            | Self::Listen { source, .. }
            | Self::Runtime(source) => Some(source),
            Self::Files { source, .. } => Some(source),
            Self::Mark(error) => Some(error),
            Self::Keys(error) => Some(error),
            Self::KeyRing(error) => Some(error),
            Self::Rotation(error) => Some(error),
            Self::Passwords(error) => Some(error),
            Self::Telemetry(error) => Some(error),
            Self::Webhooks(error) => Some(error),
            Self::Reconcile(error) => Some(error),
            Self::Demo(error) => Some(error),
            Self::PostgresEnded(_) | Self::Problem(_) | Self::Asked { .. } => None,
        }
    }

    /// What to do about it; nothing where the cause says so itself.
    fn next(&self) -> Option<String> {
        let next = match self {
            Self::Config(_) => {
                "compare with backend/server/config.default.toml, or leave the settings out"
            }
            Self::Postgres(_) | Self::Problem(_) | Self::Passwords(_) => return None,
            Self::PostgresEnded(_) => {
                "look at postgres/server.log in the data directory, then start again: nothing acknowledged is lost"
            }
            Self::Connect(_) => {
                "check DATABASE_URL and that the server is up; without DATABASE_URL hejie runs a Postgres of its own"
            }
            Self::Migrate(_) => {
                "the account must own its database, and the program must not be older than the schema"
            }
            Self::Registry(_) | Self::Reconcile(_) | Self::Demo(_) => {
                "try again; if it stays so, `hejie doctor` and the log name the step"
            }
            Self::DataDirectory { .. } => {
                "choose another with --data, or make it writable for this user"
            }
            Self::Files { .. } => {
                "name another under [files] directory, or make it writable for this user"
            }
            Self::Mark(_) => {
                "make mark-*.json in the data directory and marks/ beside the files readable and writable for this user; a mark that does not read may be moved away"
            }
            Self::Keys(_) => {
                "chmod 600 access-token-key.pk8 in the data directory, or restore it from the backup"
            }
            Self::KeyRing(_) => {
                "chmod 600 the key ring (keys/ring.json in the data directory), or restore it from its backup: without it no identity opens"
            }
            Self::Rotation(_) => {
                "`hejie key list` says what still needs which key; `hejie key rotate` goes on where it was broken off"
            }
            Self::Telemetry(_) => "correct log.filter (RUST_LOG), such as info,hejie_server=debug",
            Self::Listen { .. } => "end what listens there, or choose another with --listen",
            Self::Runtime(_) | Self::Webhooks(_) => "`hejie doctor` says what the machine lacks",
            Self::Asked { next, .. } => return Some(next.clone()),
        };
        Some(next.to_owned())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hejie: {}", self.what())?;
        if let Some(error) = self.cause() {
            write!(f, ": {}", whole(error))?;
        }
        match self.next() {
            Some(next) => write!(f, "\n  next: {next}"),
            None => Ok(()),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl From<RegistryError> for Failure {
    fn from(error: RegistryError) -> Self {
        Self::Registry(error)
    }
}

impl From<MarkError> for Failure {
    fn from(error: MarkError) -> Self {
        match error {
            MarkError::Registry(error) => Self::Registry(error),
            error => Self::Mark(error),
        }
    }
}

impl From<RotationError> for Failure {
    fn from(error: RotationError) -> Self {
        Self::Rotation(error)
    }
}

impl From<ReconcilerError> for Failure {
    fn from(error: ReconcilerError) -> Self {
        Self::Reconcile(error)
    }
}

impl From<DemoError> for Failure {
    fn from(error: DemoError) -> Self {
        Self::Demo(error)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_a_sentence_with_its_cause_and_a_next_step() {
        let failure = Failure::Listen {
            address: SocketAddr::from(([127, 0, 0, 1], 80)),
            source: io::Error::from(io::ErrorKind::AddrInUse),
        };
        assert_eq!(
            failure.to_string(),
            "hejie: the server cannot listen on 127.0.0.1:80: address in use\n  next: end what listens there, or choose another with --listen"
        );
    }
}
