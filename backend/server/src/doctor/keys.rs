//! Whether the key ring is there, and holds what the registry needs of it.

use super::{
    check::{CheckDetail, CheckFinding},
    database,
    words::CheckSubject,
};
use crate::{
    config::Config,
    secrets::{
        KeyRing,
        needed::{self, NeededKey, RingFit},
        ring::Ring,
    },
    telemetry::whole,
};
use hejie_registry::{error::RegistryError, pool::PgConnection};

/// How somebody has a private database answer while no server runs.
const BESIDE: (&str, &str) = (
    "；请另开终端运行 hejie postgres，再运行 hejie doctor",
    "; run `hejie postgres` beside it, and `hejie doctor` again",
);

/// Looks at the ring of the settings and at what the registry needs.
pub(super) fn ring(config: &Config) -> CheckFinding {
    let file = match &config.keys.ring {
        Some(file) => file.clone(),
        None => KeyRing::place_in(&config.data.directory),
    };
    let shown = file.display().to_string();
    let ring = match KeyRing::look(&file) {
        Ok(ring) => ring,
        Err(error) => {
            let said = format!("{shown}: {}", whole(&error));
            return CheckFinding::missing(CheckSubject::Keys, said);
        }
    };
    let asked = database::ask(config, async |conn| {
        RingNeeds::of(conn, ring.as_ref()).await
    });
    let has_registry = has_registry(config);
    // A database that does not answer has a line of its own.
    match (ring, asked) {
        (Some(ring), Some(Ok(needs))) => told(&shown, &ring, &needs.fit),
        (Some(_), None) if !has_registry => CheckFinding::good(CheckSubject::Keys, shown),
        (Some(_), asked) => {
            let why = asked.and_then(Result::err);
            CheckFinding::good(CheckSubject::Keys, uncompared(&shown, why.as_deref()))
        }
        (None, Some(Ok(needs))) if !needs.may_begin => {
            CheckFinding::missing(CheckSubject::Keys, missing(&shown, &needs.keys))
        }
        (
            None,
            Some(Ok(RingNeeds {
                noted: Some(root), ..
            })),
        ) => CheckFinding::missing(CheckSubject::Keys, elsewhere(&shown, &root)),
        // A server that was refused the start for want of its ring leaves no database running.
        (None, None | Some(Err(_))) if has_registry => {
            CheckFinding::missing(CheckSubject::Keys, unknown(&shown, config))
        }
        (None, _) => CheckFinding::good(CheckSubject::Keys, not_yet(&shown)),
    }
}

/// What the registry says of the ring.
struct RingNeeds {
    may_begin: bool,
    /// The root of the ring with which a server of the registry began.
    noted: Option<String>,
    keys: Vec<NeededKey>,
    fit: RingFit,
}

impl RingNeeds {
    async fn of(conn: &mut PgConnection, ring: Option<&Ring>) -> Result<Self, RegistryError> {
        let keys = needed::list_of_identities(conn).await?;
        let fit = match ring {
            Some(ring) => needed::fit(conn, ring, keys.clone()).await?,
            None => RingFit::default(),
        };
        let may_begin = needed::may_begin(conn).await?;
        let noted = needed::noted_root(conn).await?;
        Ok(Self {
            may_begin,
            noted,
            keys,
            fit,
        })
    }
}

/// Whether there may be rows that nobody can be asked for now.
fn has_registry(config: &Config) -> bool {
    config.database.url.is_some() || config.data.directory.join("postgres/data").exists()
}

fn told(shown: &str, ring: &Ring, fit: &RingFit) -> CheckFinding {
    let RingFit {
        other_root,
        lacking,
        given_up,
    } = fit;
    let mut faults = Vec::new();
    if let Some(old) = other_root {
        let root = ring.root();
        faults.push((
            format!("手机信任的根密钥是 {old}，此环的是 {root}"),
            format!("phones trust the root key {old}, this ring has {root}"),
        ));
    }
    if !lacking.is_empty() {
        let keys = needed::in_words(lacking);
        faults.push((
            format!("缺少密钥（行数）{keys}"),
            format!("it lacks keys (rows) {keys}"),
        ));
    }
    if !given_up.is_empty() {
        let keys = needed::in_words(given_up);
        faults.push((
            format!("已销毁或放弃、其下内容无法打开的密钥（行数）{keys}"),
            format!("keys (rows) are gone for ever {keys}"),
        ));
    }
    if faults.is_empty() {
        return CheckFinding::good(CheckSubject::Keys, shown);
    }
    let (zh, en): (Vec<String>, Vec<String>) = faults.into_iter().unzip();
    let (zh, en) = (zh.join("；"), en.join("; "));
    let detail = CheckDetail::words(format!("{shown}：{zh}"), format!("{shown}: {en}"));
    if fit.serves() {
        CheckFinding::weak(CheckSubject::Keys, detail)
    } else {
        CheckFinding::missing(CheckSubject::Keys, detail)
    }
}

fn missing(shown: &str, needed: &[NeededKey]) -> CheckDetail {
    if needed.is_empty() {
        return CheckDetail::words(
            format!("{shown} 不在；手机信任原有的密钥环"),
            format!("{shown} is not there, and phones trust the one that was"),
        );
    }
    let keys = needed::in_words(needed);
    CheckDetail::words(
        format!("{shown} 不在；所需密钥（行数）{keys}"),
        format!("{shown} is not there; needed keys (rows) {keys}"),
    )
}

fn elsewhere(shown: &str, root: &str) -> CheckDetail {
    CheckDetail::words(
        format!("{shown} 不在；登记库已有根密钥为 {root} 的密钥环，请将其复制到此处"),
        format!(
            "{shown} is not there; the registry has a ring whose root key is {root}: copy that here"
        ),
    )
}

fn unknown(shown: &str, config: &Config) -> CheckDetail {
    let (zh, en) = match config.database.url {
        Some(_) => ("", ""),
        None => BESIDE,
    };
    CheckDetail::words(
        format!("{shown} 不在；数据库没有应答，无法得知是否有资料依赖它{zh}"),
        format!("{shown} is not there; without the database nobody knows what depends on it{en}"),
    )
}

fn uncompared(shown: &str, why: Option<&str>) -> CheckDetail {
    let (zh, en) = match why {
        Some(why) => (format!("：{why}"), format!(": {why}")),
        None => (BESIDE.0.to_owned(), BESIDE.1.to_owned()),
    };
    CheckDetail::words(
        format!("{shown}；未与登记库核对{zh}"),
        format!("{shown}; not compared with the registry{en}"),
    )
}

fn not_yet(shown: &str) -> CheckDetail {
    CheckDetail::words(
        format!("{shown}（尚未建立）"),
        format!("{shown} (not made yet)"),
    )
}
