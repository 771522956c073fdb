//! The phones as processes, each with its directory, and what each of them answered.

use crate::words::{Command as Told, Done, Look};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// A phone.
pub struct Phone {
    directory: PathBuf,
    server: String,
    running: Option<Running>,
}

struct Running {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Phone {
    /// A phone with its store in a directory of its own.
    pub fn new(directory: PathBuf, server: String) -> Self {
        Self {
            directory,
            server,
            running: None,
        }
    }

    /// Tells the phone something and waits for its answer; starts it if it does not run. An error
    /// when it did not open.
    pub fn ask(&mut self, told: &Told) -> Result<Value, String> {
        self.tell(told)?;
        self.hear()
    }

    /// Has the phone write something.
    pub fn write(&mut self, told: &Told) -> Result<Done, String> {
        self.ask(told)
            .map(|done| serde_json::from_value(done).unwrap())
    }

    /// What the phone shows.
    pub fn look(&mut self) -> Result<Look, String> {
        let seen = self.ask(&Told::Look)?;
        Ok(serde_json::from_value(seen).unwrap())
    }

    /// Tells the phone something without waiting.
    pub fn tell(&mut self, told: &Told) -> Result<(), String> {
        self.start()?;
        let running = self.running.as_mut().expect("it was just started");
        let line = serde_json::to_string(told).unwrap();
        writeln!(running.to, "{line}").map_err(|error| error.to_string())
    }

    /// Hears the next answer.
    pub fn hear(&mut self) -> Result<Value, String> {
        let running = self.running.as_mut().ok_or("it does not run")?;
        let mut line = String::new();
        running
            .from
            .read_line(&mut line)
            .map_err(|e| e.to_string())?;
        let answer: Value =
            serde_json::from_str(&line).map_err(|error| format!("{error}: {line}"))?;
        match answer.get("error") {
            Some(error) => Err(error.as_str().unwrap_or_default().to_owned()),
            None => Ok(answer["ok"].clone()),
        }
    }

    /// Kills the phone without warning. What it had answered by then is still heard.
    pub fn kill(&mut self) -> Vec<Value> {
        let Some(mut running) = self.running.take() else {
            return Vec::new();
        };
        running.child.kill().unwrap();
        running.child.wait().unwrap();
        let lines = running.from.lines().map_while(Result::ok);
        lines
            .filter_map(|line| serde_json::from_str(&line).ok())
            .collect()
    }

    fn start(&mut self) -> Result<(), String> {
        if self.running.is_some() {
            return Ok(());
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_hejie-phone"))
            .arg(&self.directory)
            .arg(&self.server)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        self.running = Some(Running {
            child,
            to,
            from: BufReader::new(from),
        });
        let opened = self.hear();
        if opened.is_err() {
            self.kill();
        }
        opened.map(|_| ())
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        self.kill();
    }
}
