//! The server as a process: started, killed and started again on the same address, with a Postgres of its own.

use crate::moment;
use std::{
    fs::{self, Permissions},
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// A server that can be killed.
pub struct Server {
    directory: TempDir,
    pub port: u16,
    child: Option<Child>,
}

impl Server {
    /// A server with the accounts of the invented county and no case.
    pub fn found() -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::set_permissions(directory.path(), Permissions::from_mode(0o711)).unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut server = Self {
            directory,
            port,
            child: None,
        };
        server.run(&["demo", "--size", "bare"]);
        server.start();
        server
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// The address.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Runs a command to its end; it must succeed.
    pub fn run(&self, arguments: &[&str]) {
        let output = hejie(&self.data(), arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{arguments:?}: {told}{said}");
    }

    /// Starts it and waits until it is ready.
    pub fn start(&mut self) {
        let listen = format!("127.0.0.1:{}", self.port);
        let mut child = hejie(&self.data(), &["serve", "--listen", &listen])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("Ctrl-C") {
            line.clear();
            assert_ne!(
                out.read_line(&mut line).unwrap(),
                0,
                "the server did not start"
            );
        }
        // What it says later must not fill the pipe.
        std::thread::spawn(move || out.read_to_end(&mut Vec::new()));
        self.child = Some(child);
    }

    /// Kills it without warning; its Postgres goes with it.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Ends it in order.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // SAFETY: plain numbers; the process is our child and has not been waited for.
            unsafe { libc::kill(i32::try_from(child.id()).unwrap(), libc::SIGTERM) };
            child.wait().unwrap();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        // Postgres ends when it notices; the directory must outlive it by as much.
        moment::pass(Duration::from_millis(300));
    }
}

fn hejie(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hejie-worker"));
    command
        .env_remove("DATABASE_URL")
        .env_remove("HEJIE_DATA")
        .env("RUST_LOG", "error")
        .args(arguments)
        .arg("--data")
        .arg(data);
    command
}
