//! `hejie demo`: fills a new database with the invented county 和安县, and tells how to sign in.

mod note;

use super::{Failure, database, password, paths, progress::Bar, ring};
use crate::say::say;
use crate::{
    clock::Clock,
    config::Config,
    demo::{self, DemoError, Founding},
    entropy::RandomSource,
};
use clap::{Args, ValueEnum};
use hejie_case::{deadline::SHANGHAI, ids::RegionCode};
use hejie_county::{County, Scale};
use hejie_registry::{
    identity::org,
    pool::{self, PgConnection},
};
use jiff::civil::Date;
use note::Note;
use std::{path::Path, process::ExitCode, sync::Arc};

/// Examples for `hejie demo`.
pub(super) const EXAMPLES: &str = "Examples:
  hejie demo                               into ./hejie-data; doing it again changes nothing
  hejie demo --size county --data county   a year of the whole county; interrupted, it goes on when it is called again
  hejie demo --size city --data city       five years of a prefecture of 7.5 such counties, for load tests";

/// The password of every demonstration account.
const PASSWORD: &str = "hejie-demo-2026";
/// The seed of the county that everybody gets who names none.
const SEED: u64 = 20_250_620;

/// What `hejie demo` understands.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// How much to load
    #[arg(long, value_enum, default_value_t = DemoSize::Small)]
    size: DemoSize,
    /// Another county of the same kind: the same seed and day give the same cases
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// The day until which the county is told [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,
}

/// How much of the county is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DemoSize {
    /// Three townships and a score of people, without a case
    Bare,
    /// The same with the cases written by hand: fifteen stories, and every dangerous merge once
    Small,
    /// Twelve townships, their people, and a year of disputes
    County,
    /// Ninety townships and five years, about 345,000 disputes
    City,
}

impl DemoSize {
    fn word(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Small => "small",
            Self::County => "county",
            Self::City => "city",
        }
    }

    fn scale(self) -> Scale {
        match self {
            Self::Bare => Scale::Bare,
            Self::Small => Scale::Small,
            Self::County => Scale::County,
            Self::City => Scale::City,
        }
    }
}

/// Runs the command.
pub(super) async fn demo(config: &Config, args: &DemoArgs) -> Result<ExitCode, Failure> {
    let directory = paths::data_directory(config)?;
    let files = paths::files(config)?;
    demo::keep_samples(&files).await?;
    let database = database::open(config).await?;
    let result = load(config, &database.pool, &directory, args).await;
    database.close().await?;
    tell(&result?);
    Ok(ExitCode::SUCCESS)
}

/// Founds the county or finds the one that is there, and loads the cases that are missing.
async fn load(
    config: &Config,
    pool: &pool::PgPool,
    directory: &Path,
    args: &DemoArgs,
) -> Result<County, Failure> {
    let mut conn = pool::acquire(pool).await?;
    let county = if is_empty(&mut conn).await? {
        drop(conn);
        // The phones of the county trust it, and are there before the first start of the server.
        ring::open(config, pool).await?;
        let until = args.until.unwrap_or_else(today);
        let county = County::draw(args.seed, args.size.scale(), until);
        found(pool, directory, args, &county).await?;
        conn = pool::acquire(pool).await?;
        county
    } else {
        standing(directory, args)?
    };
    let county = Arc::new(county);
    let from = demo::first_missing(&mut conn, &county).await?;
    drop(conn);
    let total = county.calls.len();
    if from < total {
        let bar = Bar::new(from as u64, total as u64, "载入案件 / loading cases");
        demo::load(pool, &county, from, |at| bar.set(at as u64)).await?;
        drop(bar);
        let loaded = total - from;
        say(format_args!(
            "已载入虚构的和安县：{loaded} 件纠纷；数量与形态是设定的，不是实测 / the invented county 和安县 is loaded: {loaded} disputes; \
             their shape is assumed, not measured"
        ));
    } else if total == 0 {
        say(format_args!(
            "虚构的和安县已建立，没有案件 / the invented county 和安县 is founded, without a case"
        ));
    } else {
        say(format_args!(
            "已有数据，未作改动 / there are data already; nothing was changed"
        ));
    }
    Arc::try_unwrap(county).map_err(|_| Failure::from(DemoError::CutOff))
}

async fn is_empty(conn: &mut PgConnection) -> Result<bool, Failure> {
    match "990101".parse::<RegionCode>() {
        Ok(county) => Ok(org::list_in_region(conn, &county).await?.is_empty()),
        Err(_) => Ok(false),
    }
}

/// Writes organisations and people, and then the note that says so.
async fn found(
    pool: &pool::PgPool,
    directory: &Path,
    args: &DemoArgs,
    county: &County,
) -> Result<(), Failure> {
    let entropy = RandomSource::system();
    // One hash for all: it is one password, and hashing is slow on purpose.
    let hash = password::hash(PASSWORD.into(), &entropy).await?;
    let founding = Founding {
        password_hash: &hash,
        secret: entropy.bytes::<32>().to_vec(),
        channel: uuid::Builder::from_random_bytes(entropy.bytes()).into_uuid(),
    };
    let until = SHANGHAI.to_datetime(county.until).date();
    let note = Note::new(args.size.word(), args.seed, until);
    let mut tx = pool::begin(pool).await?;
    demo::found(&mut tx, county, &founding).await?;
    // Under its real name only when the data are there; the secret could not be had again.
    let unusable = |source| Failure::DataDirectory {
        at: directory.to_owned(),
        source,
    };
    let aside = note
        .write_aside(directory, county, &founding.secret, PASSWORD)
        .map_err(unusable)?;
    pool::commit(tx).await?;
    aside.put_in_place().map_err(unusable)
}

/// The county that is there already, if it is the one that is asked for.
fn standing(directory: &Path, args: &DemoArgs) -> Result<County, Failure> {
    let other = |what: String| {
        Failure::asked(
            what,
            "请用 --data 另选目录，或用 DATABASE_URL 另选数据库 / choose another directory with --data, or another database with DATABASE_URL",
        )
    };
    let Some(note) = Note::read(directory) else {
        return Err(other(
            "数据库中的县不是本目录所建 / the database holds a county that this directory knows nothing of".into(),
        ));
    };
    let asked = (
        args.size.word(),
        args.seed,
        args.until.unwrap_or(note.until),
    );
    if asked != (note.size.as_str(), note.seed, note.until) {
        let Note { size, seed, until } = note;
        return Err(other(format!(
            "已有另一个演示县 / there is a county of size {size} with seed {seed}, told until {until}, already"
        )));
    }
    Ok(County::draw(note.seed, args.size.scale(), note.until))
}

fn today() -> Date {
    SHANGHAI.to_datetime(Clock::system().now()).date()
}

fn tell(county: &County) {
    say(format_args!(
        "演示账号 / demonstration accounts, 密码 / password {PASSWORD}:"
    ));
    for person in county.map.people.iter().filter(|p| p.is_known) {
        let org = &county.map.orgs[person.org].name;
        say(format_args!("  {:<14} {} {org}", person.login, person.name));
    }
}
