//! 和安县, which does not exist: its organisations and the people of the demonstration.

use hejie_case::role::Role;
use hejie_registry::identity::org::OrgKind;

/// The password of every demonstration account.
pub(super) const PASSWORD: &str = "hejie-demo-2026";

/// An organisation.
pub(super) struct Place {
    pub(super) name: &'static str,
    pub(super) kind: OrgKind,
    pub(super) region: &'static str,
    pub(super) parent: Option<&'static str>,
}

/// Somebody with an account.
pub(super) struct Person {
    pub(super) login: &'static str,
    pub(super) name: &'static str,
    pub(super) role: Role,
    pub(super) org: &'static str,
}

/// A channel.
pub(super) struct Desk {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) org: &'static str,
}

const COUNTY: &str = "和安县";
const CENTRE: &str = "和安县矛调中心";

const fn place(
    name: &'static str,
    kind: OrgKind,
    region: &'static str,
    parent: Option<&'static str>,
) -> Place {
    Place {
        name,
        kind,
        region,
        parent,
    }
}

const fn person(login: &'static str, name: &'static str, role: Role, org: &'static str) -> Person {
    Person {
        login,
        name,
        role,
        org,
    }
}

/// Parents come before their children.
pub(super) const ORGANISATIONS: &[Place] = &[
    place(COUNTY, OrgKind::County, "990101", None),
    place(CENTRE, OrgKind::Centre, "990101", Some(COUNTY)),
    place(
        "和安县公安局110指挥中心",
        OrgKind::Desk,
        "990101",
        Some(COUNTY),
    ),
    place(
        "和安县人力资源和社会保障局",
        OrgKind::Department,
        "990101",
        Some(COUNTY),
    ),
    place("和安县人民法院", OrgKind::Court, "990101", Some(COUNTY)),
    place("新港派出所", OrgKind::Station, "990101001", Some(COUNTY)),
    place(
        "新港街道人民调解委员会",
        OrgKind::Committee,
        "990101001",
        Some(CENTRE),
    ),
    place(
        "新港司法所",
        OrgKind::JudicialOffice,
        "990101001",
        Some(COUNTY),
    ),
    place(
        "新港一网格",
        OrgKind::Grid,
        "990101001001",
        Some("新港街道人民调解委员会"),
    ),
    place("古桥派出所", OrgKind::Station, "990101002", Some(COUNTY)),
    place(
        "古桥街道人民调解委员会",
        OrgKind::Committee,
        "990101002",
        Some(CENTRE),
    ),
    place(
        "古桥司法所",
        OrgKind::JudicialOffice,
        "990101002",
        Some(COUNTY),
    ),
    place(
        "古桥一网格",
        OrgKind::Grid,
        "990101002001",
        Some("古桥街道人民调解委员会"),
    ),
    place("东岙派出所", OrgKind::Station, "990101003", Some(COUNTY)),
    place(
        "东岙镇人民调解委员会",
        OrgKind::Committee,
        "990101003",
        Some(CENTRE),
    ),
    place(
        "东岙司法所",
        OrgKind::JudicialOffice,
        "990101003",
        Some(COUNTY),
    ),
    place(
        "东岙一网格",
        OrgKind::Grid,
        "990101003001",
        Some("东岙镇人民调解委员会"),
    ),
];

/// Who may sign in.
pub(super) const ACCOUNTS: &[Person] = &[
    person("dudao", "督导 顾明", Role::Supervisor, COUNTY),
    person("fenliu", "分流员 沈岚", Role::Dispatcher, CENTRE),
    person(
        "tiaojie1",
        "调解员 陆安平",
        Role::Mediator,
        "新港街道人民调解委员会",
    ),
    person(
        "tiaojie2",
        "调解员 温和",
        Role::Mediator,
        "古桥街道人民调解委员会",
    ),
    person(
        "tiaojie3",
        "调解员 石敏",
        Role::Mediator,
        "东岙镇人民调解委员会",
    ),
    person("wangge1", "网格员 叶青", Role::GridWorker, "新港一网格"),
    person("wangge2", "网格员 方圆", Role::GridWorker, "古桥一网格"),
    person("wangge3", "网格员 江汀", Role::GridWorker, "东岙一网格"),
    person("minjing1", "民警 高远", Role::PoliceOfficer, "新港派出所"),
    person("sifa1", "司法所 白衡", Role::JudicialOffice, "新港司法所"),
    person("sifa2", "司法所 严正", Role::JudicialOffice, "古桥司法所"),
    person("sifa3", "司法所 田允", Role::JudicialOffice, "东岙司法所"),
    person("guanli", "管理员 任立", Role::SystemAdmin, COUNTY),
];

/// The 110 desk, which pushes work orders.
pub(super) const CHANNEL: Desk = Desk {
    name: "110",
    title: "和安县110",
    org: "和安县公安局110指挥中心",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_works_somewhere_and_parents_come_first() {
        for (at, org) in ORGANISATIONS.iter().enumerate() {
            let above = org
                .parent
                .is_none_or(|parent| ORGANISATIONS[..at].iter().any(|p| p.name == parent));
            assert!(above, "{}", org.name);
        }
        for person in ACCOUNTS {
            assert!(
                ORGANISATIONS.iter().any(|org| org.name == person.org),
                "{}",
                person.login
            );
        }
    }
}
