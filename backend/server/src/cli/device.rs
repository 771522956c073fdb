//! `hejie device`: enrolled phones, from the machine itself.

use super::{Failure, account, database, limited, marks};
use crate::say::{local, say};
use crate::{
    clock::Clock,
    config::Config,
    identity::{account as accounts, login},
    mark::Marks,
};
use clap::Subcommand;
use hejie_case::ids::DeviceId;
use hejie_registry::{
    identity::{device as devices, user},
    pool,
};
use std::process::ExitCode;

/// Examples for `hejie device`.
pub(super) const EXAMPLES: &str = "Examples:
  hejie device list li.tj
  hejie device revoke 0199f3a2-7b1c-7000-8000-000000000000     a lost phone: its sessions end at once";

/// What `hejie device` understands.
#[derive(Debug, Subcommand)]
pub(super) enum DeviceCommand {
    /// List a person's phones
    List {
        /// The login
        login: String,
    },
    /// Take a phone out of service
    Revoke {
        /// Its id
        #[arg(value_parser = limited::id::<DeviceId>)]
        id: DeviceId,
    },
}

/// Runs the command.
pub(super) async fn device(config: &Config, command: DeviceCommand) -> Result<ExitCode, Failure> {
    let database = database::open(config).await?;
    let mut tx = pool::begin(&database.pool).await?;
    let revoked = match command {
        DeviceCommand::List { login } => {
            list(&mut tx, &login).await?;
            None
        }
        DeviceCommand::Revoke { id } => {
            revoke(&marks::open(config, &database.pool).await?, &mut tx, id).await?;
            Some(id)
        }
    };
    pool::commit(tx).await.map_err(Failure::at_commit)?;
    if let Some(id) = revoked {
        say(format_args!(
            "已停用手机，会话全部结束 / the phone is out of service, and its sessions have ended: {id}"
        ));
    }
    database.close().await.map_err(Failure::left_open)?;
    Ok(ExitCode::SUCCESS)
}

async fn list(conn: &mut pool::PgConnection, login: &str) -> Result<(), Failure> {
    let found = user::find_by_login(conn, &login::normal(login)).await?;
    let account = found.ok_or_else(|| account::no_account(login))?;
    let phones = devices::list_of_user(conn, account.user.id).await?;
    if phones.is_empty() {
        say(format_args!(
            "没有登记过手机 / no phone was ever enrolled: {login}"
        ));
    }
    for device in phones {
        let state = match (device.revoked_at, device.last_seen_at) {
            (Some(at), _) => format!("停用 revoked {}", local(at)),
            (None, Some(at)) => format!("最近 last seen {}", local(at)),
            (None, None) => "未联系 never seen".to_owned(),
        };
        say(format_args!("{}  {}  {state}", device.id, device.name));
    }
    Ok(())
}

async fn revoke(marks: &Marks, conn: &mut pool::PgConnection, id: DeviceId) -> Result<(), Failure> {
    let clock = Clock::system();
    if !accounts::revoke_device(marks, conn, id, clock.now()).await? {
        return Err(Failure::asked(
            "没有在用的手机使用此编号 / no phone in service has this id",
            "hejie device list LOGIN 列出一个人的手机 / `hejie device list LOGIN` shows a person's phones",
        ));
    }
    account::note(conn, &clock, "revoke_device", &id.to_string()).await
}
