//! `hejie demo`: fills a new database with the invented county 和安县, and tells how to sign in.

mod county;

use super::{Failure, account::level_of, database, password, paths};
use crate::say::say;
use crate::{clock::Clock, config::Config, entropy::Entropy};
use clap::{Args, ValueEnum};
use county::{ACCOUNTS, CHANNEL, ORGANISATIONS, PASSWORD};
use hejie_case::{
    ids::{OrgId, RegionCode, UserId},
    role::{Author, Role},
};
use hejie_registry::{
    case::duty,
    identity::{
        channel::{self, Channel},
        grant,
        org::{self, Org, OrgKind},
        user::{self, User},
    },
    pool::{self, PgConnection},
};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap, fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path,
    process::ExitCode,
};

/// Examples for `hejie demo`.
pub(super) const EXAMPLES: &str = "Examples:
  hejie demo                    into ./hejie-data; doing it again changes nothing
  hejie demo --data /tmp/hejie";

/// Where accounts and the channel's secret are written for programs that play a story.
const FILE: &str = "demo.json";
/// How long the demonstration's mediators are on duty.
const ON_DUTY_HOURS: i64 = 24 * 3650;

/// What `hejie demo` understands.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// How much to load
    #[arg(long, value_enum, default_value_t = Size::Small)]
    size: Size,
}

/// How much of the county is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Size {
    /// Three townships and a dozen people
    Small,
}

/// Runs the command.
pub(super) async fn demo(config: &Config, args: &DemoArgs) -> Result<ExitCode, Failure> {
    match args.size {
        Size::Small => {}
    }
    let database = database::open(config).await?;
    let mut tx = pool::begin(&database.pool).await?;
    if is_empty(&mut tx).await? {
        let secret = found(&mut tx).await?;
        let directory = paths::data_directory(config)?;
        let unusable = |source| Failure::DataDirectory {
            at: directory.clone(),
            source,
        };
        // Under its real name only when the data are there; the secret could not be had again.
        let (aside, file) = (
            directory.join(FILE).with_extension("new"),
            directory.join(FILE),
        );
        write(&aside, &description(&secret)).map_err(unusable)?;
        pool::commit(tx).await?;
        fs::rename(aside, file).map_err(unusable)?;
        say(format_args!(
            "已载入虚构的和安县 / the invented county 和安县 is loaded"
        ));
    } else {
        drop(tx);
        say(format_args!(
            "已有数据，未作改动 / there are data already; nothing was changed"
        ));
    }
    database.close().await?;
    tell();
    Ok(ExitCode::SUCCESS)
}

async fn is_empty(conn: &mut PgConnection) -> Result<bool, Failure> {
    let county = Some(&ORGANISATIONS[0]).and_then(|org| org.region.parse::<RegionCode>().ok());
    match county {
        Some(county) => Ok(org::list_in_region(conn, &county).await?.is_empty()),
        None => Ok(false),
    }
}

/// Writes everything and returns the channel's secret.
async fn found(conn: &mut PgConnection) -> Result<Vec<u8>, Failure> {
    let (now, entropy) = (Clock::system().now(), Entropy::system());
    let mut orgs = BTreeMap::new();
    for place in ORGANISATIONS {
        let id = OrgId::new(now, entropy.bytes());
        let region = region(place.region)?;
        let org = Org {
            id,
            parent: place.parent.and_then(|parent| orgs.get(parent).copied()),
            kind: place.kind,
            name_zh: place.name.into(),
            level: level_of(place.kind, &region),
            region,
            active: true,
            carries_seal: place.kind == OrgKind::Committee,
        };
        org::add(conn, &org).await?;
        orgs.insert(place.name, id);
    }
    // One hash for all: it is one password, and hashing is slow on purpose.
    let hash = password::hash(PASSWORD.into(), &entropy).await?;
    for person in ACCOUNTS {
        let org = *orgs.get(person.org).ok_or_else(|| unknown(person.org))?;
        let id = UserId::new(now, entropy.bytes());
        let (login, display_name) = (person.login.to_owned(), person.name.to_owned());
        user::add(
            conn,
            &User {
                id,
                org,
                login,
                display_name,
                active: true,
                created_at: now,
            },
            &hash,
        )
        .await?;
        grant::add(conn, id, person.role, org, now).await?;
        if person.role == Role::Mediator {
            put_on_duty(
                conn,
                Author {
                    user: id,
                    role: person.role,
                    org,
                },
                now,
            )
            .await?;
        }
    }
    let org = *orgs.get(CHANNEL.org).ok_or_else(|| unknown(CHANNEL.org))?;
    let secret = entropy.bytes::<32>().to_vec();
    let desk = Channel {
        id: uuid::Builder::from_random_bytes(entropy.bytes()).into_uuid(),
        name: CHANNEL.name.into(),
        title_zh: CHANNEL.title.into(),
        org,
        region: region(ORGANISATIONS[0].region)?,
        secret: secret.clone(),
        webhook_url: None,
        active: true,
    };
    channel::add(conn, &desk, now).await?;
    Ok(secret)
}

async fn put_on_duty(conn: &mut PgConnection, who: Author, now: Timestamp) -> Result<(), Failure> {
    let until = now
        .checked_add(ON_DUTY_HOURS.hours())
        .unwrap_or(Timestamp::MAX);
    let org = org::lookup(conn, who.org).await?;
    if let Some(org) = org {
        duty::add_shift(conn, &who, &org.region, now, until).await?;
    }
    Ok(())
}

fn region(code: &str) -> Result<RegionCode, Failure> {
    code.parse().map_err(|_| unknown(code))
}

fn unknown(what: &str) -> Failure {
    Failure::asked(
        format!("the demonstration county is inconsistent at {what}"),
        "report this as a bug",
    )
}

fn description(secret: &[u8]) -> Value {
    let account = |person: &county::Person| json!({ "login": person.login, "name": person.name, "role": person.role, "org": person.org, "password": PASSWORD });
    json!({
        "accounts": ACCOUNTS.iter().map(account).collect::<Vec<_>>(),
        "channel": { "name": CHANNEL.name, "secret_hex": hex::encode(secret) },
    })
}

fn write(path: &Path, content: &Value) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(format!("{content:#}\n").as_bytes())
}

fn tell() {
    say(format_args!(
        "演示账号 / demonstration accounts, 密码 / password {PASSWORD}:"
    ));
    for person in ACCOUNTS {
        say(format_args!(
            "  {:<14} {} {}",
            person.login, person.name, person.org
        ));
    }
}
