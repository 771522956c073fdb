//! The command `hejie`: what it understands, and how it tells what went wrong.
//!
//! Exit status: 0 done, 1 failed (with a sentence and a next step on standard error), 2 misused, 3
//! a check found something, 4 done, while something that follows from it is not yet.

mod account;
mod audit;
mod backup;
mod channel;
mod database;
mod demo;
mod device;
mod failure;
mod key;
mod limited;
mod marks;
mod password;
mod paths;
mod postgres;
mod progress;
mod refold;
mod ring;
mod serve;

pub use failure::Failure;

use crate::say::complain;
use crate::{
    config::{Config, Sources},
    doctor, telemetry, worker,
};
use clap::{Args, Parser, Subcommand};
use std::{ffi::OsString, path::PathBuf, process::ExitCode};

/// The status when a check found something.
const FOUND: u8 = 3;
/// The status when it is done and something that follows from it is not.
const BEHIND: u8 = 4;

/// 和解：矛盾纠纷多元化解的登记、分流、调解与回访
///
/// hejie runs the server of a county, with a PostgreSQL of its own unless DATABASE_URL names one.
#[derive(Debug, Parser)]
#[command(name = "hejie", version, propagate_version = true, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    shared: CommonArgs,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  hejie doctor                              what this machine lacks
  hejie demo                                fill a new data directory with the invented county 和安县
  hejie serve                               http://127.0.0.1:8080, data under ./hejie-data
  hejie serve --data /var/lib/hejie --listen 0.0.0.0:8080
  DATABASE_URL=postgres://hejie@db/hejie hejie serve";

/// What every command understands.
#[derive(Debug, Args)]
struct CommonArgs {
    /// A settings file; see config.default.toml for every key
    #[arg(long, global = true, env = "HEJIE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where the private Postgres, the key ring and the files are kept [default: ./hejie-data]
    #[arg(long, global = true, value_name = "DIRECTORY")]
    data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server; Ctrl-C or SIGTERM ends it in order
    #[command(after_help = serve::EXAMPLES)]
    Serve(serve::ServeArgs),
    /// Bring the database's schema up to date
    #[command(after_help = database::EXAMPLES)]
    Migrate,
    /// Fill a new database with the invented county 和安县
    #[command(after_help = demo::EXAMPLES)]
    Demo(demo::DemoArgs),
    /// Add, list, close and open accounts, set passwords, grant and revoke roles
    #[command(subcommand, after_help = account::EXAMPLES)]
    Account(account::AccountCommand),
    /// Set up the accounts of channels: 110, 12345, court
    #[command(subcommand, after_help = channel::EXAMPLES)]
    Channel(channel::ChannelCommand),
    /// List and revoke enrolled phones
    #[command(subcommand, after_help = device::EXAMPLES)]
    Device(device::DeviceCommand),
    /// Run the private Postgres without the server, for a restore
    #[command(after_help = postgres::EXAMPLES)]
    Postgres,
    /// Report a backup, so that phones need not keep what is in it
    #[command(subcommand, after_help = backup::EXAMPLES)]
    Backup(backup::BackupCommand),
    /// Check that the log of what was done is as it was written
    #[command(subcommand, after_help = audit::EXAMPLES)]
    Audit(audit::AuditCommand),
    /// Say which folder the marks of the registry lie in, where the one before is lost
    #[command(subcommand, after_help = marks::EXAMPLES)]
    Marks(marks::MarksCommand),
    /// List, rotate and retire the keys of identities
    #[command(subcommand, after_help = key::EXAMPLES)]
    Key(key::KeyCommand),
    /// Fold every case from nothing and repair the registry, or only compare
    #[command(after_help = refold::EXAMPLES)]
    Refold(refold::RefoldArgs),
    /// Say in plain words what this machine lacks
    #[command(after_help = doctor::EXAMPLES)]
    Doctor(doctor::DoctorArgs),
    /// Read documents for a server, on standard input and output
    #[command(hide = true)]
    Worker(WorkerArgs),
}

#[derive(Debug, Args)]
struct WorkerArgs {
    /// The address space of this process
    #[arg(long, default_value_t = 512)]
    memory_mib: u64,
}

/// Runs the command with the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    run(std::env::args_os())
}

/// Runs the command with these arguments, the first of which is the program's name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(told) => {
            // Help and version are no failures; a closed output is nobody's business.
            told.print().ok();
            return ExitCode::from(u8::try_from(told.exit_code()).unwrap_or(2));
        }
    };
    // Before any thread is started: a worker confines itself first.
    if let Command::Worker(args) = &cli.command {
        return worker::child::run(args.memory_mib << 20);
    }
    match obey(cli) {
        Ok(status) => status,
        Err(failure) => {
            complain(format_args!("{}", failure.report()));
            failure.status()
        }
    }
}

fn obey(cli: Cli) -> Result<ExitCode, Failure> {
    let sources = cli.shared.sources(&cli.command);
    if let Command::Doctor(args) = &cli.command {
        return Ok(doctor::main(args, Config::load(&sources, variables())));
    }
    let config = Config::load(&sources, variables())?;
    if !matches!(cli.command, Command::Serve(_)) {
        telemetry::init_for_command(&config.log.filter).map_err(Failure::Telemetry)?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::Runtime)?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve(_) => serve::serve(config).await,
            Command::Migrate => database::migrate(&config).await,
            Command::Demo(args) => demo::demo(&config, &args).await,
            Command::Account(command) => account::account(&config, command).await,
            Command::Channel(command) => channel::channel(&config, command).await,
            Command::Device(command) => device::device(&config, command).await,
            Command::Postgres => postgres::postgres(&config).await,
            Command::Backup(command) => backup::backup(&config, command).await,
            Command::Audit(command) => audit::audit(&config, command).await,
            Command::Marks(command) => marks::marks(&config, command).await,
            Command::Key(command) => key::key(&config, command).await,
            Command::Refold(args) => refold::refold(&config, &args).await,
            // Both were dealt with before the runtime was made.
            Command::Doctor(_) | Command::Worker(_) => Ok(ExitCode::SUCCESS),
        }
    })
}

impl CommonArgs {
    fn sources(&self, command: &Command) -> Sources {
        let mut overrides = Vec::new();
        if let Some(directory) = &self.data {
            overrides.push((
                "data",
                "directory",
                directory.to_string_lossy().into_owned(),
            ));
        }
        if let Command::Serve(serve::ServeArgs {
            listen: Some(listen),
            ..
        }) = command
        {
            overrides.push(("server", "listen", listen.to_string()));
        }
        Sources {
            file: self.config.clone(),
            overrides,
        }
    }
}

/// Variables that are not text cannot be settings.
fn variables() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, text)| Some((name.into_string().ok()?, text.into_string().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound_and_every_command_has_help_and_examples() {
        let mut command = Cli::command();
        command.build();
        command.clone().debug_assert();
        for sub in command
            .get_subcommands()
            .filter(|sub| !sub.is_hide_set() && sub.get_name() != "help")
        {
            assert!(sub.get_about().is_some(), "no help: {}", sub.get_name());
            let examples = sub
                .get_after_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(
                examples.contains("hejie "),
                "no examples: {}",
                sub.get_name()
            );
        }
    }

    #[test]
    fn a_wrong_command_is_a_misuse_and_help_is_not() {
        assert_eq!(
            run(["hejie", "sevre"].map(OsString::from)),
            ExitCode::from(2)
        );
        assert_eq!(
            run(["hejie", "--version"].map(OsString::from)),
            ExitCode::SUCCESS
        );
    }
}
