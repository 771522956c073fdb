//! `hejie key`: the keys under which identities are locked and cases are attested.

use super::{Failure, account::note, database, progress::Bar, ring};
use crate::say::say;
use crate::{
    clock::Clock,
    config::Config,
    entropy::RandomSource,
    secrets::{
        KeyRing,
        needed::{self, NeededKey},
        ring::{KeyKind, Ring},
        rotation,
    },
};
use clap::Subcommand;
use hejie_registry::pool::{self, PgConnection, PgPool};
use std::process::ExitCode;

/// Examples for `hejie key`.
pub(super) const EXAMPLES: &str = "Examples:
  hejie key list                      every key, when it was made, and how many rows need it
  hejie key rotate master             a new master key; every data key is wrapped anew, no identity is opened
  hejie key rotate hash               a new hash key; every identity is hashed anew in memory
  hejie key rotate attestation        a new key that signs what the server says of cases; phones hear of it by themselves
  hejie key retire 3f2a9c41d05be877   take an old key out for ever, once nothing needs it";

/// What `hejie key` understands.
#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// List the keys, the current one of each kind marked
    List,
    /// Make a new key of a kind and bring everything under it
    Rotate {
        /// Which
        kind: KeyKind,
        /// Bring everything under the key that is the current one already, after a rotation that
        /// was broken off
        #[arg(long)]
        only_finish: bool,
    },
    /// Take an old key out for ever: what is still under it in old backups can never be opened
    /// again
    Retire {
        /// Its name
        id: String,
    },
}

/// Runs the command, beside a running server if there is one.
pub(super) async fn key(config: &Config, command: KeyCommand) -> Result<ExitCode, Failure> {
    let database = database::open(config).await?;
    let context = KeyContext {
        keys: ring::open(config, &database.pool).await?,
        clock: Clock::system(),
        entropy: RandomSource::system(),
        pool: database.pool.clone(),
    };
    match command {
        KeyCommand::List => context.list().await?,
        KeyCommand::Rotate { kind, only_finish } => context.rotate(kind, only_finish).await?,
        KeyCommand::Retire { id } => context.retire(&id).await?,
    }
    database.close().await?;
    Ok(ExitCode::SUCCESS)
}

struct KeyContext {
    keys: KeyRing,
    clock: Clock,
    entropy: RandomSource,
    pool: PgPool,
}

impl KeyContext {
    async fn list(&self) -> Result<(), Failure> {
        let mut conn = pool::acquire(&self.pool).await?;
        let ring = self.ring()?;
        for kind in KeyKind::ALL {
            list_kind(&mut conn, &ring, kind).await?;
        }
        let needed = needed::list(&mut conn).await?;
        for key in needed::lacking(&ring, needed) {
            let NeededKey { kind, id, rows } = key;
            say(format_args!(
                "! {:<11} {id}  缺失，其下的内容无法打开 / missing, what lies under it does not open  {rows}",
                kind.word()
            ));
        }
        Ok(())
    }

    async fn rotate(&self, kind: KeyKind, only_finish: bool) -> Result<(), Failure> {
        let mut conn = pool::acquire(&self.pool).await?;
        if !only_finish {
            let add = |ring: &mut Ring| Ok(ring.add(kind, &self.entropy, self.clock.now()));
            let id = self.keys.update(add).map_err(Failure::KeyRing)?;
            note(&mut conn, &self.clock, "rotate_key", &id).await?;
            say(format_args!("新密钥 / new key: {id}"));
        }
        let ring = self.ring()?;
        let waiting = rotation::rows_to_rotate(&mut conn, &ring, kind).await?;
        drop(conn);
        let bar = Bar::new(0, waiting, "更换密钥 / turning over");
        let turned =
            rotation::rotate_keys(&self.pool, &self.keys, &self.entropy, kind, |n| bar.inc(n))
                .await;
        drop(bar);
        let turned = turned?;
        say(format_args!(
            "已更换 {turned} 行 / {turned} rows under the new key"
        ));
        Ok(())
    }

    async fn retire(&self, id: &str) -> Result<(), Failure> {
        let mut conn = pool::acquire(&self.pool).await?;
        rotation::retire(&mut conn, &self.keys, id, self.clock.now()).await?;
        note(&mut conn, &self.clock, "retire_key", id).await?;
        say(format_args!("已销毁密钥 / gone for ever: {id}"));
        Ok(())
    }

    fn ring(&self) -> Result<std::sync::Arc<Ring>, Failure> {
        self.keys.ring().map_err(Failure::KeyRing)
    }
}

async fn list_kind(conn: &mut PgConnection, ring: &Ring, kind: KeyKind) -> Result<(), Failure> {
    let current = ring
        .current(kind)
        .map_err(|fault| Failure::KeyRing(fault.into()))?;
    for key in ring.keys(kind) {
        let rows = rotation::rows_under(conn, kind, &key.id).await?;
        let mark = if key.id == current.id { "*" } else { " " };
        say(format_args!(
            "{mark} {:<11} {}  {}  {rows}",
            kind.word(),
            key.id,
            key.made_at
        ));
    }
    Ok(())
}
