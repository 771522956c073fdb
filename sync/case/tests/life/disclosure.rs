//! What of a case its readers see, as rulings and time change how they stand to it.

use crate::stage::{MEDIATOR, Stage, author};
use hejie_case::{
    act::{self, DeskAct},
    disclosure::{AFTERWARDS, Disclosed, FieldClass, Reader, Relation, Sight, Tie},
    facts::{
        BreachNotice, ColourOverride, Confirmation, ConflictFact, CriminalCase, Deadline,
        DeadlineKind, Difficulty, Duty, Facts, Hold, ItemState, Level, Measure, OralRegister,
        PoliceCause, PoliceOrder, RecusalGround, RepeatCall, ResidualJudgement, Resolution,
        ScoreReason, SettledBy, SupervisionItem, WarningLetter,
    },
    ids::{ConflictId, EntryId, RegionCode, UserId},
    reconcile::members,
    record::{ContactMeans, Residual},
    role::{Author, Role},
    view::{About, CaseView, Conflict, ConflictKind, DocumentPlace, Severity, VariantValue},
};
use jiff::{SignedDuration, Timestamp, civil::date};
use uuid::Uuid;

fn reader(by: Author, facts: &Facts, now: Timestamp) -> Relation {
    let territory: RegionCode = facts.region.clone();
    let reader = Reader {
        by,
        territory: &territory,
        office: "",
        routes: hejie_case::catalogue::routes(),
    };
    Relation::of(&reader, facts, now)
}

fn recuse(handler: UserId) -> DeskAct {
    DeskAct::RecuseHandler(act::RecuseHandler {
        handler,
        ground: RecusalGround::Relative,
        party: None,
        why: "系一方当事人的表兄。".into(),
    })
}

#[test]
fn whoever_is_recused_sees_nothing_from_that_ruling_on_and_is_not_put_on_the_case_again() {
    let mut stage = Stage::of("N02-02");
    stage.accept();
    stage.sync(MEDIATOR);
    let lead = stage.facts().lead().unwrap().author();
    let now = stage.now;
    assert_eq!(reader(lead, stage.facts(), now).tie, Tie::Own);
    assert_eq!(stage.desk(Role::Supervisor, recuse(lead.user)), None);
    let relation = reader(lead, stage.facts(), now);
    assert_eq!(relation.tie, Tie::Recused);
    assert!(Sight::of(Role::Mediator, relation).is_blind());
    assert!(
        !members(stage.facts()).contains(&lead),
        "no phone of theirs writes"
    );
    let back = DeskAct::Assign(act::Assign {
        target: lead,
        duty: Duty::Co,
    });
    let refusal = stage.desk(Role::Dispatcher, back).unwrap();
    assert_eq!(refusal.code, "recused");
}

#[test]
fn an_offer_shows_what_it_is_about_and_seven_days_after_the_work_nothing_is_shown() {
    let mut stage = Stage::of("N02-02");
    let offered = stage.facts().offered().unwrap().author();
    let brief = Sight::of(offered.role, reader(offered, stage.facts(), stage.now));
    assert!(brief.shows(FieldClass::Core) && brief.shows(FieldClass::Risk));
    assert!(!brief.shows(FieldClass::Work) && !brief.shows(FieldClass::Identity));
    stage.accept();
    stage.sync(MEDIATOR);
    let mut facts = stage.facts().clone();
    let ended = stage.now;
    facts
        .assignments
        .iter_mut()
        .for_each(|a| a.to = Some(ended));
    let tie = |after: SignedDuration| reader(offered, &facts, ended + after).tie;
    assert_eq!(tie(AFTERWARDS), Tie::Own);
    assert_eq!(tie(AFTERWARDS + SignedDuration::from_secs(1)), Tie::None);
}

/// What stands in a case beside the document, each with a mark of its own that must not be shown to
/// whoever does not see its class.
fn marked(stage: &Stage) -> (CaseView, Facts) {
    let (mut view, mut facts) = (stage.view().clone(), stage.facts().clone());
    let (at, by) = (stage.now, author(9, Role::Supervisor));
    facts.holds.push(Hold {
        since: at,
        by,
        what: "标记险情".into(),
        entry: None,
        from: None,
    });
    facts.colour.reasons.push(ScoreReason {
        code: "emotion".into(),
        points: 8,
        zh: "标记评分".into(),
    });
    facts.colour_override = Some(ColourOverride {
        level: Level::Red,
        by,
        why: "标记调色".into(),
        since: at,
        until: None,
    });
    facts.police_orders.push(PoliceOrder {
        cause: PoliceCause::Danger,
        text: "标记报警".into(),
        at,
        entry: None,
        known_to: None,
    });
    facts.criminal_cases.push(CriminalCase {
        criminal_no: "标记刑案".into(),
        reported_at: at,
    });
    facts.round.residual = Some(ResidualJudgement {
        level: Residual::High,
        is_current: true,
    });
    facts.violence.warnings.push(WarningLetter {
        number: "标记告诫".into(),
        issued_on: date(2026, 3, 2),
    });
    facts.round.breach_notices.push(BreachNotice {
        obligation: stage.fresh(),
        text: "标记告知".into(),
        by,
        means: ContactMeans::InPerson,
        given_at: at,
    });
    facts.round.oral_register = Some(OralRegister {
        number: "标记登记".into(),
        situation: facts.situation.clone(),
        parties: Vec::new(),
        result: "标记登记".into(),
        assents: Vec::new(),
        by,
        agreed_at: at,
    });
    for (event, words) in [
        ("E09", "标记研判"),
        ("E23", "标记报险"),
        ("E23d", "标记报告"),
        ("E21c", "标记文号"),
    ] {
        let mut line = facts.trail[0].clone();
        (line.event, line.words) = (event.into(), Some(words.into()));
        facts.trail.push(line);
    }
    let kind = ConflictKind::PlainStatement;
    let about = DocumentPlace::entry("statements", stage.fresh()).field("text");
    let conflict = Conflict {
        id: ConflictId(Uuid::from_u128(5)),
        kind,
        about: About::Place(about),
        severity: Severity::Review,
        variants: Vec::new(),
    };
    let settled = SettledBy::Ruling {
        by,
        variant: 0,
        value: VariantValue::Words,
        why: "标记裁定".into(),
    };
    facts.conflicts.insert(
        conflict.id,
        ConflictFact {
            conflict,
            found_at: at,
            settled: Some(Resolution { at, by: settled }),
            began_as: None,
            grown: 0,
        },
    );
    let guarded = *view.parties.keys().next().unwrap();
    for party in view.parties.values_mut().map(|entry| &mut entry.value) {
        party.party.guardian_of = Some(guarded);
        (party.party.is_minor, party.party.is_incapacitated) = (true, true);
        party.disputed.push("is_minor".into());
    }
    (view, facts)
}

/// Shows P14.
#[test]
fn of_a_matter_of_the_hotline_its_desk_is_told_no_danger_no_violence_and_no_agreement() {
    let mut stage = Stage::of("N02-02");
    stage.accept();
    stage.sync(MEDIATOR);
    let (view, facts) = marked(&stage);
    let shown = |role: Role, tie: Tie| {
        let sight = Sight::of(role, Relation { tie, in_area: true });
        Disclosed::of(view.clone(), facts.clone(), sight)
    };
    let marks = |told: &Disclosed| {
        let text = format!("{:?}{:?}", told.view(), told.facts());
        text.matches("标记").count()
    };
    let all = shown(Role::JudicialOffice, Tie::None);
    assert_eq!(marks(&all), 14, "{:?}", all.facts());
    let desk = shown(Role::HotlineDesk, Tie::Matter);
    assert_eq!(marks(&desk), 0, "{:?}", desk.facts());
    assert_eq!(desk.facts().round.residual, None);
    for party in desk.view().parties.values() {
        assert_eq!(party.value.party.guardian_of, None);
        assert!(!party.value.party.is_minor && !party.value.party.is_incapacitated);
        assert!(
            party.value.disputed.is_empty(),
            "{:?}",
            party.value.disputed
        );
    }
    assert!(
        all.view()
            .parties
            .values()
            .all(|party| party.value.party.is_minor && party.value.party.is_incapacitated)
    );
}

/// Shows P14. What an office has of a case it has of one that came to it in whatever way.
#[test]
fn a_case_is_the_matter_of_an_office_by_each_of_its_grounds_and_by_nothing_else() {
    type Ground = fn(&mut Facts, Timestamp);
    let grounds: [(Role, Ground); 6] = [
        (Role::HotlineDesk, |facts, received_at| {
            facts.kin.repeats.push(RepeatCall {
                channel: "12345-990101".into(),
                external_no: "H-1".into(),
                received_at,
                through: Vec::new(),
                situation: None,
            });
        }),
        (Role::PoliceDesk, |facts, at| {
            let kind = DeadlineKind::PoliceAccept;
            facts
                .deadlines
                .push(Deadline::starting(kind, None, at, at, "LW06"));
        }),
        (Role::Leader, |facts, _| {
            facts.difficulty = Difficulty::Complex;
        }),
        (Role::Leader, |facts, at| {
            measure(facts, Measure::Notice, at);
        }),
        (Role::Leader, |facts, at| {
            measure(facts, Measure::Accountability, at);
        }),
        (Role::Court, |facts, asked_at| {
            facts.round.confirmation = Some(Confirmation {
                draft: EntryId(Uuid::from_u128(5)),
                court: "和安县人民法院".into(),
                asked_at,
                sent_at: None,
                decided: None,
            });
        }),
    ];
    let stage = Stage::of("N02-02");
    let mut bare = stage.facts().clone();
    bare.source.channel = "walk_in".into();
    let tie = |role, facts: &Facts| reader(author(9, role), facts, stage.now).tie;
    for (role, ground) in grounds {
        assert_eq!(tie(role, &bare), Tie::None, "{role:?}");
        let mut facts = bare.clone();
        ground(&mut facts, stage.now);
        assert_eq!(tie(role, &facts), Tie::Matter, "{role:?}");
    }
    let mut relapsing = bare;
    measure(&mut relapsing, Measure::Relapse, stage.now);
    assert_eq!(
        tie(Role::Leader, &relapsing),
        Tie::None,
        "it is no reproach"
    );
}

fn measure(facts: &mut Facts, measure: Measure, at: Timestamp) {
    let clock = facts.deadlines[0].key();
    facts.supervision.push(SupervisionItem {
        no: 1,
        clock,
        measure,
        percent: 200,
        at,
        state: ItemState::Proposed,
        zh: "建议通报。".into(),
        by: None,
    });
}

#[test]
fn whoever_gave_an_offer_back_unsigned_and_whoever_works_in_another_role_has_no_part_in_it() {
    let stage = Stage::of("N02-02");
    let offered = stage.facts().offered().unwrap().author();
    let mut facts = stage.facts().clone();
    let tie = |by, facts: &Facts| reader(by, facts, stage.now).tie;
    assert_eq!(tie(offered, &facts), Tie::Offered);
    let leads = Author {
        role: Role::Leader,
        ..offered
    };
    assert_eq!(tie(leads, &facts), Tie::None);
    let back = |a: &mut hejie_case::facts::Assignment| a.to = Some(stage.now);
    facts.assignments.iter_mut().for_each(back);
    assert_ne!(tie(offered, &facts), Tie::Own);
}

#[test]
fn nothing_of_what_is_withheld_stands_anywhere_in_what_is_disclosed() {
    let mut stage = Stage::of("N02-02");
    stage.accept();
    stage.note(MEDIATOR, "标记记录");
    stage.sync(MEDIATOR);
    let by = author(9, Role::Supervisor);
    let sight = Sight::of(by.role, reader(by, stage.facts(), stage.now));
    let disclosed = Disclosed::of(stage.view().clone(), stage.facts().clone(), sight);
    assert!(disclosed.view().notes.is_empty() && !disclosed.view().parties.is_empty());
    let text = format!("{:?}{:?}", disclosed.view(), disclosed.facts());
    assert!(!text.contains("标记记录"));
    assert!(sight.withheld().any(|class| class == FieldClass::Work));
}
