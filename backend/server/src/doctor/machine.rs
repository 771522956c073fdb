//! What the server itself needs of the machine.

use super::{check::CheckFinding, words::CheckSubject};
use crate::{
    clock::Clock, config::Config, connections::descriptors, private_postgres, say::local,
    telemetry::whole,
};
use jiff::Timestamp;
use std::{
    env, fs,
    io::{self, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    time::Duration,
};

/// Below this a server should not be started: Postgres stops in the middle of things when the disk
/// is full.
const LEAST_DISK: u64 = 1 << 30;
/// Below this it works slowly.
const LITTLE_MEMORY: u64 = 2 << 30;
/// With fewer connections a county notices it when everybody calls.
const FEW_CONNECTIONS: usize = 500;
/// No server of this version can have run before.
const WRITTEN_IN: &str = "2026-01-01T00:00:00Z";
/// A clock beyond this is not set.
const NOT_BEFORE_LONG: &str = "2060-01-01T00:00:00Z";

/// The binaries for a private server; none of them are needed where the settings name a database.
pub(super) fn postgres(config: &Config) -> Option<CheckFinding> {
    if config.database.url.is_some() {
        return None;
    }
    Some(
        match private_postgres::find_binaries(config.database.binaries.as_deref(), None) {
            Ok(found) => CheckFinding::good(
                CheckSubject::Postgres,
                format!("{} ({})", found.major, found.folder.display()),
            ),
            Err(error) => CheckFinding::missing(CheckSubject::Postgres, whole(&error)),
        },
    )
}

/// Tries to write where the directory is, or will be.
pub(super) fn data_directory(config: &Config) -> CheckFinding {
    let wanted = &config.data.directory;
    let shown = wanted.display().to_string();
    match may_write(&nearest_existing(wanted)) {
        Ok(()) => CheckFinding::good(CheckSubject::DataDirectory, shown),
        Err(error) => {
            CheckFinding::missing(CheckSubject::DataDirectory, format!("{shown}: {error}"))
        }
    }
}

pub(super) fn disk(config: &Config) -> CheckFinding {
    match free_bytes(&nearest_existing(&config.data.directory)) {
        Ok(free) if free >= LEAST_DISK => CheckFinding::good(CheckSubject::Disk, gib(free)),
        Ok(free) => CheckFinding::missing(CheckSubject::Disk, gib(free)),
        Err(error) => CheckFinding::weak(CheckSubject::Disk, error.to_string()),
    }
}

/// Where large requests are kept while they come; without it they alone are told to come again.
pub(super) fn temporary() -> CheckFinding {
    let folder = env::temp_dir();
    let shown = folder.display();
    match temporary_fault(&folder) {
        None => CheckFinding::good(CheckSubject::Temporary, shown.to_string()),
        Some(fault) => CheckFinding::weak(CheckSubject::Temporary, format!("{shown}: {fault}")),
    }
}

/// What keeps the temporary directory from taking what it must take.
pub(super) fn temporary_fault(folder: &Path) -> Option<String> {
    match may_write(folder).and_then(|()| free_bytes(folder)) {
        Ok(free) if free >= LEAST_DISK => None,
        Ok(free) => Some(gib(free)),
        Err(error) => Some(error.to_string()),
    }
}

/// A server of ours that listens there already is no obstacle.
pub(super) fn port(config: &Config) -> CheckFinding {
    let address = config.server.listen;
    match TcpListener::bind(address) {
        Ok(_) => CheckFinding::good(CheckSubject::Port, address.to_string()),
        Err(_) if is_hejie(address) => {
            CheckFinding::good(CheckSubject::Port, format!("{address} (hejie)"))
        }
        Err(error) => CheckFinding::missing(CheckSubject::Port, format!("{address}: {error}")),
    }
}

/// How long a server on this machine may take to say that it lives.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether it is a server of ours that listens there: only that numbers a bare request for its
/// health.
fn is_hejie(address: SocketAddr) -> bool {
    let asked = || -> io::Result<String> {
        let mut at = address;
        if at.ip().is_unspecified() {
            at.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        let mut line = TcpStream::connect_timeout(&at, PATIENCE)?;
        line.set_read_timeout(Some(PATIENCE))?;
        line.write_all(b"GET /healthz HTTP/1.1\r\nhost: hejie\r\nconnection: close\r\n\r\n")?;
        let mut said = String::new();
        line.take(4096).read_to_string(&mut said)?;
        Ok(said)
    };
    asked().is_ok_and(|said| {
        let said = said.to_ascii_lowercase();
        said.starts_with("http/1.1 200") && said.contains("x-request-id:") && said.ends_with("ok")
    })
}

/// How many connections the limit on open files leaves.
pub(super) fn open_files(config: &Config) -> CheckFinding {
    let files = match descriptors::attainable() {
        Ok(files) => files,
        Err(error) => return CheckFinding::weak(CheckSubject::OpenFiles, error.to_string()),
    };
    let asked = config.server.asked();
    match descriptors::connections(files, config.needs(), asked) {
        None => CheckFinding::missing(CheckSubject::OpenFiles, files.to_string()),
        Some(connections) => {
            let wanted = asked.map_or(FEW_CONNECTIONS, |asked| asked as usize);
            let found = if connections < wanted {
                CheckFinding::weak
            } else {
                CheckFinding::good
            };
            found(
                CheckSubject::OpenFiles,
                format!("{files} (server.connections {connections})"),
            )
        }
    }
}

pub(super) fn memory(config: &Config) -> CheckFinding {
    match available_memory() {
        Some(free) if free >= LITTLE_MEMORY.max(config.workers.memory_mib << 20) => {
            CheckFinding::good(CheckSubject::Memory, gib(free))
        }
        Some(free) => CheckFinding::weak(CheckSubject::Memory, gib(free)),
        None => CheckFinding::weak(CheckSubject::Memory, "?"),
    }
}

pub(super) fn clock() -> CheckFinding {
    let now = Clock::system().now();
    let within = |from: &str, until: &str| {
        let time = |text: &str| text.parse::<Timestamp>().ok();
        time(from).is_some_and(|from| now >= from) && time(until).is_some_and(|until| now < until)
    };
    let shown = local(now);
    if within(WRITTEN_IN, NOT_BEFORE_LONG) {
        CheckFinding::good(CheckSubject::Clock, shown)
    } else {
        CheckFinding::missing(CheckSubject::Clock, shown)
    }
}

pub(super) fn time_zone() -> CheckFinding {
    let name = env::var("TZ")
        .ok()
        .filter(|zone| !zone.is_empty())
        .or_else(linked_zone)
        .unwrap_or_else(|| "UTC".into());
    if name == "Asia/Shanghai" {
        CheckFinding::good(CheckSubject::TimeZone, name)
    } else {
        CheckFinding::weak(CheckSubject::TimeZone, name)
    }
}

pub(super) fn locale() -> CheckFinding {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| env::var(name).ok().filter(|text| !text.is_empty()));
    match set {
        Some(locale) if locale.to_uppercase().replace('-', "").contains("UTF8") => {
            CheckFinding::good(CheckSubject::Locale, locale)
        }
        Some(locale) => CheckFinding::weak(CheckSubject::Locale, locale),
        None => CheckFinding::weak(CheckSubject::Locale, "-"),
    }
}

/// The zone that `/etc/localtime` points to.
fn linked_zone() -> Option<String> {
    let target = fs::read_link("/etc/localtime").ok()?;
    Some(target.to_str()?.split_once("zoneinfo/")?.1.to_owned())
}

fn nearest_existing(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    whole
        .ancestors()
        .find(|path| path.exists())
        .unwrap_or(Path::new("/"))
        .to_owned()
}

fn may_write(directory: &Path) -> io::Result<()> {
    let probe = directory.join(format!(".hejie-doctor-{}", std::process::id()));
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&probe)?;
    fs::remove_file(&probe)
}

fn free_bytes(directory: &Path) -> io::Result<u64> {
    let path = std::ffi::CString::new(directory.as_os_str().as_bytes())?;
    let mut about = std::mem::MaybeUninit::<libc::statvfs>::zeroed();
    // SAFETY: the path ends with a zero byte, and the kernel writes at most one `statvfs`.
    if unsafe { libc::statvfs(path.as_ptr(), about.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: all zeroes is a valid `statvfs`, and the call succeeded.
    let about = unsafe { about.assume_init() };
    Ok(about.f_bavail.saturating_mul(about.f_frsize))
}

fn available_memory() -> Option<u64> {
    let file = fs::read_to_string("/proc/meminfo").ok()?;
    let line = file
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib << 10)
}

fn gib(bytes: u64) -> String {
    format!(
        "{}.{} GiB",
        bytes >> 30,
        ((bytes & ((1 << 30) - 1)) * 10) >> 30
    )
}
