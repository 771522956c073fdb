//! The log of the child: kept from growing without end, and read when a start fails.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

/// A log longer than this is set aside at the next start.
const LONGEST: u64 = 16 << 20;

/// Opens the log to be written on.
pub(super) fn open(log: &Path) -> io::Result<File> {
    if fs::metadata(log).is_ok_and(|about| about.len() > LONGEST) {
        fs::rename(log, log.with_extension("log.1"))?;
    }
    OpenOptions::new().create(true).append(true).open(log)
}

/// The last line, or nothing: the log is only here to help, and without it an error says what it
/// can.
pub(super) fn last_line(log: &Path) -> String {
    let tail = || -> io::Result<String> {
        let mut file = File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(4096)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes)
            .lines()
            .last()
            .unwrap_or_default()
            .to_owned())
    };
    tail().unwrap_or_default()
}
