//! The key ring of a command: found, or made for a registry that never depended on one.

use super::{Failure, paths};
use crate::{
    clock::Clock,
    config::Config,
    entropy::RandomSource,
    say::say,
    secrets::{
        KeyRing,
        needed::{self, NeededKey},
    },
};
use hejie_registry::pool::{self, PgPool};
use std::path::Path;

/// Opens the ring that the settings name. One that is gone is not made anew: with a new one nothing
/// opens that lies there, and every phone refuses what is sealed or signed under it.
pub(super) async fn open(config: &Config, pool: &PgPool) -> Result<KeyRing, Failure> {
    let file = paths::key_ring(config)?;
    let found = KeyRing::look(&file).map_err(Failure::KeyRing)?;
    if found.is_none() {
        let mut conn = pool::acquire(pool).await?;
        if !needed::may_begin(&mut conn).await? {
            return Err(gone(&file, &needed::list_of_identities(&mut conn).await?));
        }
    }
    KeyRing::load_or_create(&file, &RandomSource::system(), Clock::system().now())
        .map_err(Failure::KeyRing)
}

/// Says which keys rows need that the ring has not: it is not the ring of this registry, or an
/// older copy of it, or they were retired and a backup of before came back.
pub(super) async fn tell_lacking(keys: &KeyRing, pool: &PgPool) -> Result<(), Failure> {
    let mut conn = pool::acquire(pool).await?;
    let ring = keys.ring().map_err(Failure::KeyRing)?;
    let lacking = needed::lacking(&ring, needed::list_of_identities(&mut conn).await?);
    if !lacking.is_empty() {
        let keys = needed::in_words(&lacking);
        tracing::error!(keys, "the key ring lacks keys that rows need");
        say(format_args!(
            "  密钥环缺少登记库所需的密钥，其下的身份信息无法打开 / the key ring lacks keys that rows need: {keys}"
        ));
    }
    Ok(())
}

fn gone(file: &Path, needed: &[NeededKey]) -> Failure {
    let needs = match needed {
        [] => "手机信任原有的密钥环 / phones trust the one that was there".to_owned(),
        keys => format!(
            "所需密钥（行数）/ needed keys (rows): {}",
            needed::in_words(keys)
        ),
    };
    let file = file.display();
    Failure::asked(
        format!(
            "密钥环 {file} 不在，而登记库依赖它，不会另建 / the key ring {file} is not there, and the registry depends on it; {needs}"
        ),
        "请挂载其所在磁盘，更正配置 keys.ring，或从保险柜中的备份恢复 / mount its disk, correct keys.ring, or bring it back from the safe",
    )
}
