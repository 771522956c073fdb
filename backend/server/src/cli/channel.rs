//! `hejie channel`: the accounts under which 110, 12345 and others push work orders.

use super::{
    Failure,
    account::{find_org, note},
    database, limited,
};
use crate::say::say;
use crate::{clock::Clock, config::Config, entropy::RandomSource};
use clap::{Args, Subcommand};
use hejie_registry::{
    identity::{
        channel::{self, Channel},
        org,
    },
    outbox,
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
    Add(AddChannelArgs),
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
pub(super) struct AddChannelArgs {
    /// What it writes into `X-Hejie-Channel`
    #[arg(value_parser = limited::channel)]
    name: String,
    /// What people read
    #[arg(long, value_parser = limited::channel_title)]
    title: String,
    /// The organisation that answers for it, by name or id
    #[arg(long)]
    org: String,
    /// Where its receipts and results are sent: https, or http to this machine
    #[arg(long)]
    webhook: Option<String>,
}

/// Runs the command.
pub(super) async fn channel(config: &Config, command: ChannelCommand) -> Result<ExitCode, Failure> {
    let database = database::open(config).await?;
    let mut tx = pool::begin(&database.pool).await?;
    let secret = match command {
        ChannelCommand::Add(args) => Some(add(&mut tx, config, args).await?),
        ChannelCommand::SetWebhook { name, url } => {
            set_webhook(&mut tx, &name, &url).await?;
            None
        }
    };
    pool::commit(tx).await?;
    database.close().await?;
    // Only now is it the channel's.
    if let Some(secret) = secret {
        say(format_args!("密钥 / secret (hex): {secret}"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Sets a channel up; returns the secret of its signatures.
async fn add(
    conn: &mut PgConnection,
    config: &Config,
    args: AddChannelArgs,
) -> Result<String, Failure> {
    let (clock, entropy) = (Clock::system(), RandomSource::system());
    let id = find_org(conn, config, &args.org).await?;
    let org = org::lookup(conn, id)
        .await?
        .ok_or_else(|| Failure::asked("the organisation is gone", "try again"))?;
    if channel::find_by_name(conn, &args.name).await?.is_some() {
        return Err(Failure::asked(
            format!("there is a channel {} already", args.name),
            "choose another name, or `hejie channel set-webhook` to change its address",
        ));
    }
    args.webhook.as_deref().map(check_webhook).transpose()?;
    let secret = entropy.bytes::<32>().to_vec();
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
    note(conn, &clock, "add_channel", &new.id.to_string()).await?;
    Ok(hex::encode(&new.secret))
}

async fn set_webhook(conn: &mut PgConnection, name: &str, url: &str) -> Result<(), Failure> {
    let id = find(conn, name).await?;
    let url = Some(url).filter(|url| *url != "none");
    url.map(check_webhook).transpose()?;
    channel::set_webhook(conn, id, url).await?;
    let clock = Clock::system();
    if url.is_some() {
        outbox::wake(conn, name, clock.now()).await?;
    }
    note(conn, &clock, "set_webhook", &id.to_string()).await
}

/// An address to which results may go: they are about people, so only https, or a program on this
/// machine.
fn check_webhook(url: &str) -> Result<(), Failure> {
    let refuse = |why: &str| {
        Failure::asked(
            format!("{url} cannot be a webhook: {why}"),
            "give an address such as https://110.example.org/hejie",
        )
    };
    let parsed = reqwest::Url::parse(url).map_err(|error| refuse(&error.to_string()))?;
    let host = parsed
        .host_str()
        .ok_or_else(|| refuse("it names no host"))?;
    let is_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    match parsed.scheme() {
        "https" => {}
        "http" if is_here => {}
        "http" => return Err(refuse("plain http goes to this machine only")),
        _ => return Err(refuse("it is neither https nor http")),
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(refuse("it holds a password; messages are signed instead"));
    }
    Ok(())
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
