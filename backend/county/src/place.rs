//! The map of the county and the people who work in it.

mod known;
mod staff;

pub use known::CHANNEL;

use crate::{Scale, chance::Chance, params::Params, people::names};
use hejie_case::{
    facts::{OrgFact, OrgLevel},
    ids::{Actor, DeviceId, OrgId, RegionCode},
    role::{Author, Role},
};
use jiff::Timestamp;

/// What an organisation is; the words are those of the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DemoOrgKind {
    /// The county as a whole.
    County,
    /// 矛调中心.
    Centre,
    /// 派出所.
    Station,
    /// 人民调解委员会.
    Committee,
    /// 司法所.
    JudicialOffice,
    /// 职能部门.
    Department,
    /// 网格.
    Grid,
    /// 法院.
    Court,
    /// 110 or 12345 desk.
    Desk,
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoOrg {
    /// Its id.
    pub id: OrgId,
    /// The organisation above it, by its place in [`Map::orgs`]; it stands before.
    pub parent: Option<usize>,
    /// What it is.
    pub kind: DemoOrgKind,
    /// Its name.
    pub name: String,
    /// Its territory.
    pub region: RegionCode,
}

impl DemoOrg {
    /// The organisation as rulings know it; committees keep their own seal.
    #[must_use]
    pub fn fact(&self) -> OrgFact {
        let level = match (self.kind, self.region.as_str().len()) {
            (DemoOrgKind::Grid, _) => OrgLevel::Grid,
            (_, 6) => OrgLevel::County,
            (_, 9) => OrgLevel::Township,
            _ => OrgLevel::Village,
        };
        OrgFact {
            id: self.id,
            name: self.name.clone(),
            level,
            carries_seal: self.kind == DemoOrgKind::Committee,
        }
    }
}

/// Somebody with an account, and the phone that he or she worked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoPerson {
    /// The person in the role and organisation of the account.
    pub author: Author,
    /// The actor of the phone.
    pub actor: Actor,
    /// The phone.
    pub device: DeviceId,
    /// The same phone after it was restored from a backup: another actor, and so another device.
    pub restored: Option<(Actor, DeviceId)>,
    /// What the person types to sign in.
    pub login: String,
    /// The name that colleagues see.
    pub name: String,
    /// The organisation, by its place in [`Map::orgs`].
    pub org: usize,
    /// The organisation as rulings know it.
    pub fact: OrgFact,
    /// Takes new cases of the territory.
    pub on_duty: bool,
    /// One of the accounts that the demonstration names.
    pub is_known: bool,
}

impl DemoPerson {
    /// Whether the person works with a phone.
    #[must_use]
    pub fn has_phone(&self) -> bool {
        matches!(
            self.author.role,
            Role::Mediator
                | Role::GridWorker
                | Role::GridLeader
                | Role::PoliceOfficer
                | Role::Department
                | Role::Invited
        )
    }
}

/// A township with whoever works there, by their places in [`Map::people`].
#[derive(Debug, Clone, Default)]
pub struct Township {
    /// Its name.
    pub name: String,
    /// Nine digits.
    pub region: String,
    /// Its share of the disputes.
    pub weight: f64,
    /// Its villages.
    pub villages: Vec<Village>,
    /// Mediators of the committee of the township and of its stations.
    pub mediators: Vec<usize>,
    /// Officers of its stations.
    pub officers: Vec<usize>,
    /// 司法所.
    pub office: Vec<usize>,
}

/// A village with whoever works there.
#[derive(Debug, Clone, Default)]
pub struct Village {
    /// Its name.
    pub name: String,
    /// Twelve digits.
    pub region: String,
    /// Mediators of the village.
    pub mediators: Vec<usize>,
    /// Grid workers.
    pub grid: Vec<usize>,
}

/// The whole map.
#[derive(Debug, Clone, Default)]
pub struct Map {
    /// Organisations; parents stand before their children.
    pub orgs: Vec<DemoOrg>,
    /// Everybody with an account.
    pub people: Vec<DemoPerson>,
    /// The townships.
    pub townships: Vec<Township>,
    /// Dispatchers of the centre.
    pub dispatchers: Vec<usize>,
    /// Supervisors of the county.
    pub supervisors: Vec<usize>,
    /// Handlers of departments.
    pub departments: Vec<usize>,
    seed: u64,
    founded: Option<Timestamp>,
}

impl Map {
    /// Draws the map of a county of this size.
    #[must_use]
    pub fn draw(seed: u64, scale: Scale, founded: Timestamp) -> Self {
        let mut map = Self {
            seed,
            founded: Some(founded),
            ..Self::default()
        };
        map.lay_out(scale);
        map.found_known();
        if scale.is_full() {
            map.found_rest(scale);
        }
        map.sort_people();
        map
    }

    /// The first person of a role, who the demonstration always has.
    pub(crate) fn first(&self, role: Role) -> &DemoPerson {
        let found = self.people.iter().find(|p| p.author.role == role);
        found.unwrap_or(&self.people[0])
    }

    /// Somebody by login.
    pub(crate) fn person(&self, login: &str) -> &DemoPerson {
        let found = self.people.iter().find(|p| p.login == login);
        found.unwrap_or(&self.people[0])
    }

    fn lay_out(&mut self, scale: Scale) {
        let size = &Params::shipped().size;
        let (townships, villages) = match scale {
            Scale::Bare | Scale::Small => (3, 9),
            Scale::County => (size.townships, size.villages),
            Scale::City => (
                times(size.townships, size.city_factor),
                times(size.villages, size.city_factor),
            ),
        };
        let weights = self.weights(townships);
        let in_each = villages.div_ceil(townships.max(1));
        for (number, weight) in (1..=townships).zip(weights) {
            let here = in_each.min(villages.saturating_sub(in_each * (number - 1)));
            self.townships.push(Township {
                name: township_name(number),
                region: format!("990101{number:03}"),
                weight,
                villages: (1..=here.max(1))
                    .map(|village| Village {
                        name: village_name(number, village),
                        region: format!("990101{number:03}{village:03}"),
                        ..Village::default()
                    })
                    .collect(),
                ..Township::default()
            });
        }
    }

    fn weights(&self, townships: u32) -> Vec<f64> {
        let calls = &Params::shipped().calls;
        let mut chance = Chance::of(self.seed, "townships", 0);
        let drawn =
            std::iter::repeat_with(|| 0.0775 * chance.log_normal(1.0, calls.township_sigma));
        let known = calls.township.iter().copied();
        known.chain(drawn).take(townships as usize).collect()
    }

    /// Whoever has a place in a township, a village or at the centre is found there.
    fn sort_people(&mut self) {
        for (at, person) in self.people.iter().enumerate() {
            let region = self.orgs[person.org].region.as_str();
            let township = region
                .get(..9)
                .and_then(|code| self.townships.iter_mut().find(|t| t.region == code));
            match (person.author.role, township) {
                (Role::Dispatcher, None) => self.dispatchers.push(at),
                (Role::Supervisor, None) => self.supervisors.push(at),
                (Role::Department, None) => self.departments.push(at),
                (Role::PoliceOfficer, Some(township)) => township.officers.push(at),
                (Role::JudicialOffice, Some(township)) => township.office.push(at),
                (role, Some(township)) => {
                    let village = township.villages.iter_mut().find(|v| v.region == region);
                    match (role, village) {
                        (Role::Mediator, Some(village)) => village.mediators.push(at),
                        (Role::GridWorker, Some(village)) => village.grid.push(at),
                        (Role::Mediator, None) => township.mediators.push(at),
                        _ => {}
                    }
                }
                _ => {}
            }
        }
    }
}

pub(crate) fn times(count: u32, factor: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few thousand people"
    )]
    let product = (f64::from(count) * factor).round() as u32;
    product
}

fn township_name(number: u32) -> String {
    let names = &names().county;
    let known = names.townships.get(number as usize - 1).cloned();
    known.unwrap_or_else(|| {
        let n = number as usize * 7;
        let first = &names.second[n % names.second.len()];
        let second = &names.second[(n / names.second.len() + number as usize) % names.second.len()];
        format!("{first}{second}镇")
    })
}

fn village_name(township: u32, village: u32) -> String {
    let names = &names().county;
    let n = (township as usize - 1) * 15 + village as usize - 1;
    let first = &names.first[n % names.first.len()];
    let second = &names.second[(n / names.first.len() + n) % names.second.len()];
    format!("{first}{second}村")
}
