//! Who reads what, on a real server: every role, in every way in which it stands to a case, cell by
//! cell as docs/domain/rights.md has it.

mod planted;

use harness::{Answer, Calls, Person, decided};
use hejie_case::{
    disclosure::FieldClass,
    facts::{
        Confirmation, Deadline, DeadlineKind, Difficulty, Facts, Hold, ItemState, Measure,
        RepeatCall, SupervisionItem,
    },
    ids::EntryId,
    role::Role,
};
use jiff::SignedDuration;
use planted::{MARKS, Planted};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const PAGE: &str = include_str!("../../docs/domain/rights.md");

/// The roles that call the API about cases at a desk.
const DESKS: [Role; 12] = [
    Role::GridLeader,
    Role::Mediator,
    Role::PoliceOfficer,
    Role::PoliceDesk,
    Role::HotlineDesk,
    Role::Dispatcher,
    Role::Department,
    Role::JudicialOffice,
    Role::Invited,
    Role::Court,
    Role::Supervisor,
    Role::Leader,
];

/// What makes a case a matter of a role.
type Change = fn(&mut Facts);

/// The classes that a role sees in a way, as the page says it: its columns in the order of the
/// classes.
fn printed(role: Role, way: &str) -> BTreeMap<FieldClass, bool> {
    let begin = format!("| {} | {way} | ", role.zh());
    let line = PAGE.lines().find_map(|line| line.strip_prefix(&begin));
    let cells = line.map(|line| line.trim_end_matches(" |").split(" | "));
    let seen = |cell: &str| cell == "看";
    match cells {
        Some(cells) => FieldClass::ALL.into_iter().zip(cells.map(seen)).collect(),
        None => FieldClass::ALL
            .into_iter()
            .map(|class| (class, false))
            .collect(),
    }
}

/// What a page of the case shows: the classes whose marks stand in it.
fn shown(detail: &Value) -> BTreeMap<FieldClass, bool> {
    let text = detail.to_string();
    let marks = MARKS
        .iter()
        .map(|(class, mark)| (*class, text.contains(mark)));
    let flags = detail["parties"][0]["is_minor"] == true;
    marks.chain([(FieldClass::Flags, flags)]).collect()
}

/// Holds every answer about the case to what is printed.
async fn hold(
    planted: &Planted,
    who: &impl Calls,
    role: Role,
    expected: &BTreeMap<FieldClass, bool>,
) {
    let detail = who.get(&planted.path("")).await;
    let is_seen = expected.values().any(|seen| *seen);
    assert_eq!(planted.is_listed(who).await, is_seen, "{role:?} lists");
    let act = decided("close", json!({ "outcome": "reconciled" }), 999_999);
    let answer = who.post(&planted.path("/acts"), act).await;
    if !is_seen {
        assert_eq!(detail.outcome(), (404, "not_found"), "{role:?}");
        assert!(
            [403, 404].contains(&answer.status),
            "{role:?} decides: {}",
            answer.json
        );
    } else {
        assert_ne!(answer.status, 404, "{role:?} decides");
        assert_eq!(detail.status, 200, "{role:?}: {}", detail.json);
        for (class, seen) in shown(&detail.json) {
            assert_eq!(
                seen, expected[&class],
                "{role:?} reads {class:?}: {}",
                detail.json
            );
        }
        withheld(&detail.json, role, expected);
    }
    readings(planted, who, role, expected).await;
}

/// What is not shown is said to be withheld, with a reason.
fn withheld(detail: &Value, role: Role, expected: &BTreeMap<FieldClass, bool>) {
    let list = detail["withheld"].as_array().unwrap();
    for (class, seen) in expected.iter().filter(|(class, _)| !class.needs_purpose()) {
        let said = list.iter().find(|said| said["class"] == class.code());
        assert_eq!(said.is_none(), *seen, "{role:?} is told of {class:?}");
        assert!(said.is_none_or(|said| said["why_zh"].as_str().unwrap().ends_with('。')));
    }
}

/// What is read one by one, and both sides of a disagreement about a statement.
async fn readings(
    planted: &Planted,
    who: &impl Calls,
    role: Role,
    expected: &BTreeMap<FieldClass, bool>,
) {
    let purpose = json!({ "purpose": "mediation", "words": "核对身份以便联系" });
    let adult = planted.path(&format!("/parties/{}/identity/reading", planted.adult));
    let minor = planted.path(&format!("/parties/{}/identity/reading", planted.minor));
    let care = planted.path(&format!("/parties/{}/vulnerability/reading", planted.adult));
    let protection = json!({ "words": "联系村委会照看" });
    let sealed = planted.path(&format!("/statements/{}/reading", planted.statement));
    let original = planted.path(&format!("/evidence/{}/file", planted.evidence));
    let versions = planted.path(&format!("/conflicts/{}/versions", planted.conflict));
    let reads = |answer: &Answer| ![403, 404].contains(&answer.status);
    for (class, answer) in [
        (
            FieldClass::Telephone,
            who.post(&adult, purpose.clone()).await,
        ),
        (FieldClass::Special, who.post(&minor, purpose.clone()).await),
        (FieldClass::Vulnerability, who.post(&care, protection).await),
        (FieldClass::Sealed, who.post(&sealed, purpose).await),
        (FieldClass::Evidence, who.get(&original).await),
        (FieldClass::Statements, who.get(&versions).await),
    ] {
        assert_ne!(answer.status, 500, "{role:?} reads {class:?}");
        assert_eq!(
            reads(&answer),
            expected[&class],
            "{role:?} reads {class:?}: {}",
            answer.json
        );
    }
}

fn nothing() -> BTreeMap<FieldClass, bool> {
    FieldClass::ALL
        .into_iter()
        .map(|class| (class, false))
        .collect()
}

/// Shows P14.
#[tokio::test(flavor = "multi_thread")]
async fn every_role_reads_of_its_own_cases_of_its_area_and_of_foreign_ones_what_is_printed() {
    let planted = Planted::set().await;
    let elsewhere = planted.server.county().await;
    for role in DESKS {
        let foreign = elsewhere.hire(&planted.server, role).await;
        let signed = planted.signed(&foreign).await;
        hold(&planted, &signed, role, &nothing()).await;
        planted.assign(&foreign).await;
        hold(&planted, &signed, role, &printed(role, "承办")).await;
        planted.recuse(&foreign).await;
        hold(&planted, &signed, role, &nothing()).await;
        let local = planted.county.newcomer(&planted.server, role).await;
        hold(&planted, &local, role, &printed(role, "辖区")).await;
    }
}

/// Shows P14.
#[tokio::test(flavor = "multi_thread")]
async fn a_matter_of_an_office_is_read_by_it_as_printed_and_by_no_other_office() {
    let planted = Planted::set().await;
    let matters: [(Role, Change); 4] = [
        (Role::PoliceDesk, |facts| {
            facts.source.channel = "110".into()
        }),
        (Role::HotlineDesk, |facts| {
            facts.source.channel = "12345".into()
        }),
        (Role::PoliceOfficer, |facts| {
            facts.holds = vec![danger(facts)]
        }),
        (Role::Leader, |facts| facts.round.joint = true),
    ];
    for (role, makes) in matters {
        planted.change(makes).await;
        let officer = planted.county.newcomer(&planted.server, role).await;
        hold(&planted, &officer, role, &printed(role, "职责")).await;
        planted
            .change(|facts| {
                facts.source.channel = "walk_in".into();
                facts.round.joint = false;
                facts.holds.clear();
            })
            .await;
        hold(&planted, &officer, role, &nothing()).await;
    }
}

/// Shows P14. The page of a case goes by the facts, the list by their rows.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_has_what_came_to_an_office_in_whatever_way_as_the_page_of_the_case_has() {
    let planted = Planted::set().await;
    let grounds: [(Role, &'static str, Change); 5] = [
        (
            Role::HotlineDesk,
            "insert into case_kin (case_id, id, relation, channel, external_no, at)
             values ($1, 'repeat', 'repeat', '12345-990101', 'H-1', now())",
            |facts| {
                facts.kin.repeats.push(RepeatCall {
                    channel: "12345-990101".into(),
                    external_no: "H-1".into(),
                    received_at: facts.registered_at,
                    through: Vec::new(),
                    situation: None,
                });
            },
        ),
        (
            Role::PoliceDesk,
            "insert into deadline (case_id, id, kind, starts_at, due_at, ends_at, basis, extended_days)
             values ($1, 'police', 'police_accept', now(), now(), now(), 'LW06', 0)",
            |facts| facts.deadlines = vec![police_clock(facts)],
        ),
        (
            Role::Leader,
            "update case_reg set difficulty = 'complex' where case_id = $1",
            |facts| facts.difficulty = Difficulty::Complex,
        ),
        (
            Role::Leader,
            "insert into supervision (case_id, id, clock, clock_starts_at, measure, percent, at, state, zh)
             values ($1, 1, 'police_accept', now(), 'notice', 200, now(), 'proposed', '建议通报。')",
            |facts| {
                facts.supervision = vec![SupervisionItem {
                    no: 1,
                    clock: police_clock(facts).key(),
                    measure: Measure::Notice,
                    percent: 200,
                    at: facts.registered_at,
                    state: ItemState::Proposed,
                    zh: "建议通报。".into(),
                    by: None,
                }];
            },
        ),
        (
            Role::Court,
            "insert into judicial_confirmation (case_id, id, court, asked_at)
             values ($1, gen_random_uuid(), '和安县人民法院', now())",
            |facts| {
                facts.round.confirmation = Some(Confirmation {
                    draft: EntryId(uuid::Uuid::from_u128(5)),
                    court: "和安县人民法院".into(),
                    asked_at: facts.registered_at,
                    sent_at: None,
                    decided: None,
                });
            },
        ),
    ];
    let bare = planted.facts().await;
    for (role, row, ground) in grounds {
        let officer = planted.county.newcomer(&planted.server, role).await;
        assert!(!planted.is_listed(&officer).await, "{role:?}");
        planted.change(ground).await;
        planted.run(row).await;
        assert!(planted.is_listed(&officer).await, "{role:?}: {row}");
        let detail = officer.get(&planted.path("")).await;
        assert_eq!(detail.status, 200, "{role:?}: {}", detail.json);
        let again = bare.clone();
        planted.change(move |facts| *facts = again).await;
        for undo in [
            "delete from case_kin where case_id = $1",
            "delete from deadline where case_id = $1",
            "delete from supervision where case_id = $1",
            "delete from judicial_confirmation where case_id = $1",
            "update case_reg set difficulty = 'simple' where case_id = $1",
        ] {
            planted.run(undo).await;
        }
    }
}

fn police_clock(facts: &Facts) -> Deadline {
    let at = facts.registered_at;
    Deadline::starting(DeadlineKind::PoliceAccept, None, at, at, "LW06")
}

/// Shows P14. The offer was given back, and nobody signed for it.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_only_offered_is_gone_from_the_list_with_the_offer_and_was_never_of_another_role()
{
    let planted = Planted::set().await;
    let mediator = planted.county.hire(&planted.server, Role::Mediator).await;
    let signed = planted.signed(&mediator).await;
    planted.assign(&mediator).await;
    planted
        .run("update assignment set duty = 'lead', signed_at = null where case_id = $1")
        .await;
    assert!(planted.is_listed(&signed).await);
    planted
        .run("update assignment set role = 'invited' where case_id = $1")
        .await;
    assert!(!planted.is_listed(&signed).await, "another role");
    planted
        .run("update assignment set role = 'mediator', to_at = from_at where case_id = $1")
        .await;
    assert!(!planted.is_listed(&signed).await, "given back");
}

fn danger(facts: &Facts) -> Hold {
    Hold {
        since: facts.registered_at,
        by: hejie_case::role::Author::SYSTEM,
        what: "扬言要动手".into(),
        entry: None,
        from: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_worked_on_a_case_reads_it_for_seven_days_more_and_then_not() {
    let planted = Planted::set().await;
    let mediator = planted.county.hire(&planted.server, Role::Mediator).await;
    let signed = planted.signed(&mediator).await;
    planted.assign(&mediator).await;
    let theirs = printed(Role::Mediator, "承办");
    for days in [6, 7] {
        planted.dismiss(&mediator, days).await;
        hold(&planted, &signed, Role::Mediator, &theirs).await;
    }
    planted.server.advance(SignedDuration::from_secs(1));
    hold(&planted, &signed, Role::Mediator, &nothing()).await;
}

/// Shows D03.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_rule_on_a_disagreement_reads_both_sides_until_it_is_settled() {
    let planted = Planted::set().await;
    let supervisor: &Person = &planted.county.supervisor;
    let signed = planted.signed(supervisor).await;
    let sides = |detail: &Value| {
        let known = &detail["conflicts"][0];
        (
            known["withheld"].clone(),
            known["variants"][0]["text"].clone(),
        )
    };
    let detail = signed.get(&planted.path("")).await.json;
    assert_eq!(sides(&detail), (json!(true), json!("")));
    planted.reopen_conflict().await;
    let detail = signed.get(&planted.path("")).await.json;
    assert_eq!(sides(&detail), (json!(false), json!("标记陈述甲")));
    let hotline = planted
        .county
        .newcomer(&planted.server, Role::HotlineDesk)
        .await;
    planted
        .change(|facts| facts.source.channel = "12345".into())
        .await;
    let detail = hotline.get(&planted.path("")).await.json;
    assert_eq!(sides(&detail), (json!(true), json!("")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grid_worker_has_no_desk_and_reads_originals_and_identities_as_printed() {
    let planted = Planted::set().await;
    let role = Role::GridWorker;
    let person = planted.county.hire(&planted.server, role).await;
    let signed = planted.signed(&person).await;
    readings_but_versions(&planted, &signed, role, &nothing()).await;
    planted.assign(&person).await;
    readings_but_versions(&planted, &signed, role, &printed(role, "承办")).await;
}

async fn readings_but_versions(
    planted: &Planted,
    who: &impl Calls,
    role: Role,
    expected: &BTreeMap<FieldClass, bool>,
) {
    let detail = who.get(&planted.path("")).await;
    assert_eq!(detail.status, 403, "{role:?}");
    let no_versions = BTreeMap::from([(FieldClass::Statements, false)]);
    let expected = expected.clone().into_iter().chain(no_versions).collect();
    readings(planted, who, role, &expected).await;
}
