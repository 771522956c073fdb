//! The organisations and accounts that every demonstration has, by name.

use super::{DemoOrg, DemoOrgKind, Map};
use hejie_case::{
    ids::RegionCode,
    role::Role::{self, *},
};

/// The channel of the demonstration's 110 desk: its name, what people read, and whose it is.
pub const CHANNEL: (&str, &str, &str) = ("110", "和安县110", "和安县公安局110指挥中心");

struct KnownOrg(
    DemoOrgKind,
    &'static str,
    &'static str,
    Option<&'static str>,
);

const COUNTY: &str = "和安县";
const CENTRE: &str = "和安县矛调中心";

/// Parents come before their children.
const ORGANISATIONS: &[KnownOrg] = &[
    KnownOrg(DemoOrgKind::County, COUNTY, "990101", None),
    KnownOrg(DemoOrgKind::Centre, CENTRE, "990101", Some(COUNTY)),
    KnownOrg(DemoOrgKind::Desk, CHANNEL.2, "990101", Some(COUNTY)),
    KnownOrg(DemoOrgKind::Desk, "和安县12345热线", "990101", Some(COUNTY)),
    KnownOrg(
        DemoOrgKind::Department,
        "和安县人力资源和社会保障局",
        "990101",
        Some(COUNTY),
    ),
    KnownOrg(
        DemoOrgKind::Department,
        "和安县市场监督管理局",
        "990101",
        Some(COUNTY),
    ),
    KnownOrg(
        DemoOrgKind::Department,
        "和安县住房和城乡建设局",
        "990101",
        Some(COUNTY),
    ),
    KnownOrg(DemoOrgKind::Court, "和安县人民法院", "990101", Some(COUNTY)),
    KnownOrg(
        DemoOrgKind::Station,
        "新港派出所",
        "990101001",
        Some(COUNTY),
    ),
    KnownOrg(
        DemoOrgKind::Committee,
        "新港街道人民调解委员会",
        "990101001",
        Some(CENTRE),
    ),
    KnownOrg(
        DemoOrgKind::JudicialOffice,
        "新港司法所",
        "990101001",
        Some(COUNTY),
    ),
    KnownOrg(
        DemoOrgKind::Grid,
        "新港一网格",
        "990101001001",
        Some("新港街道人民调解委员会"),
    ),
    KnownOrg(
        DemoOrgKind::Station,
        "古桥派出所",
        "990101002",
        Some(COUNTY),
    ),
    KnownOrg(
        DemoOrgKind::Committee,
        "古桥街道人民调解委员会",
        "990101002",
        Some(CENTRE),
    ),
    KnownOrg(
        DemoOrgKind::JudicialOffice,
        "古桥司法所",
        "990101002",
        Some(COUNTY),
    ),
    KnownOrg(
        DemoOrgKind::Grid,
        "古桥一网格",
        "990101002001",
        Some("古桥街道人民调解委员会"),
    ),
    KnownOrg(
        DemoOrgKind::Station,
        "东岙派出所",
        "990101003",
        Some(COUNTY),
    ),
    KnownOrg(
        DemoOrgKind::Committee,
        "东岙镇人民调解委员会",
        "990101003",
        Some(CENTRE),
    ),
    KnownOrg(
        DemoOrgKind::JudicialOffice,
        "东岙司法所",
        "990101003",
        Some(COUNTY),
    ),
    KnownOrg(
        DemoOrgKind::Grid,
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
        for KnownOrg(kind, name, region, parent) in ORGANISATIONS {
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
        kind: DemoOrgKind,
        name: String,
        region: RegionCode,
        parent: Option<usize>,
    ) -> usize {
        let id = self.id(&format!("org {name} {region}"));
        self.orgs.push(DemoOrg {
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
        for (at, KnownOrg(_, name, _, parent)) in ORGANISATIONS.iter().enumerate() {
            let above = parent.is_none_or(|p| ORGANISATIONS[..at].iter().any(|o| o.1 == p));
            assert!(above, "{name}");
        }
        for (login, _, _, org) in ACCOUNTS {
            assert!(ORGANISATIONS.iter().any(|o| o.1 == *org), "{login}");
        }
    }
}
