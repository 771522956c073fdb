//! The table of docs/domain/rules.md#roles, row by row: what each role may write into a case
//! document.

use hejie_case::{
    role::Role,
    schema::{CONTAINERS, CREATORS},
};

/// The containers in which the role may write.
fn writes(role: Role) -> Vec<&'static str> {
    let containers = CONTAINERS.iter();
    let writable = containers.filter(|container| container.writers.contains(role));
    writable.map(|container| container.name).collect()
}

/// 人民调解员, lead or not: core rw, names rw, statements w, evidence w, agreement w and sign, risk
/// w, visits rw, q.
#[test]
fn a_mediator_writes_everything_but_who_made_the_case() {
    let all: Vec<_> = CONTAINERS.iter().map(|container| container.name).collect();
    assert_eq!(writes(Role::Mediator), all[1..]);
    assert_eq!(all[0], "meta");
}

/// 民警 / 驻村辅警: core rw until handover, statements w, evidence w, agreement r result, risk w,
/// visits r, q. Names: by the mask, since an officer settles on the scene (E08) and no settlement
/// is without parties and consent.
#[test]
fn an_officer_writes_at_the_scene_and_nothing_of_the_agreement_or_the_visits() {
    let expected = [
        "intake",
        "parties",
        "consent_events",
        "statements",
        "notes",
        "evidence",
        "checklist",
        "contacts",
        "sessions",
        "plans",
        "risk_obs",
        "requests",
    ];
    assert_eq!(writes(Role::PoliceOfficer), expected);
}

/// 部门承办人: core r, names r, statements w, evidence w, agreement co-draft, risk w, visits w, q.
#[test]
fn a_department_states_proves_drafts_observes_and_visits() {
    let expected = [
        "statements",
        "notes",
        "evidence",
        "checklist",
        "contacts",
        "plans",
        "drafts",
        "performance",
        "visits",
        "risk_obs",
        "requests",
    ];
    assert_eq!(writes(Role::Department), expected);
}

/// 网格员: core r, names r, evidence w, agreement: obligations to check, risk w, visits w.
#[test]
fn a_grid_worker_visits_observes_and_proves() {
    let expected = [
        "evidence",
        "contacts",
        "performance",
        "visits",
        "risk_obs",
        "requests",
    ];
    assert_eq!(writes(Role::GridWorker), expected);
}

/// 网格长: evidence r, agreement r, risk w, visits w, q.
#[test]
fn a_grid_leader_visits_and_observes() {
    let expected = ["visits", "risk_obs", "requests"];
    assert_eq!(writes(Role::GridLeader), expected);
}

/// 分流员: core rw, names r, statements r, evidence r, agreement r, risk r, visits r.
#[test]
fn a_dispatcher_writes_the_core_and_names_nobody() {
    let expected = ["intake", "notes", "checklist", "plans", "requests"];
    assert_eq!(writes(Role::Dispatcher), expected);
}

/// 司法所: reads, and decides; what it decides at the seal it may enter as a request (E18).
/// 110, 12345: triage and satisfaction.
#[test]
fn desks_ask_and_the_hotline_enters_satisfaction() {
    assert_eq!(writes(Role::JudicialOffice), ["notes", "requests"]);
    assert_eq!(writes(Role::PoliceDesk), ["requests"]);
    assert_eq!(writes(Role::HotlineDesk), ["visits", "requests"]);
}

/// 微网格信息员: report only, and photographs. 专家 / 律师 / 志愿者: comment.
#[test]
fn an_informant_reports_with_photographs_and_the_invited_comment() {
    assert_eq!(writes(Role::Informant), ["evidence"]);
    assert!(CREATORS.contains(Role::Informant));
    assert_eq!(writes(Role::Invited), ["notes"]);
}

/// 法院, 督导员, 包案领导, 分析员, administrators, channels: they read, decide or count; they write
/// no document.
#[test]
fn supervisors_leaders_courts_analysts_and_administrators_write_nothing() {
    for role in [
        Role::Court,
        Role::Supervisor,
        Role::Leader,
        Role::Analyst,
        Role::SystemAdmin,
        Role::SecurityAdmin,
        Role::Auditor,
        Role::Exchange,
        Role::System,
    ] {
        assert_eq!(writes(role), [""; 0], "{role:?}");
    }
}
