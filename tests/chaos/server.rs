//! The server as a process: started, killed and started again on the same address, with a Postgres
//! of its own.

use crate::{moment, people::PASSWORD};
use std::{
    fs::{self, Permissions},
    io::{BufRead, BufReader, Read, Write},
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

    /// Adds a mediator's account, with the password of all others.
    pub fn add_mediator(&self, login: &str, name: &str, org: &str) {
        let office = ["--name", name, "--org", org, "--role", "mediator"];
        let mut command = hejie(&self.data(), &["account", "add", login, "--password-stdin"]);
        let mut child = command.args(office).stdin(Stdio::piped()).spawn().unwrap();
        let mut told = child.stdin.take().unwrap();
        writeln!(told, "{PASSWORD}").unwrap();
        drop(told);
        assert!(child.wait().unwrap().success(), "{login}");
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

    /// Keeps a copy of the database, as an operator does who stops the server for it.
    pub fn back_up(&mut self) {
        self.stop();
        copy(&self.postgres(), &self.directory.path().join("backup"));
        self.start();
    }

    /// Kills the server and puts the copy in the place of the database; marks, keys and files stay
    /// as they are.
    pub fn set_back(&mut self) {
        self.kill();
        self.wait_for_postgres();
        fs::remove_dir_all(self.postgres()).unwrap();
        copy(&self.directory.path().join("backup"), &self.postgres());
        self.start();
    }

    fn postgres(&self) -> PathBuf {
        self.data().join("postgres")
    }

    /// A database that was killed goes down by itself, and must not write any more.
    fn wait_for_postgres(&self) {
        let pid = fs::read_dir(self.postgres())
            .unwrap()
            .filter_map(|entry| {
                fs::read_to_string(entry.unwrap().path().join("postmaster.pid")).ok()
            })
            .chain(fs::read_to_string(self.postgres().join("postmaster.pid")).ok())
            .find_map(|text| text.lines().next()?.trim().parse::<u32>().ok());
        let Some(pid) = pid else { return };
        while Path::new(&format!("/proc/{pid}")).exists() {
            moment::pass(Duration::from_millis(20));
        }
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

/// Copies a directory with owners and rights.
fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").args([from, to]).status();
    assert!(copied.unwrap().success(), "{}", from.display());
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
