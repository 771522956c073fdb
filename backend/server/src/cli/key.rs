//! `hejie key`: the keys under which identities are locked and cases are attested.

use super::{Failure, account::note, database, paths, progress::Bar, ring};
use crate::say::{local, say};
use crate::{
    clock::Clock,
    config::Config,
    entropy::RandomSource,
    secrets::{
        KeyRing, KeyRingError,
        needed::{self, NeededKey, RingFit},
        ring::{KeyKind, Ring, RingFault},
        rotation::{self, RotationError},
    },
};
use clap::Subcommand;
use hejie_registry::pool::{self, PgConnection, PgPool};
use std::{path::PathBuf, process::ExitCode};

/// Examples for `hejie key`.
pub(super) const EXAMPLES: &str = "Examples:
  hejie key make                      a ring where there is none; hejie serve makes one by itself for a new registry
  hejie key list                      every key, when it was made, and how many rows need it
  hejie key rotate master             a new master key; every data key is wrapped anew, no identity is opened
  hejie key rotate hash               a new hash key; every identity is hashed anew in memory
  hejie key rotate attestation        a new key that signs what the server says of cases; phones hear of it by themselves
  hejie key retire 3f2a9c41d05be877   take an old key out for ever, once nothing needs it
  hejie key accept 9d04c1b7e2f8a653   the ring of the registry is lost for good: go on with this one, whose root has this name";

/// What `hejie key` understands.
#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// List the keys, the current one of each kind marked
    List,
    /// Make a ring where none lies: for a new registry, or in a new directory where the ring of a
    /// registry is lost for good
    Make,
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
    /// Take the ring that lies there as the registry's from now on, where the one before is lost
    /// for good: phones are enrolled anew, and what lies under keys that it lacks is given up
    Accept {
        /// The name of its root key, as the first line of `hejie key list` says it
        root: String,
    },
}

/// Runs the command, beside a running server if there is one.
pub(super) async fn key(config: &Config, command: KeyCommand) -> Result<ExitCode, Failure> {
    let database = database::open(config).await?;
    let keys = match command {
        KeyCommand::Make => ring::find(config, &database.pool).await?,
        // These are for a ring that does not fit, and make none.
        KeyCommand::List | KeyCommand::Accept { .. } => ring::there(config, &database.pool).await?,
        _ => ring::open(config, &database.pool).await?,
    };
    let context = KeyContext {
        file: paths::key_ring(config)?,
        keys,
        clock: Clock::system(),
        entropy: RandomSource::system(),
        pool: database.pool.clone(),
    };
    match command {
        KeyCommand::List => context.list().await?,
        KeyCommand::Make => context.tell_root()?,
        KeyCommand::Rotate { kind, only_finish } => context.rotate(kind, only_finish).await?,
        KeyCommand::Retire { id } => context.retire(&id).await?,
        KeyCommand::Accept { root } => context.accept(&root).await?,
    }
    database.close().await?;
    Ok(ExitCode::SUCCESS)
}

struct KeyContext {
    file: PathBuf,
    keys: KeyRing,
    clock: Clock,
    entropy: RandomSource,
    pool: PgPool,
}

impl KeyContext {
    async fn list(&self) -> Result<(), Failure> {
        let mut conn = pool::acquire(&self.pool).await?;
        let ring = self.ring()?;
        let (root, made_at) = (ring.root(), ring.made_at());
        say(format_args!("* {:<11} {root}  {}", "root", local(made_at)));
        for kind in KeyKind::ALL {
            list_kind(&mut conn, &ring, kind).await?;
        }
        let needed = needed::list(&mut conn).await?;
        list_unfit(&needed::fit(&mut conn, &ring, needed).await?);
        Ok(())
    }

    fn tell_root(&self) -> Result<(), Failure> {
        let (file, ring) = (self.file.display(), self.ring()?);
        say(format_args!(
            "密钥环 / key ring: {file}\n  根密钥 / root {}  {}",
            ring.root(),
            local(ring.made_at())
        ));
        Ok(())
    }

    async fn accept(&self, root: &str) -> Result<(), Failure> {
        let mut tx = pool::begin(&self.pool).await?;
        let fit = ring::accept(&mut tx, &self.keys, root).await?;
        pool::commit(tx).await?;
        ring::tell_accepted(root, &fit);
        Ok(())
    }

    async fn rotate(&self, kind: KeyKind, only_finish: bool) -> Result<(), Failure> {
        if !only_finish {
            let id = self.add(kind).await?;
            say(format_args!("新密钥 / new key: {id}"));
        }
        let mut conn = pool::acquire(&self.pool).await?;
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

    /// Adds a key. It is in the ring before the registry knows of it: a ring that lacks what the
    /// registry notes is no ring of it any more.
    async fn add(&self, kind: KeyKind) -> Result<String, Failure> {
        let mut tx = pool::begin(&self.pool).await?;
        let add = |ring: &mut Ring| Ok(ring.add(kind, &self.entropy, self.clock.now()));
        let id = self.keys.update(add).map_err(Failure::KeyRing)?;
        ring::note_keys(&mut tx, &self.file, &*self.ring()?).await?;
        note(&mut tx, &self.clock, "rotate_key", &id).await?;
        pool::commit(tx).await?;
        Ok(id)
    }

    /// Takes a key out. That it is gone for ever stands in the audit log before it is so; broken
    /// off in between it is asked for once more.
    async fn retire(&self, id: &str) -> Result<(), Failure> {
        let mut tx = pool::begin(&self.pool).await?;
        let now = self.clock.now();
        let may = rotation::may_retire(&mut tx, &self.keys, id, now).await;
        may.map_err(|error| not_retired(id, error))?;
        note(&mut tx, &self.clock, "retire_key", id).await?;
        pool::commit(tx).await?;
        let mut conn = pool::acquire(&self.pool).await?;
        let retired = rotation::retire(&mut conn, &self.keys, id, now).await;
        retired.map_err(|error| not_retired(id, error))?;
        say(format_args!("已销毁密钥 / gone for ever: {id}"));
        Ok(())
    }

    fn ring(&self) -> Result<std::sync::Arc<Ring>, Failure> {
        self.keys.ring().map_err(Failure::KeyRing)
    }
}

fn list_unfit(fit: &RingFit) {
    if let Some(root) = &fit.other_root {
        say(format_args!(
            "! {:<11} {root}  手机信任此根密钥，不在此环中 / phones trust this one, which is not in the ring",
            "root"
        ));
    }
    let list = |keys: &[NeededKey], why: &str| {
        for NeededKey { kind, id, rows } in keys {
            say(format_args!("! {:<11} {id}  {why}  {rows}", kind.word()));
        }
    };
    list(
        &fit.lacking,
        "缺失，其下的内容无法打开 / missing, what lies under it does not open",
    );
    list(
        &fit.given_up,
        "已销毁或放弃，其下的内容无法打开 / gone for ever, what lies under it does not open",
    );
}

/// Why a key stays.
fn not_retired(id: &str, error: RotationError) -> Failure {
    match error {
        RotationError::Ring(KeyRingError::Fault(RingFault::UnknownKey { .. })) => Failure::asked(
            format!(
                "密钥环中没有密钥 {id}，未作改动 / there is no key {id} in the ring; nothing was changed"
            ),
            "hejie key list 列出全部密钥 / `hejie key list` shows all keys",
        ),
        RotationError::Ring(KeyRingError::Fault(RingFault::Current { .. })) => Failure::asked(
            format!(
                "密钥 {id} 正在使用，不能销毁 / the key {id} is the current one of its kind and stays"
            ),
            "请先用 hejie key rotate 更换 / replace it first, with `hejie key rotate`",
        ),
        RotationError::InUse { rows, .. } => Failure::asked(
            format!(
                "仍有 {rows} 行需要密钥 {id}，不能销毁 / {rows} rows still need the key {id}, which stays"
            ),
            "请用 hejie key rotate KIND --only-finish 更换完 / bring them under the current one with `hejie key rotate KIND --only-finish`",
        ),
        RotationError::TooEarly { until } => Failure::asked(
            format!(
                "密钥 {id} 下可能仍有内容在途，暂不能销毁 / something may still be on its way under the key {id}, which stays"
            ),
            format!("请在 {0} 之后再试 / try again after {0}", local(until)),
        ),
        other => other.into(),
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
            local(key.made_at)
        ));
    }
    Ok(())
}
