//! The cases that were written by hand: fifteen stories, and every dangerous merge once.

use hejie_case::{
    facts::{Decision, Facts, Level, Stage, Status},
    record::CloseKind,
    view::CaseView,
};
use hejie_county::{County, Scale, play::Played, script};
use std::{collections::BTreeMap, sync::LazyLock};

static PLAYED: LazyLock<BTreeMap<&'static str, Played>> = LazyLock::new(|| {
    let county = County::draw(20_250_620, Scale::Small, jiff::civil::date(2026, 11, 22));
    let play = |n: usize| {
        let id = county.calls[n].script.unwrap();
        (id, county.play(n).unwrap_or_else(|e| panic!("{id}: {e:?}")))
    };
    (0..county.calls.len()).map(play).collect()
});

fn facts(id: &str) -> &'static Facts {
    &PLAYED[id].settled.facts
}

fn view(id: &str) -> &'static CaseView {
    &PLAYED[id].settled.view
}

fn refused(id: &str, wanted: &str) -> bool {
    let mut rulings = facts(id).rulings.values();
    rulings.any(|r| matches!(&r.decision, Decision::Refused(reason) if reason.code == wanted))
}

#[test]
fn there_are_fifteen_stories_and_a_case_for_each_dangerous_merge() {
    let ids: Vec<_> = script::titles().into_iter().map(|(id, _)| id).collect();
    for n in 1..=15 {
        assert!(ids.contains(&format!("S{n:02}").as_str()), "S{n:02}");
    }
    for n in 1..=28 {
        assert!(ids.contains(&format!("M{n:02}").as_str()), "M{n:02}");
    }
    assert_eq!(PLAYED.len(), ids.len());
    for id in ids {
        let number = facts(id).source.external_no.clone();
        assert_eq!(number, Some(format!("DEMO-{id}")));
    }
}

/// Shows M01, M03, M04, M05, M07, M08, M10, M13, M14, M17, M18, M20, M22, M23, M26, M27.
#[test]
fn what_two_phones_wrote_against_each_other_stands_open_in_its_case() {
    for id in [
        "M01", "M03", "M04", "M05", "M07", "M08", "M10", "M13", "M14", "M17", "M18", "M20", "M22",
        "M23", "M26", "M27",
    ] {
        let kinds: Vec<_> = facts(id).open_conflicts().map(|c| c.kind).collect();
        assert!(
            kinds.iter().any(|kind| kind.merge() == id),
            "{id}: {kinds:?}"
        );
        let rows =
            &PLAYED[id].settled.projection.0[&hejie_case::fold::RegistryTable::MergeConflict];
        assert!(!rows.is_empty(), "{id} is in the registry");
    }
}

/// Shows M02, M06, M11, M15, M16, M25.
#[test]
fn what_the_server_decides_is_decided_and_its_reason_kept() {
    assert_eq!(facts("M02").stage.status(), Status::Dispatched);
    assert!(refused("M02", "not_yours"), "the late one is told");
    assert!(refused("M06", "party_refused"));
    assert_eq!(facts("M11").colour.level, Level::Red);
    assert!(matches!(facts("M15").stage, Stage::CloseDisputed { .. }));
    assert!(facts("M16").is_held());
    assert_ne!(facts("M16").stage.status(), Status::Closed);
    assert!(refused("M25", "clock_extended_before"));
}

/// Shows M09, M12, M19, M21, M24, M28.
#[test]
fn what_needs_no_ruling_is_all_there() {
    assert_eq!(view("M08").parties.len(), 3, "nobody is linked by itself");
    let closed = &facts("M09").stage;
    assert!(matches!(
        closed,
        Stage::Closed {
            outcome: CloseKind::Merged,
            ..
        }
    ));
    let statements: Vec<_> = view("M12").statements.values().collect();
    assert!(statements.iter().any(|s| s.value.locked.is_some()));
    assert!(
        statements
            .iter()
            .any(|s| s.value.head.supplement_to.is_some())
    );
    for id in ["M19", "M24"] {
        assert_eq!(PLAYED[id].aside.len(), 1, "{id}: put aside, not dropped");
    }
    assert_eq!(view("M21").plans.len(), 2);
    let drafts: Vec<_> = view("M28").drafts.values().collect();
    assert_eq!(drafts[0].value.clauses.len(), 3);
}

/// Shows R004, E12, E22, E32, LW13, LW14.
#[test]
fn the_stories_end_as_they_are_told() {
    let open = ["S04", "S15"];
    for (id, title) in script::titles()
        .into_iter()
        .filter(|(id, _)| id.starts_with('S'))
    {
        let closed = facts(id).stage.status() == Status::Closed;
        assert_eq!(closed, !open.contains(&id), "{id} {title}");
    }
    assert!(facts("S03").round.joint, "the wages were handled jointly");
    assert!(
        refused("S08", "esign_excluded"),
        "inheritance is signed on paper"
    );
    assert!(refused("S11", "guardian_missing"));
    let police = &facts("S10").stage;
    assert!(matches!(
        police,
        Stage::Closed {
            outcome: CloseKind::TransferredPolice,
            ..
        }
    ));
    let confirmed = facts("S15").round.confirmation.as_ref();
    assert!(confirmed.is_some_and(|c| c.decided.is_some()));
    assert_eq!(facts("S04").colour.level, Level::Yellow);
}
