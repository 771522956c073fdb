//! `hejie channel`: the accounts under which 110, 12345 and others push work orders.

use super::{
    Failure,
    account::{find_org, note},
    database,
};
use crate::say::say;
use crate::{clock::Clock, config::Config, entropy::Entropy};
use clap::{Args, Subcommand};
use hejie_registry::{
    identity::{
        channel::{self, Channel},
        org,
    },
    pool::{self, PgConnection},
};
use std::process::ExitCode;
use uuid::Uuid;

/// Examples for `hejie channel`.
pub(super) const EXAMPLES: &str = "Examples:
  hejie channel add 110 --title 和安县公安局110 --org 和安县公安局情指中心
  hejie channel set-webhook 110 https://110.example.org/hejie
  hejie channel set-webhook 110 none                           results wait until there is an address again";

/// What `hejie channel` understands.
#[derive(Debug, Subcommand)]
pub(super) enum ChannelCommand {
    /// Add a channel; the secret of its signatures is shown once
    Add(AddArgs),
    /// Say where a channel's receipts and results are sent
    SetWebhook {
        /// The channel's name
        name: String,
        /// The address, or `none`
        url: String,
    },
}

/// A new channel.
#[derive(Debug, Args)]
pub(super) struct AddArgs {
    /// What it writes into `X-Hejie-Channel`
    name: String,
    /// What people read
    #[arg(long)]
    title: String,
    /// The organisation that answers for it, by name or id
    #[arg(long)]
    org: String,
    /// Where its receipts and results are sent
    #[arg(long)]
    webhook: Option<String>,
}

/// Runs the command.
pub(super) async fn channel(config: &Config, command: ChannelCommand) -> Result<ExitCode, Failure> {
    let database = database::open(config).await?;
    let mut tx = pool::begin(&database.pool).await?;
    match command {
        ChannelCommand::Add(args) => add(&mut tx, config, args).await?,
        ChannelCommand::SetWebhook { name, url } => set_webhook(&mut tx, &name, &url).await?,
    }
    pool::commit(tx).await?;
    database.close().await?;
    Ok(ExitCode::SUCCESS)
}

async fn add(conn: &mut PgConnection, config: &Config, args: AddArgs) -> Result<(), Failure> {
    let (clock, entropy) = (Clock::system(), Entropy::system());
    let id = find_org(conn, config, &args.org).await?;
    let org = org::lookup(conn, id)
        .await?
        .ok_or_else(|| Failure::asked("the organisation is gone", "try again"))?;
    let secret = entropy.bytes::<32>().to_vec();
    say(format_args!(
        "密钥 / secret (hex): {}",
        hex::encode(&secret)
    ));
    let new = Channel {
        id: uuid::Builder::from_random_bytes(entropy.bytes()).into_uuid(),
        name: args.name,
        title_zh: args.title,
        org: id,
        region: org.region,
        secret,
        webhook_url: args.webhook,
        active: true,
    };
    channel::add(conn, &new, clock.now()).await?;
    note(conn, &clock, "add_channel", &new.id.to_string()).await
}

async fn set_webhook(conn: &mut PgConnection, name: &str, url: &str) -> Result<(), Failure> {
    let id = find(conn, name).await?;
    channel::set_webhook(conn, id, Some(url).filter(|url| *url != "none")).await?;
    note(conn, &Clock::system(), "set_webhook", &id.to_string()).await
}

async fn find(conn: &mut PgConnection, name: &str) -> Result<Uuid, Failure> {
    let found = channel::find_by_name(conn, name).await?;
    let found = found.ok_or_else(|| {
        Failure::asked(
            format!("there is no channel {name}"),
            "`hejie channel add` sets one up",
        )
    })?;
    Ok(found.id)
}
