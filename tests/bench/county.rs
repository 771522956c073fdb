//! The invented county on a server of its own, and the 110 desk that pushes orders into it.

use crate::program::Program;
use hejie_server::channel::signature;
use serde_json::{Value, json};
use std::{
    error::Error,
    fs,
    path::Path,
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};
use tempfile::TempDir;

/// A running server with people, and nothing else.
pub struct County {
    pub program: Program,
    description: Value,
    agent: ureq::Agent,
    pushed: u32,
    _data: TempDir,
}

impl County {
    /// Founds the county in a directory of its own and starts its server.
    pub fn found(program: &Path) -> Result<Self, Box<dyn Error>> {
        let data = tempfile::tempdir()?;
        let founded = Command::new(program)
            .args(["demo", "--size", "bare", "--data"])
            .arg(data.path())
            .env_remove("DATABASE_URL")
            .output()?;
        if !founded.status.success() {
            return Err(String::from_utf8_lossy(&founded.stderr).into_owned().into());
        }
        let description = serde_json::from_slice(&fs::read(data.path().join("demo.json"))?)?;
        let program = Program::start(program, data.path())?;
        Ok(Self {
            program,
            description,
            agent: ureq::Agent::new_with_defaults(),
            pushed: 0,
            _data: data,
        })
    }

    pub fn base(&self) -> String {
        format!("http://{}", self.program.address)
    }

    /// The password of a demonstration account.
    pub fn password(&self, login: &str) -> Option<&str> {
        let accounts = self.description["accounts"].as_array()?;
        accounts.iter().find(|account| account["login"] == login)?["password"].as_str()
    }

    /// Pushes orders until so many stand in the county; all go to the mediator on duty in the first
    /// township.
    pub fn push_until(&mut self, count: u32) -> Result<(), Box<dyn Error>> {
        let secret = hex::decode(
            self.description["channel"]["secret_hex"]
                .as_str()
                .unwrap_or_default(),
        )?;
        let name = self.description["channel"]["name"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        while self.pushed < count {
            self.pushed += 1;
            let seconds = seconds_now()?;
            let body = order(self.pushed, seconds)?.to_string();
            self.agent
                .post(format!("{}/api/v1/exchange/orders", self.base()))
                .header("content-type", "application/json")
                .header("x-hejie-channel", &name)
                .header("x-hejie-timestamp", seconds.to_string())
                .header(
                    "x-hejie-signature",
                    signature::sign(&secret, seconds, body.as_bytes()),
                )
                .send(body.as_bytes())?;
        }
        Ok(())
    }
}

fn order(number: u32, seconds: i64) -> Result<Value, jiff::Error> {
    Ok(json!({
        "external_no": format!("BENCH-{number:06}"),
        "received_at": jiff::Timestamp::from_second(seconds)?,
        "region": "990101001",
        "address": "新港街道某小区",
        "summary": "楼上漏水，双方为修理费争执，无人受伤。",
        "situation": "N08-02",
        "is_dispute": true,
        "persons": 2,
    }))
}

#[allow(
    clippy::disallowed_methods,
    reason = "a signature of a real request bears the real time"
)]
fn seconds_now() -> Result<i64, Box<dyn Error>> {
    Ok(SystemTime::now()
        .duration_since(UNIX_EPOCH)?
        .as_secs()
        .try_into()?)
}
