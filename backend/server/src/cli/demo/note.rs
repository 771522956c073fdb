//! `demo.json`: the accounts and the channel's secret for programs that play a story, and which
//! county it is.

use hejie_county::{County, place::CHANNEL};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

const FILE: &str = "demo.json";

/// Which county it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Note {
    pub(super) size: String,
    pub(super) seed: u64,
    pub(super) until: Date,
}

/// A note that is written, and not under its name yet.
pub(super) struct PendingNote {
    from: PathBuf,
    to: PathBuf,
}

impl Note {
    pub(super) fn new(size: &str, seed: u64, until: Date) -> Self {
        let size = size.to_owned();
        Self { size, seed, until }
    }

    /// The note of a directory, if there is one that can be read.
    pub(super) fn read(directory: &Path) -> Option<Self> {
        let text = fs::read_to_string(directory.join(FILE)).ok()?;
        let mut all: Value = serde_json::from_str(&text).ok()?;
        serde_json::from_value(all["county"].take()).ok()
    }

    pub(super) fn write_aside(
        &self,
        directory: &Path,
        county: &County,
        secret: &[u8],
        password: &str,
    ) -> io::Result<PendingNote> {
        let known = county.map.people.iter().filter(|p| p.is_known);
        let account = |person: &hejie_county::place::DemoPerson| {
            json!({
                "login": person.login,
                "name": person.name,
                "role": person.author.role,
                "org": county.map.orgs[person.org].name,
                "password": password,
            })
        };
        let content = json!({
            "county": self,
            "accounts": known.map(account).collect::<Vec<_>>(),
            "channel": { "name": CHANNEL.0, "secret_hex": hex::encode(secret) },
        });
        let to = directory.join(FILE);
        let from = to.with_extension("new");
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&from)?;
        file.write_all(format!("{content:#}\n").as_bytes())?;
        Ok(PendingNote { from, to })
    }
}

impl PendingNote {
    pub(super) fn put_in_place(self) -> io::Result<()> {
        fs::rename(self.from, self.to)
    }
}
