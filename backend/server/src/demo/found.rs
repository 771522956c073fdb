//! Founding the county: organisations, accounts, phones, shifts, and the channel of its 110 desk.

use super::key;
use hejie_county::{
    County,
    place::{self, CHANNEL, DemoPerson},
};
use hejie_registry::{
    bulk,
    case::duty,
    error::RegistryError,
    identity::{
        channel::{self, Channel},
        device::Device,
        org::{Org, OrgKind},
        user::User,
    },
    pool::PgConnection,
};
use jiff::ToSpan;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What is not drawn from the seed.
#[derive(Debug)]
pub struct Founding<'a> {
    /// The hash of the password of everybody.
    pub password_hash: &'a str,
    /// The secret of the 110 channel.
    pub secret: Vec<u8>,
    /// The id of the 110 channel.
    pub channel: Uuid,
}

/// Hours for which the mediators of the demonstration are on duty.
const ON_DUTY_HOURS: i64 = 24 * 3650;

/// Founds the county; its numbers are kept for its cases.
///
/// # Errors
/// Postgres failed, or something of it is there already.
pub async fn found(
    conn: &mut PgConnection,
    county: &County,
    founding: &Founding<'_>,
) -> Result<(), RegistryError> {
    let orgs: Vec<Org> = county
        .map
        .orgs
        .iter()
        .map(|org| described(county, org))
        .collect();
    bulk::add_orgs(conn, &orgs).await?;
    let people: Vec<_> = county
        .map
        .people
        .iter()
        .map(|p| account(county, p))
        .collect();
    bulk::add_people(conn, &people, founding.password_hash, county.from).await?;
    let until = county
        .until
        .checked_add(ON_DUTY_HOURS.hours())
        .unwrap_or(jiff::Timestamp::MAX);
    for person in county.map.people.iter().filter(|p| p.on_duty) {
        let region = &county.map.orgs[person.org].region;
        duty::add_shift(conn, &person.author, region, county.from, until).await?;
    }
    open_channel(conn, county, founding).await?;
    let mut last: BTreeMap<i16, u32> = BTreeMap::new();
    for (year, number) in county.calls.iter().map(|call| call.number) {
        last.insert(year, number);
    }
    for (year, number) in last {
        bulk::reserve_numbers(conn, "990101", year, number).await?;
    }
    Ok(())
}

async fn open_channel(
    conn: &mut PgConnection,
    county: &County,
    founding: &Founding<'_>,
) -> Result<(), RegistryError> {
    let (name, title, org) = CHANNEL;
    let Some(org) = county.map.orgs.iter().find(|o| o.name == org) else {
        return Ok(());
    };
    let desk = Channel {
        id: founding.channel,
        name: name.into(),
        title_zh: title.into(),
        org: org.id,
        region: org.region.clone(),
        secret: founding.secret.clone(),
        webhook_url: None,
        active: true,
    };
    channel::add(conn, &desk, county.from).await
}

fn described(county: &County, org: &place::DemoOrg) -> Org {
    let fact = org.fact();
    Org {
        id: org.id,
        parent: org.parent.map(|at| county.map.orgs[at].id),
        kind: kind(org.kind),
        name_zh: org.name.clone(),
        region: org.region.clone(),
        level: fact.level,
        active: true,
        carries_seal: fact.carries_seal,
    }
}

fn kind(kind: place::DemoOrgKind) -> OrgKind {
    match kind {
        place::DemoOrgKind::County => OrgKind::County,
        place::DemoOrgKind::Centre => OrgKind::Centre,
        place::DemoOrgKind::Station => OrgKind::Station,
        place::DemoOrgKind::Committee => OrgKind::Committee,
        place::DemoOrgKind::JudicialOffice => OrgKind::JudicialOffice,
        place::DemoOrgKind::Department => OrgKind::Department,
        place::DemoOrgKind::Grid => OrgKind::Grid,
        place::DemoOrgKind::Court => OrgKind::Court,
        place::DemoOrgKind::Desk => OrgKind::Desk,
    }
}

fn account(county: &County, person: &DemoPerson) -> bulk::NewPerson {
    bulk::NewPerson {
        user: User {
            id: person.author.user,
            org: person.author.org,
            login: person.login.clone(),
            display_name: person.name.clone(),
            active: true,
            created_at: county.from,
        },
        author: person.author,
        devices: phones(county, person),
    }
}

/// The phone that the person works with, and for some the same after it was restored.
fn phones(county: &County, person: &DemoPerson) -> Vec<Device> {
    let first = person.has_phone().then_some((person.actor, person.device));
    let phones = first.into_iter().chain(person.restored);
    let device = |(actor, id)| Device {
        id,
        user: person.author.user,
        actor,
        key: key::of(id).public(),
        name: "演示手机".into(),
        enrolled_at: county.from,
        last_seen_at: None,
        revoked_at: None,
    };
    phones.map(device).collect()
}
