//! `hejie audit`: whether the log of what was done is as it was written.

use super::{Failure, database, progress::Spinner};
use crate::{clock::Clock, config::Config, say::say};
use clap::Subcommand;
use hejie_registry::{
    audit::{self, AuditEvent, Chain},
    pool::{self, PgConnection},
};
use std::process::ExitCode;

/// Examples for `hejie audit`.
pub(super) const EXAMPLES: &str = "Examples:
  hejie audit verify      the whole log against its chain of hashes; status 3 if an entry is missing or was changed";

/// What `hejie audit` understands.
#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Walk the whole log: every entry must follow from the one before it
    Verify,
}

/// Runs the command, beside a running server if there is one.
pub(super) async fn audit(config: &Config, command: AuditCommand) -> Result<ExitCode, Failure> {
    let AuditCommand::Verify = command;
    let database = database::open(config).await?;
    let mut conn = pool::acquire(&database.pool).await?;
    let shown = Spinner::on("正在核对审计日志 / checking the audit log");
    let chain = audit::verify(&mut conn).await?;
    drop(shown);
    note(&mut conn, chain).await?;
    drop(conn);
    let status = tell(chain);
    database.close().await.map_err(Failure::left_open)?;
    Ok(status)
}

/// The check stands in the log too: that it was made, and what it found.
async fn note(conn: &mut PgConnection, chain: Chain) -> Result<(), Failure> {
    let (object, ok) = match chain {
        Chain::Whole { entries } => (entries, true),
        Chain::Broken { seq } => (seq, false),
    };
    let object = object.to_string();
    let act = AuditEvent {
        at: Clock::system().now(),
        user: None,
        device: None,
        address: None,
        action: audit::CHECK,
        object: Some(&object),
        case: None,
        purpose: Some("command line"),
        ok,
    };
    Ok(audit::add(conn, &act).await?)
}

fn tell(chain: Chain) -> ExitCode {
    match chain {
        Chain::Whole { entries } => {
            say(format_args!(
                "审计日志完整，共 {entries} 条 / the audit log is whole: {entries} entries"
            ));
            ExitCode::SUCCESS
        }
        Chain::Broken { seq } => {
            say(format_args!(
                "审计日志自第 {seq} 条起不符：有记录被改动或缺失 / the audit log does not fit from entry {seq} on: one was changed or is missing\n  下一步 / next: 请保全现状，与备份比对第 {seq} 条前后的记录 / keep it as it is, and compare the entries around {seq} with a backup"
            ));
            ExitCode::from(super::FOUND)
        }
    }
}
