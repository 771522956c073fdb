//! `hejie backup`: says to the server that a backup of database and files was made, so that phones
//! need not keep what is in it.

use super::{Failure, account::note, database};
use crate::{
    clock::Clock,
    config::Config,
    say::{local, say},
};
use clap::Subcommand;
use hejie_registry::{
    backup::{self, Backup},
    pool,
};
use jiff::{SignedDuration, Timestamp};
use std::process::ExitCode;

/// Examples for `hejie backup`.
pub(super) const EXAMPLES: &str = "Examples:
  began=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  pg_dump …; rsync … files/                 the database first, then the files, to another machine
  hejie backup report --began \"$began\"    only when both succeeded
  hejie backup last                         when the last one was begun";

/// Clocks of two machines may differ by so much.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// What `hejie backup` understands.
#[derive(Debug, Subcommand)]
pub(super) enum BackupCommand {
    /// Say that a backup of database and files was made and is safe
    Report {
        /// When it was begun, such as 2026-03-02T01:00:00Z: what came later counts as in no backup
        #[arg(long, value_name = "TIME")]
        began: Timestamp,
    },
    /// Say when the last one was begun
    Last,
}

/// Runs the command, beside a running server if there is one.
pub(super) async fn backup(config: &Config, command: BackupCommand) -> Result<ExitCode, Failure> {
    let database = database::open(config).await?;
    let mut tx = pool::begin(&database.pool).await?;
    match command {
        BackupCommand::Report { began } => report(&mut tx, began).await?,
        BackupCommand::Last => last(&mut tx).await?,
    }
    pool::commit(tx).await?;
    database.close().await?;
    Ok(ExitCode::SUCCESS)
}

async fn report(conn: &mut pool::PgConnection, began: Timestamp) -> Result<(), Failure> {
    let clock = Clock::system();
    let now = clock.now();
    if began.duration_since(now) > AHEAD {
        return Err(Failure::asked(
            format!("{0} 尚未到来 / {0} has not come yet", local(began)),
            "请给出备份开始的时间，并带时区 / give the time at which the backup was begun, with its zone: --began 2026-03-02T09:00:00+08:00",
        ));
    }
    let made = Backup {
        began_at: began.min(now),
        reported_at: now,
    };
    backup::report(conn, &made).await?;
    note(conn, &clock, "report_backup", &made.began_at.to_string()).await?;
    let counts = backup::last(conn, now).await?.unwrap_or(made);
    if counts.began_at > made.began_at {
        say(format_args!(
            "以较新的一次为准，它始于 / a later one counts, begun: {}",
            local(counts.began_at)
        ));
    }
    say(format_args!(
        "已登记备份 / noted: phones let go of what was received before {}",
        local(counts.covers())
    ));
    Ok(())
}

async fn last(conn: &mut pool::PgConnection) -> Result<(), Failure> {
    match backup::last(conn, Clock::system().now()).await? {
        Some(last) => say(format_args!(
            "最近一次备份始于 / last begun: {}, 登记于 / reported: {}",
            local(last.began_at),
            local(last.reported_at)
        )),
        None => say(format_args!("尚未登记过备份 / no backup was ever reported")),
    }
    Ok(())
}
