//! The organisations and accounts that every demonstration has, by name.

use super::{Map, Org, OrgKind};
use hejie_case::{
    ids::RegionCode,
    role::Role::{self, *},
};

/// The channel of the demonstration's 110 desk: its name, what people read, and whose it is.
pub const CHANNEL: (&str, &str, &str) = ("110", "和安县110", "和安县公安局110指挥中心");

struct Place(OrgKind, &'static str, &'static str, Option<&'static str>);

const COUNTY: &str = "和安县";
const CENTRE: &str = "和安县矛调中心";

/// Parents come before their children.
const ORGANISATIONS: &[Place] = &[
    Place(OrgKind::County, COUNTY, "990101", None),
    Place(OrgKind::Centre, CENTRE, "990101", Some(COUNTY)),
    Place(OrgKind::Desk, CHANNEL.2, "990101", Some(COUNTY)),
    Place(OrgKind::Desk, "和安县12345热线", "990101", Some(COUNTY)),
    Place(
        OrgKind::Department,
        "和安县人力资源和社会保障局",
        "990101",
        Some(COUNTY),
    ),
    Place(
        OrgKind::Department,
        "和安县市场监督管理局",
        "990101",
        Some(COUNTY),
    ),
    Place(
        OrgKind::Department,
        "和安县住房和城乡建设局",
        "990101",
        Some(COUNTY),
    ),
    Place(OrgKind::Court, "和安县人民法院", "990101", Some(COUNTY)),
    Place(OrgKind::Station, "新港派出所", "990101001", Some(COUNTY)),
    Place(
        OrgKind::Committee,
        "新港街道人民调解委员会",
        "990101001",
        Some(CENTRE),
    ),
    Place(
        OrgKind::JudicialOffice,
        "新港司法所",
        "990101001",
        Some(COUNTY),
    ),
    Place(
        OrgKind::Grid,
        "新港一网格",
        "990101001001",
        Some("新港街道人民调解委员会"),
    ),
    Place(OrgKind::Station, "古桥派出所", "990101002", Some(COUNTY)),
    Place(
        OrgKind::Committee,
        "古桥街道人民调解委员会",
        "990101002",
        Some(CENTRE),
    ),
    Place(
        OrgKind::JudicialOffice,
        "古桥司法所",
        "990101002",
        Some(COUNTY),
    ),
    Place(
        OrgKind::Grid,
        "古桥一网格",
        "990101002001",
        Some("古桥街道人民调解委员会"),
    ),
    Place(OrgKind::Station, "东岙派出所", "990101003", Some(COUNTY)),
    Place(
        OrgKind::Committee,
        "东岙镇人民调解委员会",
        "990101003",
        Some(CENTRE),
    ),
    Place(
        OrgKind::JudicialOffice,
        "东岙司法所",
        "990101003",
        Some(COUNTY),
    ),
    Place(
        OrgKind::Grid,
        "东岙一网格",
        "990101003001",
        Some("东岙镇人民调解委员会"),
    ),
];

/// Login, name, role, organisation.
const ACCOUNTS: &[(&str, &str, Role, &str)] = &[
    ("dudao", "督导 顾明", Supervisor, COUNTY),
    ("fenliu", "分流员 沈岚", Dispatcher, CENTRE),
    (
        "tiaojie1",
        "调解员 陆安平",
        Mediator,
        "新港街道人民调解委员会",
    ),
    (
        "tiaojie2",
        "调解员 温和",
        Mediator,
        "古桥街道人民调解委员会",
    ),
    ("tiaojie3", "调解员 石敏", Mediator, "东岙镇人民调解委员会"),
    ("wangge1", "网格员 叶青", GridWorker, "新港一网格"),
    ("wangge2", "网格员 方圆", GridWorker, "古桥一网格"),
    ("wangge3", "网格员 江汀", GridWorker, "东岙一网格"),
    ("minjing1", "民警 高远", PoliceOfficer, "新港派出所"),
    ("minjing2", "民警 洪涛", PoliceOfficer, "古桥派出所"),
    ("minjing3", "民警 卫宁", PoliceOfficer, "东岙派出所"),
    ("sifa1", "司法所 白衡", JudicialOffice, "新港司法所"),
    ("sifa2", "司法所 严正", JudicialOffice, "古桥司法所"),
    ("sifa3", "司法所 田允", JudicialOffice, "东岙司法所"),
    (
        "renshe1",
        "人社局 谷丰",
        Department,
        "和安县人力资源和社会保障局",
    ),
    (
        "shichang1",
        "市场监管 关平",
        Department,
        "和安县市场监督管理局",
    ),
    (
        "zhujian1",
        "住建局 梁筑",
        Department,
        "和安县住房和城乡建设局",
    ),
    ("zhihui1", "110指挥中心 陈警", PoliceDesk, CHANNEL.2),
    ("rexian1", "12345坐席 苏音", HotlineDesk, "和安县12345热线"),
    ("fayuan1", "法庭 秦法", Court, "和安县人民法院"),
    ("guanli", "管理员 任立", SystemAdmin, COUNTY),
];

impl Map {
    pub(super) fn found_known(&mut self) {
        for Place(kind, name, region, parent) in ORGANISATIONS {
            let parent = parent.and_then(|parent| self.org_named(parent));
            if let Ok(region) = region.parse() {
                self.add_org(*kind, (*name).to_owned(), region, parent);
            }
        }
        for (login, name, role, org) in ACCOUNTS {
            if let Some(org) = self.org_named(org) {
                self.employ(login, name, *role, org, true);
            }
        }
    }

    pub(super) fn org_named(&self, name: &str) -> Option<usize> {
        self.orgs.iter().position(|org| org.name == name)
    }

    pub(super) fn add_org(
        &mut self,
        kind: OrgKind,
        name: String,
        region: RegionCode,
        parent: Option<usize>,
    ) -> usize {
        let id = self.id(&format!("org {name} {region}"));
        self.orgs.push(Org {
            id: id.into(),
            parent,
            kind,
            name,
            region,
        });
        self.orgs.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_known_works_somewhere_and_parents_come_first() {
        for (at, Place(_, name, _, parent)) in ORGANISATIONS.iter().enumerate() {
            let above = parent.is_none_or(|p| ORGANISATIONS[..at].iter().any(|o| o.1 == p));
            assert!(above, "{name}");
        }
        for (login, _, _, org) in ACCOUNTS {
            assert!(ORGANISATIONS.iter().any(|o| o.1 == *org), "{login}");
        }
    }
}
