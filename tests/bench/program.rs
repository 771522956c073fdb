//! A running `hejie serve` of its own, on a free port, that is stopped when it is dropped.

use std::{
    error::Error,
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long a server may take until it is ready.
const PATIENCE: Duration = Duration::from_secs(60);

/// The process and its address.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
    /// From the start of the process until `/readyz` said yes.
    pub ready_after: Duration,
}

impl Program {
    /// Starts a server on a data directory and waits until it is ready.
    pub fn start(program: &Path, data: &Path) -> Result<Self, Box<dyn Error>> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let began = now();
        let mut child = Command::new(program)
            .arg("serve")
            .env("HEJIE_DATA", data)
            .env("HEJIE_LISTEN", address.to_string())
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        while !is_ready(address) {
            if let Some(status) = child.try_wait()? {
                return Err(format!("the server ended before it was ready: {status}").into());
            }
            if began.elapsed() > PATIENCE {
                child.kill()?;
                return Err("the server was not ready in time".into());
            }
            thread::sleep(Duration::from_millis(2));
        }
        Ok(Self {
            child,
            address,
            ready_after: began.elapsed(),
        })
    }

    /// Asks the server to stop and tells how long that took.
    pub fn stop(mut self) -> Result<Duration, Box<dyn Error>> {
        let began = now();
        interrupt(&self.child);
        self.child.wait()?;
        Ok(began.elapsed())
    }
}

impl Program {
    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Processor time that the server process has used.
    pub fn cpu(&self) -> Result<Duration, Box<dyn Error>> {
        Ok(stat(self.child.id()).ok_or("the server is gone")?.own)
    }

    /// Processor time that the server, its workers and its Postgres have used, as far as they live.
    pub fn cpu_of_all(&self) -> Result<Duration, Box<dyn Error>> {
        let mut all: Vec<(u32, Stat)> = fs::read_dir("/proc")?
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .filter_map(|pid| Some((pid, stat(pid)?)))
            .collect();
        let (mut family, mut used) = (vec![self.child.id()], Duration::ZERO);
        while let Some(member) = family.pop() {
            let (theirs, others) = all.into_iter().partition(|(pid, _)| *pid == member);
            all = others;
            let theirs: Vec<(u32, Stat)> = theirs;
            used += theirs
                .iter()
                .map(|(_, stat)| stat.with_ended)
                .sum::<Duration>();
            family.extend(
                all.iter()
                    .filter(|(_, stat)| stat.parent == member)
                    .map(|(pid, _)| *pid),
            );
        }
        Ok(used)
    }
}

/// What the kernel knows of a process.
struct Stat {
    parent: u32,
    own: Duration,
    /// With the children that ended.
    with_ended: Duration,
}

/// Reads /proc: the name, in brackets, may hold spaces; user and system time are the 14th and 15th
/// field, in hundredths of a second, of children that ended the two after them.
fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(") ")?.1.split(' ').collect();
    let hundredths = |from: usize, to: usize| -> Option<u64> {
        Some(
            fields
                .get(from..to)?
                .iter()
                .filter_map(|field| field.parse::<u64>().ok())
                .sum(),
        )
    };
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        own: Duration::from_millis(hundredths(11, 13)? * 10),
        with_ended: Duration::from_millis(hundredths(11, 15)? * 10),
    })
}

impl Drop for Program {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            interrupt(&self.child);
            let _ = self.child.wait();
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "a benchmark measures real time")]
pub fn now() -> Instant {
    Instant::now()
}

fn interrupt(child: &Child) {
    if let Ok(pid) = libc::pid_t::try_from(child.id()) {
        // SAFETY: a signal to our own child, which has not been waited for and so still owns its
        // number.
        unsafe { libc::kill(pid, libc::SIGINT) };
    }
}

fn is_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_millis(100))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        stream
            .write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}
