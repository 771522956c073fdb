//! The key ring of a command: found, or made for a registry that never depended on one, and held
//! against what the registry needs of it.

use super::{Failure, account::note, paths};
use crate::{
    clock::Clock,
    config::Config,
    entropy::RandomSource,
    say::say,
    secrets::{
        KeyRing,
        needed::{self, NeededKey, RingFit, RingNote},
        ring::{KeyKind, Ring},
    },
};
use hejie_registry::pool::{self, PgConnection, PgPool};
use std::path::Path;

/// Opens the ring that the settings name, and notes its keys as those on which phones depend. One
/// that is not the registry's is refused: with it nothing opens that lies there, and what phones
/// seal to the keys that they trust is refused for good.
pub(super) async fn open(config: &Config, pool: &PgPool) -> Result<KeyRing, Failure> {
    let file = paths::key_ring(config)?;
    let mut conn = pool::acquire(pool).await?;
    refuse_second(&mut conn, &file).await?;
    let keys = find(config, pool).await?;
    let ring = keys.ring().map_err(Failure::KeyRing)?;
    let needed = needed::list_of_identities(&mut conn).await?;
    let fit = needed::fit(&mut conn, &ring, needed).await?;
    if !fit.serves() {
        return Err(unfit(&file, &ring, &fit));
    }
    note_keys(&mut conn, &file, &ring).await?;
    tell_given_up(&fit.given_up);
    Ok(keys)
}

/// Notes the keys of a ring that fits. Another server may have begun a moment ago with one of its
/// own, which stays.
pub(super) async fn note_keys(
    conn: &mut PgConnection,
    file: &Path,
    ring: &Ring,
) -> Result<(), Failure> {
    let mut fit = RingFit::default();
    match needed::settle(conn, ring).await? {
        RingNote::Noted => return Ok(()),
        RingNote::OtherRoot(root) => fit.other_root = Some(root),
        RingNote::OlderCopy(id) => fit.lacking.push(NeededKey {
            kind: KeyKind::Sealing,
            id,
            rows: 0,
        }),
    }
    Err(unfit(file, ring, &fit))
}

/// Refuses to make a ring for a registry whose servers have one.
async fn refuse_second(conn: &mut PgConnection, file: &Path) -> Result<(), Failure> {
    if KeyRing::look(file).map_err(Failure::KeyRing)?.is_some() {
        return Ok(());
    }
    match needed::noted_root(conn).await? {
        Some(root) if needed::may_begin(conn).await? => Err(elsewhere(file, &root)),
        _ => Ok(()),
    }
}

/// Finds the ring that the settings name, whether it fits or not. One that is gone is not made
/// anew where anything depends on it.
pub(super) async fn find(config: &Config, pool: &PgPool) -> Result<KeyRing, Failure> {
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

/// The ring that the settings name, whether it fits or not; none is made.
pub(super) async fn there(config: &Config, pool: &PgPool) -> Result<KeyRing, Failure> {
    let file = paths::key_ring(config)?;
    if KeyRing::look(&file).map_err(Failure::KeyRing)?.is_none() {
        let mut conn = pool::acquire(pool).await?;
        if needed::may_begin(&mut conn).await? {
            return Err(not_made(&file));
        }
    }
    find(config, pool).await
}

/// Takes the ring that lies there as the registry's from now on, by the name of its root: what it
/// lacks is given up. Returns how it had fitted, which is told after the commit.
pub(super) async fn accept(
    conn: &mut PgConnection,
    keys: &KeyRing,
    root: &str,
) -> Result<RingFit, Failure> {
    let ring = keys.ring().map_err(Failure::KeyRing)?;
    if ring.root() != root {
        return Err(Failure::asked(
            format!("此密钥环的根密钥不是 {root} / the root key of this ring is not {root}"),
            "hejie key list 第一行列出其根密钥 / the first line of `hejie key list` names it",
        ));
    }
    let all = needed::list(conn).await?;
    let fit = needed::fit(conn, &ring, all).await?;
    let give_up = |ring: &mut Ring| {
        fit.lacking.iter().for_each(|key| ring.give_up(&key.id));
        Ok(())
    };
    keys.update(give_up).map_err(Failure::KeyRing)?;
    needed::replace(conn, &ring).await?;
    note(conn, &Clock::system(), "accept_ring", root).await?;
    Ok(fit)
}

/// Keys that are known to be gone stop nothing, and are said: what lies under them does not open.
fn tell_given_up(given_up: &[NeededKey]) {
    if given_up.is_empty() {
        return;
    }
    let keys = needed::in_words(given_up);
    tracing::error!(keys, "the key ring lacks keys that rows need");
    say(format_args!(
        "  以下密钥已销毁或放弃，其下的身份信息无法打开 / these keys are gone for ever, what lies under them does not open: {keys}"
    ));
}

/// Says what came of taking a ring.
pub(super) fn tell_accepted(root: &str, fit: &RingFit) {
    if fit.serves() {
        say(format_args!(
            "此密钥环与登记库相符，无需确认 / this ring fits, nothing was to be accepted: {root}"
        ));
        return;
    }
    say(format_args!(
        "登记库自此使用此密钥环 / this is the ring of the registry from now on: {root}"
    ));
    if let Some(old) = &fit.other_root {
        say(format_args!(
            "  信任原根密钥 {old} 的手机须重新登记 / phones that trust {old} have to be enrolled anew"
        ));
    }
    if !fit.lacking.is_empty() {
        let keys = needed::in_words(&fit.lacking);
        say(format_args!(
            "  已放弃密钥（行数），其下的内容无法再打开 / given up (rows), what lies under them is lost: {keys}"
        ));
    }
}

fn unfit(file: &Path, ring: &Ring, fit: &RingFit) -> Failure {
    let (file, root) = (file.display(), ring.root());
    let mut why = Vec::new();
    if let Some(old) = &fit.other_root {
        why.push(format!(
            "手机信任的根密钥是 {old}，此环的是 {root} / phones trust the root key {old}, this ring has {root}"
        ));
    }
    if !fit.lacking.is_empty() {
        let keys = needed::in_words(&fit.lacking);
        why.push(format!(
            "缺少所需密钥（行数） / the key ring lacks keys that are needed (rows): {keys}"
        ));
    }
    Failure::asked(
        format!(
            "密钥环 {file} 不是此登记库的，或是较早的副本 / the key ring {file} is not the one of this registry, or an older copy of it: {}",
            why.join("; ")
        ),
        format!(
            "请更正配置 keys.ring，或从保险柜取回原来的密钥环；多台服务器共用此登记库时，请将先启动的那台的密钥环复制到此处；原环确已遗失时，hejie key accept {root} 改用此环，其所缺密钥下的内容即告放弃 / correct keys.ring, or bring the right ring back from the safe; where several servers share this registry, copy the ring of the one that began here; only if that is lost for good: `hejie key accept {root}` takes this one, and what lies under the keys that it lacks is given up"
        ),
    )
}

/// Nothing depends on the ring of the other server yet, and phones will trust no other.
fn elsewhere(file: &Path, root: &str) -> Failure {
    let file = file.display();
    Failure::asked(
        format!(
            "密钥环 {file} 不在，而登记库已有根密钥为 {root} 的密钥环，不会另建 / the key ring {file} is not there, and the registry has one whose root key is {root}: no second one is made"
        ),
        "请将先启动的服务器的密钥环复制到此处；该环确已遗失时，hejie key make 另建一个并列出其根密钥，再以 hejie key accept 改用 / copy the ring of the server that began here; only if that is lost: `hejie key make` makes one and names its root, and `hejie key accept` takes it",
    )
}

fn not_made(file: &Path) -> Failure {
    let file = file.display();
    Failure::asked(
        format!("尚无密钥环 {file} / there is no key ring {file} yet"),
        "hejie serve 首次启动时自行建立；hejie key make 现在就建立 / `hejie serve` makes one when it first starts; `hejie key make` makes it now",
    )
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
