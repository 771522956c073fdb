//! One struct a section of the settings. Defaults and meanings stand in `config.default.toml`
//! alone.

use super::Network;
use hejie_case::ids::{BadId, RegionCode};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize};
use std::{net::SocketAddr, path::PathBuf, thread};

/// Where the server listens, and how much it accepts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSection {
    /// The address and port.
    pub listen: SocketAddr,
    /// A reverse proxy of our own stands in front and tells the client's address.
    pub behind_proxy: bool,
    /// Seconds until a request is given up.
    pub request_seconds: u32,
    /// The largest body of an ordinary request.
    pub body_kib: usize,
    /// How many connections may be open; 0 means as many as the open files of the process allow.
    pub connections: u32,
    /// How many of them from one address.
    pub connections_per_address: u32,
    /// Seconds for the headers of a request.
    pub header_seconds: u32,
    /// Seconds from an answer to the next request on the same connection.
    pub idle_seconds: u32,
    /// Seconds in which nothing of a body comes, or nothing of an answer is taken, until it is
    /// given up.
    pub stall_seconds: u32,
    /// Streams of live events that one person may have open.
    pub streams_per_user: usize,
    /// An address of its own for the metrics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics_listen: Option<SocketAddr>,
    /// Who may read the metrics where they have no address of their own.
    pub metrics_networks: Vec<Network>,
}

impl ServerSection {
    /// How many connections were asked for, if a number was.
    #[must_use]
    pub fn asked(&self) -> Option<u32> {
        (self.connections > 0).then_some(self.connections)
    }

    /// Passes values that make sense; `range` says which do not.
    pub(super) fn check<E>(
        &self,
        range: impl Fn(&'static str, &'static str, bool) -> Result<(), E>,
    ) -> Result<(), E> {
        let seconds = |key, seconds| range(key, "1 to 3600", (1..=3600).contains(&seconds));
        seconds("server.request_seconds", self.request_seconds)?;
        seconds("server.header_seconds", self.header_seconds)?;
        seconds("server.idle_seconds", self.idle_seconds)?;
        seconds("server.stall_seconds", self.stall_seconds)?;
        range(
            "server.body_kib",
            "16 to 16384",
            (16..=16 << 10).contains(&self.body_kib),
        )?;
        let at_least = |key, least| range(key, "at least 1", least >= 1);
        // With fewer, consoles that listen leave nobody else a place.
        range(
            "server.connections",
            "0, or at least 64",
            self.connections == 0 || self.connections >= 64,
        )?;
        at_least(
            "server.connections_per_address",
            self.connections_per_address as usize,
        )?;
        at_least("server.streams_per_user", self.streams_per_user)
    }
}

/// Where files are kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSection {
    /// The directory; a relative one is below the working directory.
    pub directory: PathBuf,
}

/// The database.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSection {
    /// A server to use instead of a private one; may hold a password.
    #[serde(default, skip_serializing, deserialize_with = "secret")]
    pub url: Option<SecretString>,
    /// The most connections of this server.
    pub connections: u32,
    /// The folder of the Postgres binaries for a private server, when not in a usual place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub binaries: Option<PathBuf>,
}

/// The keys of identities.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysSection {
    /// The file of the key ring, when it does not lie in the data directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ring: Option<PathBuf>,
}

/// The originals of evidence.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilesSection {
    /// Where they lie, when not in the data directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory: Option<PathBuf>,
    /// The largest one.
    pub limit_mib: u32,
}

/// The county that uses this server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountySection {
    /// Its region code, six digits.
    pub region: CountyCode,
}

/// The region code of a county.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CountyCode(pub(super) String);

impl CountyCode {
    /// The region.
    ///
    /// # Errors
    /// Never for a code that was read from settings, which is checked there.
    pub fn region(&self) -> Result<RegionCode, BadId> {
        self.0.parse()
    }
}

impl TryFrom<String> for CountyCode {
    type Error = BadId;
    fn try_from(text: String) -> Result<Self, BadId> {
        match text.parse::<RegionCode>() {
            Ok(_) if text.len() == 6 => Ok(Self(text)),
            _ => Err(BadId {
                kind: "county code of six digits",
            }),
        }
    }
}

impl From<CountyCode> for String {
    fn from(code: CountyCode) -> Self {
        code.0
    }
}

/// How long people stay signed in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionSection {
    /// Days without showing up until a new sign-in is needed.
    pub refresh_days: u32,
}

/// The worker processes that read documents.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkersSection {
    /// How many run at once; 0 means one a processor.
    pub count: usize,
    /// The address space of one.
    pub memory_mib: u64,
    /// Seconds for looking at a phone's changes.
    pub check_seconds: u64,
    /// Seconds for reconciling a case.
    pub reconcile_seconds: u64,
    /// Jobs of a kind that may run or wait.
    pub queue: usize,
    /// Jobs after which a worker is replaced.
    pub jobs_per_worker: u32,
    /// The program that runs as a worker, when not this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<PathBuf>,
}

impl WorkersSection {
    /// How many run at once on this machine.
    #[must_use]
    pub fn at_once(&self) -> usize {
        match self.count {
            0 => thread::available_parallelism().map_or(1, usize::from),
            count => count,
        }
    }
}

/// The log, which goes to standard error.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSection {
    /// How lines look.
    pub format: LogChoice,
    /// What is logged, as `tracing` filters are written.
    pub filter: String,
}

/// How lines of the log look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogChoice {
    /// For people when standard error is a terminal, else JSON.
    Auto,
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(SecretString::from))
}
