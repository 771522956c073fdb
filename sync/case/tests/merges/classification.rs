//! What the case is about, and how dangerous it is.

use crate::scene::*;
use hejie_case::{
    act::{self, DeskAct},
    edit::{Edit, NewEntry},
    facts::{DeadlineKind, Level, Status},
    record::*,
    role::Role,
    view::{ConflictKind, Resolver, Severity},
};

fn reclassify(stage: &mut Stage, phone: usize, code: &str) {
    let field = IntakeField::Situation(code.parse().unwrap());
    stage.edit(phone, Edit::Intake { field });
}

/// Shows M10, R151.
#[test]
fn the_second_of_two_reclassifications_waits_for_a_ruling_and_no_clock_is_restarted() {
    for order in orders(COLLEAGUE) {
        let (mut stage, _) = mediating("N03-02");
        let clock = |stage: &Stage| {
            let deadlines = stage.facts().deadlines.clone();
            deadlines
                .into_iter()
                .find(|d| d.kind == DeadlineKind::Feedback)
                .unwrap()
        };
        let before = clock(&stage);
        let written = [(MEDIATOR, "N02-02"), (COLLEAGUE, "N06-01")];
        for (phone, code) in written {
            reclassify(&mut stage, phone, code);
        }
        everybody_comes_back(&mut stage, order);
        let conflict = the_one(
            &stage,
            ConflictKind::RivalSituation,
            Severity::Review,
            Resolver::Dispatcher,
        );
        let (_, first) = written
            .iter()
            .find(|(phone, _)| *phone == order[0])
            .unwrap();
        assert_eq!(stage.facts().situation.as_str(), *first);
        assert_eq!(clock(&stage), before);
        let not_named = lead_rules(&mut stage, &conflict, 0);
        assert_eq!(not_named.as_deref(), Some("not_the_resolver"));
        let codes = conflict.variants.iter().map(|v| v.text.as_str());
        let choice = codes.clone().position(|code| code == "N06-01").unwrap();
        let choice = u8::try_from(choice).unwrap();
        assert_eq!(rule(&mut stage, Role::Dispatcher, &conflict, choice), None);
        assert_eq!(stage.facts().situation.as_str(), "N06-01");
        assert_eq!(
            clock(&stage).starts_at,
            before.starts_at,
            "no clock is restarted"
        );
        assert_eq!(stage.status(), Status::Mediating);
    }
}

/// Shows E02c, M10.
#[test]
fn what_one_phone_alone_writes_of_the_situation_moves_the_case_once() {
    let (mut stage, _) = mediating("N03-02");
    reclassify(&mut stage, COLLEAGUE, "N06-01");
    everybody_comes_back(&mut stage, [COLLEAGUE, MEDIATOR]);
    assert_eq!(stage.facts().situation.as_str(), "N06-01");
    let reclassified = |stage: &Stage| -> Vec<String> {
        let lines = stage.facts().trail.iter();
        let of_event = lines.filter(|line| line.event == "E02c");
        of_event.filter_map(|line| line.words.clone()).collect()
    };
    assert_eq!(
        reclassified(&stage),
        ["N03-02 买卖承揽等一般合同纠纷→N06-01 拖欠劳动报酬纠纷"]
    );
    none_open(&stage, ConflictKind::RivalSituation);
    note(&mut stage, MEDIATOR, "已核实。");
    everybody_comes_back(&mut stage, [MEDIATOR, GRID]);
    assert_eq!(reclassified(&stage).len(), 1);
}

/// Shows E02c, M10, R151.
#[test]
fn what_a_phone_writes_without_knowing_of_a_desks_decision_is_shown_beside_it() {
    let (mut stage, _) = mediating("N03-02");
    reclassify(&mut stage, COLLEAGUE, "N02-02");
    let (situation, why) = ("N06-01".parse().unwrap(), "系拖欠工资。".into());
    let decided = DeskAct::Reclassify(act::Reclassify { situation, why });
    assert_eq!(stage.desk(Role::Dispatcher, decided), None);
    everybody_comes_back(&mut stage, [COLLEAGUE, MEDIATOR]);
    assert_eq!(stage.facts().situation.as_str(), "N06-01");
    let conflict = the_one(
        &stage,
        ConflictKind::RivalSituation,
        Severity::Review,
        Resolver::Dispatcher,
    );
    let of_phone = conflict.variants.iter().position(|v| v.text == "N02-02");
    let choice = u8::try_from(of_phone.unwrap()).unwrap();
    assert_eq!(rule(&mut stage, Role::Dispatcher, &conflict, choice), None);
    assert_eq!(stage.facts().situation.as_str(), "N02-02");
    everybody_comes_back(&mut stage, [MEDIATOR, COLLEAGUE]);
    none_open(&stage, ConflictKind::RivalSituation);
    reclassify(&mut stage, MEDIATOR, "N06-01");
    stage.sync(MEDIATOR);
    assert_eq!(stage.facts().situation.as_str(), "N02-02");
    the_one(
        &stage,
        ConflictKind::RivalSituation,
        Severity::Review,
        Resolver::Dispatcher,
    );
}

/// Shows M11.
#[test]
fn a_threat_seen_by_one_is_not_calmed_by_what_another_did_not_see() {
    for order in orders(GRID) {
        let (mut stage, _) = mediating("N03-02");
        for (phone, factor) in [
            (GRID, RiskFactor::Threat),
            (MEDIATOR, RiskFactor::Emotion(Emotion::Calm)),
            (MEDIATOR, RiskFactor::CalmVisit),
        ] {
            let (at, why) = (stage.now, String::new());
            stage.add(phone, NewEntry::Risk(RiskObservation { factor, at, why }));
        }
        everybody_comes_back(&mut stage, order);
        assert_eq!(stage.facts().colour.level, Level::Red);
        assert_eq!(stage.view().risks.len(), 3);
        assert_eq!(stage.facts().open_conflicts().count(), 0);
    }
}

/// Shows M20.
#[test]
fn a_situation_of_another_catalogue_is_kept_and_triaged() {
    for order in orders(COLLEAGUE) {
        let (mut stage, _) = mediating("N03-02");
        reclassify(&mut stage, COLLEAGUE, "N15-88");
        note(&mut stage, MEDIATOR, "双方到场。");
        everybody_comes_back(&mut stage, order);
        let conflict = the_one(
            &stage,
            ConflictKind::UnknownSituation,
            Severity::Review,
            Resolver::Dispatcher,
        );
        assert_eq!(conflict.variants[0].text, "N15-88");
        assert_eq!(
            stage.facts().situation.as_str(),
            "N03-02",
            "the ruled situation stays"
        );
        reclassify(&mut stage, MEDIATOR, "N15-01");
        everybody_comes_back(&mut stage, order);
        none_open(&stage, ConflictKind::UnknownSituation);
    }
}

/// Shows M10.
#[test]
fn rival_facts_of_the_intake_are_settled_by_writing_the_right_one() {
    for order in orders(COLLEAGUE) {
        let (mut stage, _) = mediating("N03-02");
        for (phone, count) in [(MEDIATOR, 4), (COLLEAGUE, 6)] {
            let field = IntakeField::Persons(count);
            stage.edit(phone, Edit::Intake { field });
        }
        everybody_comes_back(&mut stage, order);
        the_one(
            &stage,
            ConflictKind::RivalValues,
            Severity::Review,
            Resolver::Lead,
        );
        let field = IntakeField::Persons(6);
        stage.edit(MEDIATOR, Edit::Intake { field });
        stage.sync(MEDIATOR);
        none_open(&stage, ConflictKind::RivalValues);
    }
}
