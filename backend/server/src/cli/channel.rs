//! `hejie channel`: the accounts under which 110, 12345 and others push work orders.

use super::{
    Failure,
    account::{confirm, find_org, note, org_gone},
    database, limited, marks,
};
use crate::say::say;
use crate::{
    clock::Clock, config::Config, entropy::RandomSource, identity::channel as service, mark::Marks,
};
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

/// Examples for `hejie channel`.
pub(super) const EXAMPLES: &str = "Examples:
  hejie channel add 110 --title 和安县公安局110 --org 和安县公安局情指中心
  hejie channel set-webhook 110 https://110.example.org/hejie
  hejie channel set-webhook 110 none                           results wait until there is an address again
  hejie channel rotate-secret 110                              the one before signs nothing any more
  hejie channel disable 110                                    nothing of it is taken, and nothing is sent to it
  hejie channel enable 110                                     what waited for it goes out
  hejie channel list";

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
    /// Replace the secret of a channel's signatures; the new one is shown once
    RotateSecret {
        /// The channel's name
        name: String,
    },
    /// Put a channel out of service: its orders are refused at once, and its messages wait
    Disable {
        /// The channel's name
        name: String,
    },
    /// Put a channel into service again: what waited for it goes out
    Enable {
        /// The channel's name
        name: String,
    },
    /// List the channels with their organisation and address
    List,
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
    let is_reading = matches!(command, ChannelCommand::List);
    let marks = match is_reading {
        true => marks::look(config)?,
        false => marks::open(config, &database.pool).await?,
    };
    let mut tx = pool::begin(&database.pool).await?;
    let done = match command {
        ChannelCommand::Add(args) => vec![add(&mut tx, config, args).await?],
        ChannelCommand::SetWebhook { name, url } => vec![set_webhook(&mut tx, &name, &url).await?],
        ChannelCommand::RotateSecret { name } => rotate_secret(&marks, &mut tx, &name).await?,
        ChannelCommand::Disable { name } => disable(config, &marks, &mut tx, &name).await?,
        ChannelCommand::Enable { name } => vec![enable(&marks, &mut tx, &name).await?],
        ChannelCommand::List => list(&mut tx).await?,
    };
    pool::commit(tx).await.map_err(Failure::at_commit)?;
    // Only now is it so; and a secret that is the channel's is shown whatever follows.
    for line in done {
        say(format_args!("{line}"));
    }
    if !is_reading {
        confirm(&marks, &database.pool).await;
    }
    database.close().await.map_err(Failure::left_open)?;
    Ok(ExitCode::SUCCESS)
}

/// All channels, but for their secrets.
async fn list(conn: &mut PgConnection) -> Result<Vec<String>, Failure> {
    let mut lines = Vec::new();
    for channel in channel::list(conn).await? {
        let org = org::lookup(conn, channel.org).await?;
        let org = org.map_or_else(|| channel.org.to_string(), |org| org.name_zh);
        let state = if channel.active {
            "启用 active"
        } else {
            "停用 closed"
        };
        let to = channel.webhook_url.as_deref();
        let to = to.unwrap_or("没有地址 no address");
        let Channel { name, title_zh, .. } = &channel;
        lines.push(format!("{name:<12} {title_zh}  {org}  {state}  {to}"));
    }
    if lines.is_empty() {
        lines.push("尚无渠道 / there is no channel yet".to_owned());
    }
    Ok(lines)
}

/// Sets a channel up; returns the line with the secret of its signatures.
async fn add(
    conn: &mut PgConnection,
    config: &Config,
    args: AddChannelArgs,
) -> Result<String, Failure> {
    let (clock, entropy) = (Clock::system(), RandomSource::system());
    let id = find_org(conn, config, &args.org).await?;
    let org = org::lookup(conn, id).await?.ok_or_else(org_gone)?;
    if channel::find_by_name(conn, &args.name).await?.is_some() {
        return Err(Failure::asked(
            format!(
                "渠道 {0} 已存在 / there is a channel {0} already",
                args.name
            ),
            "请换一个名称，或用 hejie channel set-webhook 更改地址 / choose another name, or `hejie channel set-webhook` to change its address",
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
    Ok(shown_once(&new.secret))
}

fn shown_once(secret: &[u8]) -> String {
    format!("密钥 / secret (hex): {}", hex::encode(secret))
}

/// Replaces the secret; returns the lines with the new one.
async fn rotate_secret(
    marks: &Marks,
    conn: &mut PgConnection,
    name: &str,
) -> Result<Vec<String>, Failure> {
    let channel = find(conn, name).await?;
    let (clock, entropy) = (Clock::system(), RandomSource::system());
    let secret = entropy.bytes::<32>();
    service::replace_secret(marks, conn, channel.id, &secret, clock.now()).await?;
    outbox::wake(conn, name, clock.now()).await?;
    note(conn, &clock, "rotate_secret", &channel.id.to_string()).await?;
    let mut lines = vec![shown_once(&secret)];
    if !channel.active {
        lines.push(format!(
            "  渠道 {name} 仍停用，hejie channel enable 启用 / {name} is still out of service: `hejie channel enable`"
        ));
    }
    Ok(lines)
}

async fn disable(
    config: &Config,
    marks: &Marks,
    conn: &mut PgConnection,
    name: &str,
) -> Result<Vec<String>, Failure> {
    let (id, clock) = (find(conn, name).await?.id, Clock::system());
    let was_in_service = service::put_out(marks, conn, id, clock.now()).await?;
    note(conn, &clock, "close_channel", &id.to_string()).await?;
    let mut lines = vec![match was_in_service {
        true => format!(
            "已停用渠道，不再接收，消息保留待发 / the channel is out of service, its messages wait: {name}"
        ),
        false => format!("渠道先前已停用 / the channel was out of service before: {name}"),
    }];
    if config.channels.police == name {
        lines.push(
            "  险情自此无法送达公安，请电话告知 / dangers reach no police from now on, telephone them"
                .to_owned(),
        );
    }
    Ok(lines)
}

async fn enable(marks: &Marks, conn: &mut PgConnection, name: &str) -> Result<String, Failure> {
    let (channel, clock) = (find(conn, name).await?, Clock::system());
    if !marks.is_last_secret(conn, &channel).await? {
        return Err(Failure::asked(
            format!(
                "渠道 {name} 的密钥在备份之后更换过，恢复的是旧密钥，不能启用 / the secret of {name} was replaced after the backup, the one that came back is not enabled"
            ),
            format!(
                "请先用 hejie channel rotate-secret {name} 更换密钥 / replace it first: `hejie channel rotate-secret {name}`"
            ),
        ));
    }
    let was_out = service::put_back(marks, conn, channel.id, clock.now()).await?;
    outbox::wake(conn, name, clock.now()).await?;
    note(conn, &clock, "open_channel", &channel.id.to_string()).await?;
    Ok(match (channel.webhook_url, was_out) {
        (None, _) => format!(
            "已启用渠道 {name}，但没有接收地址，消息仍保留待发；请用 hejie channel set-webhook {name} 登记地址 / the channel {name} is in service, but has no address, and its messages wait: give it one with `hejie channel set-webhook {name}`"
        ),
        (Some(_), true) => format!(
            "已启用渠道，待发的消息即将送出 / the channel is in service, what waited goes out: {name}"
        ),
        (Some(_), false) => {
            format!("渠道本已启用 / the channel was in service before: {name}")
        }
    })
}

async fn set_webhook(conn: &mut PgConnection, name: &str, url: &str) -> Result<String, Failure> {
    let id = find(conn, name).await?.id;
    let url = Some(url).filter(|url| *url != "none");
    url.map(check_webhook).transpose()?;
    channel::set_webhook(conn, id, url).await?;
    let clock = Clock::system();
    if url.is_some() {
        outbox::wake(conn, name, clock.now()).await?;
    }
    note(conn, &clock, "set_webhook", &id.to_string()).await?;
    Ok(match url {
        Some(url) => format!("渠道 {name} 的消息发往 / messages for {name} go to: {url}"),
        None => {
            format!("渠道 {name} 没有地址，消息保留待发 / {name} has no address, its messages wait")
        }
    })
}

/// An address to which results may go: they are about people, so only https, or a program on this
/// machine.
fn check_webhook(url: &str) -> Result<(), Failure> {
    let refuse = |why: &str| {
        Failure::asked(
            format!("{url} 不能用作接收地址 / {url} cannot be a webhook: {why}"),
            "请给出形如 https://110.example.org/hejie 的地址 / give an address such as https://110.example.org/hejie",
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

async fn find(conn: &mut PgConnection, name: &str) -> Result<Channel, Failure> {
    let found = channel::find_by_name(conn, name).await?;
    found.ok_or_else(|| {
        Failure::asked(
            format!("没有渠道 {name} / there is no channel {name}"),
            "hejie channel list 列出渠道，hejie channel add 登记渠道 / `hejie channel list` shows them, `hejie channel add` sets one up",
        )
    })
}
