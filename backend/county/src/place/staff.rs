//! Everybody else who works in a county of full size: stations, committees, villages, grids,
//! departments.

use super::{DemoOrgKind, DemoPerson, Map, times};
use crate::{Scale, chance::Chance, params::Params, people::name};
use hejie_case::{
    ids::{Actor, UserId},
    role::{Author, Role},
};
use jiff::Timestamp;
use uuid::Uuid;

const DEPARTMENTS: &[&str] = &[
    "综合行政执法局",
    "自然资源和规划局",
    "农业农村局",
    "林业局",
    "水利局",
    "卫生健康局",
    "教育局",
    "民政局",
    "生态环境局",
    "交通运输局",
    "文化和旅游局",
    "妇联",
    "总工会",
    "征收办公室",
    "信访局",
];

impl Map {
    pub(super) fn found_rest(&mut self, scale: Scale) {
        let size = &Params::shipped().size;
        let factor = if scale == Scale::City {
            size.city_factor
        } else {
            1.0
        };
        let townships = u32::try_from(self.townships.len()).unwrap_or(1);
        let each = |of: u32| times(of, factor).div_ceil(townships);
        self.county_staff(factor);
        let mut second_stations = times(size.stations - size.townships, factor);
        for number in 0..self.townships.len() {
            let has_second = second_stations > 0 && number % 5 == 0;
            second_stations -= u32::from(has_second);
            let (committee, office, stations) = self.township_orgs(number, has_second);
            let region = self.townships[number].region.clone();
            let here = &region[6..];
            let full_time = each(size.full_time_mediators - size.stationed_mediators);
            self.crew(("tj", "调解员", Role::Mediator), committee, here, full_time);
            self.crew(("sf", "司法所", Role::JudicialOffice), office, here, 2);
            self.crew(
                ("wz", "网格长", Role::GridLeader),
                committee,
                here,
                each(size.grid_leaders),
            );
            for station in stations {
                let post = format!("{here}{station}");
                self.crew(
                    ("mj", "民警", Role::PoliceOfficer),
                    station,
                    &post,
                    each(size.police_areas).div_ceil(2),
                );
                self.crew(("zs", "驻所调解员", Role::Mediator), station, &post, 2);
            }
            let in_villages = size.mediators - size.full_time_mediators;
            let villages = times(size.villages, factor).max(1);
            let (mediators, workers) = (
                (times(in_villages, factor) + villages / 2) / villages,
                (times(size.grid_workers, factor) + villages / 2) / villages,
            );
            self.villages(number, committee, mediators, workers);
        }
    }

    /// The committee, the judicial office and the stations of a township.
    fn township_orgs(&mut self, number: usize, has_second: bool) -> (usize, usize, Vec<usize>) {
        let (region, full) = (
            self.townships[number].region.clone(),
            self.townships[number].name.clone(),
        );
        let short = full.trim_end_matches("街道").trim_end_matches(['镇', '乡']);
        let committee = self.org(
            DemoOrgKind::Committee,
            &format!("{full}人民调解委员会"),
            &region,
            Some(1),
        );
        let mut below =
            |kind, name: &str| self.org(kind, &format!("{short}{name}"), &region, Some(0));
        let office = below(DemoOrgKind::JudicialOffice, "司法所");
        let mut stations = vec![below(DemoOrgKind::Station, "派出所")];
        if has_second {
            stations.push(below(DemoOrgKind::Station, "二所"));
        }
        (committee, office, stations)
    }

    fn county_staff(&mut self, factor: f64) {
        for department in DEPARTMENTS {
            let org = self.org(
                DemoOrgKind::Department,
                &format!("和安县{department}"),
                "990101",
                Some(0),
            );
            self.crew(
                ("bm", department, Role::Department),
                org,
                &org.to_string(),
                times(2, factor),
            );
        }
        self.crew(("fl", "分流员", Role::Dispatcher), 1, "", times(4, factor));
        self.crew(("dd", "督导", Role::Supervisor), 0, "", times(5, factor));
        self.crew(("ld", "包案领导", Role::Leader), 0, "", times(3, factor));
        self.crew(("fx", "分析员", Role::Analyst), 0, "", 2);
        self.crew(
            ("zj", "专家", Role::Invited),
            1,
            "",
            times(Params::shipped().size.experts, factor),
        );
    }

    fn villages(&mut self, township: usize, committee: usize, mediators: u32, workers: u32) {
        for number in 0..self.townships[township].villages.len() {
            let village = &self.townships[township].villages[number];
            let (name, region) = (village.name.clone(), village.region.clone());
            let body = self.org(
                DemoOrgKind::Committee,
                &format!("{name}人民调解委员会"),
                &region,
                Some(committee),
            );
            let known = self
                .orgs
                .iter()
                .position(|o| o.kind == DemoOrgKind::Grid && o.region.as_str() == region);
            let grid = known.unwrap_or_else(|| {
                self.org(
                    DemoOrgKind::Grid,
                    &format!("{name}网格"),
                    &region,
                    Some(committee),
                )
            });
            let here = &region[6..];
            self.crew(("cm", "村调解员", Role::Mediator), body, here, mediators);
            self.crew(("wg", "网格员", Role::GridWorker), grid, here, workers);
        }
    }

    /// The organisation of this name and place, founded if it is not there yet.
    fn org(&mut self, kind: DemoOrgKind, name: &str, region: &str, parent: Option<usize>) -> usize {
        let known = self
            .orgs
            .iter()
            .position(|o| o.name == name && o.region.as_str() == region);
        match (known, region.parse()) {
            (Some(known), _) => known,
            (None, Ok(region)) => self.add_org(kind, name.to_owned(), region, parent),
            (None, Err(_)) => 0,
        }
    }

    /// Employs people of one trade: the letters of their logins, what they are called, their role.
    fn crew(
        &mut self,
        (letters, title, role): (&str, &str, Role),
        org: usize,
        here: &str,
        count: u32,
    ) {
        for number in 1..=count {
            let login = format!("{letters}{here}{number:02}");
            let mut chance = Chance::of(self.seed, &format!("name {login}"), 0);
            let name = format!("{title} {}", name(&mut chance));
            self.employ(&login, &name, role, org, false);
        }
    }

    pub(super) fn employ(
        &mut self,
        login: &str,
        name: &str,
        role: Role,
        org: usize,
        is_known: bool,
    ) {
        let user = UserId(self.id(&format!("user {login}")));
        let region = self.orgs[org].region.as_str();
        let first_three = ["990101001", "990101002", "990101003"].contains(&region);
        let at_committee = self.orgs[org].kind == DemoOrgKind::Committee && region.len() == 9;
        let phone = |what: &str| {
            let actor = Actor::drawn(Chance::of(self.seed, &format!("{what} {login}"), 0).bytes());
            (actor, self.id(&format!("device of {what} {login}")).into())
        };
        let ((actor, device), restored) = (phone("phone"), phone("restored phone"));
        self.people.push(DemoPerson {
            author: Author {
                user,
                role,
                org: self.orgs[org].id,
            },
            actor,
            device,
            restored: (is_known && role == Role::Mediator).then_some(restored),
            login: login.to_owned(),
            name: name.to_owned(),
            org,
            fact: self.orgs[org].fact(),
            // In the townships of the demonstration its own mediators take new cases.
            on_duty: role == Role::Mediator && at_committee && (is_known || !first_three),
            is_known,
        });
    }

    pub(super) fn id(&self, what: &str) -> Uuid {
        let founded = self.founded.unwrap_or(Timestamp::UNIX_EPOCH);
        UserId::new(founded, Chance::of(self.seed, what, 0).bytes()).0
    }
}
