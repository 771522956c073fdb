//! A running `hejie serve` of its own, on a free port, that is stopped when it is dropped.

use std::{
    error::Error,
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
        // SAFETY: a signal to our own child, which has not been waited for and so still owns its number.
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
