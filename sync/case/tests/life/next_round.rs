//! What a new round begins with, what it keeps, and what is told to those who waited (E29, E29b).

use crate::stage::{GRID, MEDIATOR, Stage, author, deeds::payment};
use hejie_case::{
    act::{self, DeskAct, ServerAct},
    edit::{Edit, NewEntry},
    facts::{Stage as At, *},
    fold::RegistryTable,
    ids::{CaseId, ConflictId, EntryId},
    record::*,
    role::Role,
};
use std::collections::BTreeMap;

/// A case that was closed after its agreement was performed and visited once.
fn visited() -> (Stage, EntryId) {
    let mut stage = Stage::of("N03-05");
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    let (outcome, feedback) = (CloseKind::AgreementPerformed, "已履行。".into());
    stage.ask(MEDIATOR, Ask::AskClose(act::AskClose { outcome, feedback }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::Closed);
    stage.later(7 * 24 * 60);
    let visit = stage.visit(GRID, Some(1), VisitMethod::Telephone);
    stage.sync(GRID);
    (stage, visit)
}

fn reopen(stage: &mut Stage) {
    let why = "再次发生纠纷。".into();
    let reopen = DeskAct::Reopen(act::Reopen { why });
    assert_eq!(stage.desk(Role::Supervisor, reopen), None);
    assert_eq!(stage.status(), Status::Registered);
}

/// A round in which everything was decided that a round can hold. A field more is named here, or
/// this does not compile.
fn full(round: &Round, at: jiff::Timestamp) -> Round {
    let Round {
        accepted_at,
        residual: _,
        returns: _,
        joint: _,
        joint_from: _,
        plans: _,
        invitations: _,
        consultations: _,
        engagements: _,
        referred: _,
        pushes,
        agreement,
        earlier_agreements: _,
        oral_register: _,
        breached: _,
        breach_notices: _,
        transferred: _,
        confirmation: _,
        earlier_confirmations: _,
        visits_done,
        level_ended,
        dossier: _,
    } = round.clone();
    assert!(accepted_at.is_some() && agreement.is_some() && level_ended.is_some());
    assert!(!pushes.is_empty() && !visits_done.is_empty());
    let draft = EntryId(uuid::Uuid::from_u128(3));
    let asked = Ask::Adjust(act::Adjust {
        to: Difficulty::Complex,
        reason: "涉及多人。".into(),
    });
    let applied = Confirmation {
        draft,
        court: "和安县人民法院".into(),
        asked_at: at,
        sent_at: None,
        decided: None,
    };
    Round {
        accepted_at,
        residual: Some(ResidualJudgement {
            level: Residual::Mid,
            is_current: true,
        }),
        returns: 2,
        joint: true,
        joint_from: Some(Status::Performing),
        plans: BTreeMap::from([(
            draft,
            DeskPlan {
                text: "三方会商，分步化解。".into(),
                steps: BTreeMap::new(),
                by: author(5, Role::Dispatcher),
                at,
            },
        )]),
        invitations: vec![Invitation {
            to: author(6, Role::Department),
            by: author(5, Role::Dispatcher),
            expected: "到场说明政策。".into(),
            until: jiff::civil::date(2026, 4, 1),
            asked_at: at,
            answer: None,
            lapsed_at: Some(at),
        }],
        consultations: BTreeMap::from([(
            draft,
            Consultation {
                held_on: jiff::civil::date(2026, 3, 2),
                agenda: "讨薪聚集。".into(),
                members: vec!["公安局".into(), "矛调中心".into()],
                decision: "先行垫付。".into(),
                tasks: BTreeMap::new(),
                by: author(5, Role::Dispatcher),
                at,
            },
        )]),
        engagements: vec![Engagement {
            mode: EngagementMode::Entrusted,
            body: EngagingBody::Court,
            body_name: "和安县人民法院".into(),
            letter_no: "（2026）和法委字第7号".into(),
            letter_on: jiff::civil::date(2026, 3, 1),
            noted_at: at,
        }],
        referred: BTreeMap::from([(
            EntryId(uuid::Uuid::from_u128(2)),
            Referral {
                ask: asked,
                by: author(1, Role::Mediator),
                claimed_at: None,
                received_at: at,
            },
        )]),
        pushes,
        earlier_agreements: Vec::from_iter(agreement.clone().map(|earlier| AgreementFact {
            draft,
            void_at: Some(at),
            ..earlier
        })),
        agreement,
        oral_register: Some(OralRegister {
            number: "（2026）口头登记第990101-2026-000001号".into(),
            situation: "N02-02".parse().unwrap(),
            parties: vec![draft],
            result: "当场和解。".into(),
            assents: vec![draft],
            by: author(1, Role::Mediator),
            agreed_at: at,
        }),
        breached: true,
        breach_notices: vec![BreachNotice {
            obligation: draft,
            text: "不履行告知书".into(),
            by: author(1, Role::Mediator),
            means: ContactMeans::InPerson,
            given_at: at,
        }],
        transferred: Some(TransferRecord {
            to: Receiver::Department,
            receiver: "县住建局".into(),
            receipt: "收-7".into(),
            text: "移交告知书".into(),
            given: act::NoticeGiven::in_person(at),
            by: author(5, Role::Dispatcher),
        }),
        confirmation: Some(applied.clone()),
        earlier_confirmations: vec![Confirmation {
            sent_at: Some(at),
            decided: Some((ConfirmationResult::NotAccepted, at)),
            ..applied
        }],
        visits_done,
        level_ended,
        dossier: Some(Dossier {
            number: "990101-2026-000001-卷1".into(),
            retention: Retention::Long,
            filed_at: at,
        }),
    }
}

/// Shows E29, E29b, R045.
#[test]
fn the_next_round_begins_with_nothing_of_the_one_before_which_is_kept_whole() {
    let (mut stage, _) = visited();
    let at = stage.now;
    stage.settled.facts.round = full(&stage.facts().round, at);
    let before = stage.facts().clone();
    reopen(&mut stage);
    let after = stage.facts();
    assert_eq!(after.round, Round::default());
    let [past] = &after.past[..] else {
        panic!("{:#?}", after.past);
    };
    assert_eq!(past.round, before.round);
    assert_eq!(
        (past.outcome, past.feedback.as_str()),
        (CloseKind::AgreementPerformed, "已履行。")
    );
    assert_eq!(past.reopened_at, stage.now);
}

/// Shows E29, R045.
#[test]
fn what_is_of_the_case_stays_through_its_rounds() {
    let (mut stage, _) = visited();
    let before = stage.facts().clone();
    reopen(&mut stage);
    // A new fact of the case is decided here, or this does not compile.
    let Facts {
        case_id,
        version,
        stage: standing,
        round: _,
        case_no,
        public_code,
        source,
        region,
        region_assumed,
        registered_at,
        situation,
        classified,
        difficulty,
        colour: _,
        assignments,
        deadlines,
        rulings,
        conflicts,
        trail,
        holds,
        endangered,
        police_orders,
        criminal_cases,
        violence,
        adjusted,
        colour_override,
        seised,
        recused,
        waived_files,
        supervision,
        kin,
        past: _,
        spent,
        orgs,
        names,
        repeat_calls,
        missing_files,
        identified,
    } = stage.facts().clone();
    // Who and what it is, and what is known of it.
    assert_eq!(
        (case_id, case_no, public_code),
        (before.case_id, before.case_no, before.public_code)
    );
    assert_eq!(
        (source, region, region_assumed),
        (before.source, before.region, before.region_assumed)
    );
    assert_eq!(
        (registered_at, situation, classified),
        (before.registered_at, before.situation, before.classified)
    );
    assert_eq!(
        (orgs, names, repeat_calls, missing_files),
        (
            before.orgs,
            before.names,
            before.repeat_calls,
            before.missing_files
        )
    );
    // What a person said of the case itself holds as long as it says; no rule lowers the
    // difficulty.
    assert!(difficulty >= before.difficulty);
    assert_eq!(
        (adjusted, colour_override),
        (before.adjusted, before.colour_override)
    );
    assert_eq!(
        (waived_files, holds, endangered, police_orders),
        (
            before.waived_files,
            before.holds,
            before.endangered,
            before.police_orders
        )
    );
    assert_eq!(criminal_cases, before.criminal_cases);
    assert_eq!(identified, before.identified, "who they are, stays known");
    assert_eq!(violence, before.violence, "who reported stays unknown");
    // What another body has, and who must not handle the case, asks no round.
    assert_eq!((seised, recused), (before.seised, before.recused));
    // The ledgers go on; what was open in them has ended.
    assert_eq!((rulings, conflicts), (before.rulings, before.conflicts));
    assert_eq!(trail[..before.trail.len()], before.trail);
    assert_eq!(assignments.len(), before.assignments.len());
    assert!(assignments.iter().all(|a| a.to.is_some()));
    let (old, new) = deadlines.split_at(before.deadlines.len());
    assert!(old.iter().all(|clock| !clock.is_running()));
    assert!(
        old.iter()
            .zip(&before.deadlines)
            .all(|(a, b)| a.key() == b.key())
    );
    assert_eq!(
        new.iter().map(|clock| clock.kind).collect::<Vec<_>>(),
        [DeadlineKind::Dispatch]
    );
    assert!(supervision.iter().all(|item| !item.state.is_open()));
    assert!(supervision.len() >= before.supervision.len());
    // That it came back is told by the next version, and the will of before counts no more.
    assert_eq!((version, standing), (before.version + 1, At::Registered));
    assert_eq!(
        kin,
        Kin {
            came_back: Some(version),
            ..before.kin
        }
    );
    let view = stage.view();
    let said = view.consents.keys().chain(view.signatures.keys());
    assert!(said.clone().count() > 0 && said.clone().all(|id| spent.contains(id)));
}

/// Shows E20, E29b.
#[test]
fn an_agreement_that_was_broken_counts_against_the_next_one_too() {
    let mut stage = Stage::of("N03-05");
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::NotPerformed);
    stage.sync(MEDIATOR);
    let breach = Ask::Breach(act::Breach {
        obligation: clause,
        remedy: Remedy::Litigate,
        urged_at: stage.now,
        notice: Some(act::NoticeGiven {
            means: ContactMeans::InPerson,
            at: stage.now,
        }),
    });
    stage.ask(MEDIATOR, breach);
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::Closed);
    reopen(&mut stage);
    assert!(!stage.facts().round.breached && stage.facts().was_breached());
    assert_eq!(stage.facts().difficulty, Difficulty::Complex);
    let row = stage.settled.projection.0[&RegistryTable::CaseReg]
        .values()
        .next();
    assert_eq!(row.unwrap()["breached"], true);
}

/// Shows E21, E29b.
#[test]
fn the_visit_that_met_a_clock_of_an_earlier_round_is_still_named() {
    let (mut stage, visit) = visited();
    reopen(&mut stage);
    let mut rows = stage.settled.projection.0[&RegistryTable::FollowupDue].values();
    let first = rows.find(|row| row["n"] == 1).unwrap();
    assert_eq!(first["done_visit"], visit.to_string());
}

/// A request that waits for the supervisor.
fn waiting() -> (Stage, EntryId, [EntryId; 2]) {
    let mut stage = Stage::of("N03-02");
    let parties = stage.accept();
    stage.sync(MEDIATOR);
    stage.later(20 * 24 * 60);
    let (to, reason) = (Difficulty::Complex, "案情复杂。".into());
    let asked = stage.ask(MEDIATOR, Ask::Adjust(act::Adjust { to, reason }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(asked), Some("referred"));
    (stage, asked, parties)
}

/// Shows E12, E14, E29b.
#[test]
fn whoever_waits_for_a_desk_when_the_case_ends_is_told_that_nobody_will_decide() {
    let (mut stage, asked, [_, b]) = waiting();
    stage.consent(MEDIATOR, b, ConsentDecision::Refuse, Vec::new());
    let refuse = act::Refuse {
        party: b,
        routes_told: true,
    };
    stage.ask(MEDIATOR, Ask::Refuse(refuse));
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::Closed);
    assert_eq!(stage.refusal(asked), Some("case_ended"));
    reopen(&mut stage);
    assert!(
        stage
            .facts()
            .rounds()
            .all(|round| round.referred.is_empty())
    );
    assert_eq!(stage.refusal(asked), Some("case_ended"));
}

/// Shows E24.
#[test]
fn whoever_asked_for_a_transfer_is_granted_it_by_the_desk_that_transfers() {
    for (asked_for, granted) in [(Receiver::Department, true), (Receiver::Police, false)] {
        let mut stage = Stage::of("N03-02");
        stage.accept();
        let (to, why) = (asked_for, "属主管部门职责。".into());
        let asked = stage.ask(MEDIATOR, Ask::TransferOut(act::TransferOut { to, why }));
        stage.sync(MEDIATOR);
        assert_eq!(stage.refusal(asked), Some("referred"));
        let transfer = DeskAct::Transfer(act::Transfer {
            to: Receiver::Department,
            receiver: "县住建局".into(),
            receipt: "收-7".into(),
            notice: Some(act::NoticeGiven::in_person(stage.now)),
        });
        assert_eq!(stage.desk(Role::Dispatcher, transfer), None);
        let expected = (!granted).then_some("case_ended");
        assert_eq!(stage.refusal(asked), expected, "{asked_for:?}");
    }
}

/// Shows E30, E30c.
#[test]
fn a_merge_that_is_undone_finds_the_round_as_it_was_and_nobody_waiting_unheard() {
    let (mut stage, asked, _) = waiting();
    let mut round = stage.facts().round.clone();
    let into = CaseId(uuid::Uuid::from_bytes([8; 16]));
    let why = String::from("同一起纠纷。");
    let merge = act::Merge {
        into,
        why: why.clone(),
    };
    assert_eq!(stage.desk(Role::Dispatcher, ServerAct::Merge(merge)), None);
    assert_eq!(stage.refusal(asked), Some("case_ended"));
    let held = Vec::new();
    let unmerge = ServerAct::Unmerge(act::Unmerge {
        calls: Vec::new(),
        bars: hejie_case::facts::Bars::default(),
        held,
        clocks: Vec::new(),
        why,
    });
    assert_eq!(stage.desk(Role::Dispatcher, unmerge), None);
    round.referred.clear();
    assert_eq!(stage.facts().round, round);
}

/// Shows E18, E29b.
#[test]
fn what_was_agreed_in_an_earlier_round_stays_on_record_and_counts_no_more() {
    let (mut stage, _) = visited();
    assert!(stage.facts().round.is_agreed());
    reopen(&mut stage);
    assert!(!stage.facts().round.is_agreed());
    assert!(stage.facts().past[0].round.is_agreed());
    let rows = &stage.settled.projection.0[&RegistryTable::Agreement];
    let [row] = Vec::from_iter(rows.values())[..] else {
        panic!("{rows:#?}");
    };
    assert_eq!(row["void_at"], stage.now.to_string());
    let rounds = &stage.settled.projection.0[&RegistryTable::CaseRound];
    assert!(rounds.values().all(|round| round["agreed"] == true));
}

/// Two mediators promised different sums in one clause of a draft.
fn rival_terms() -> (Stage, ConflictId) {
    let mut stage = Stage::of("N03-02");
    let parties = stage.accept();
    let (form, based_on) = (AgreementForm::Written, None);
    let draft = stage.add(MEDIATOR, NewEntry::Draft(DraftHead { form, based_on }));
    let clause = stage.fresh();
    let (order, text) = ("a".into(), "乙方退还甲方中介费。".into());
    let terms = Some(payment(parties));
    let adds = Edit::AddClause {
        draft,
        clause,
        order,
        text,
        terms,
    };
    stage.edit(MEDIATOR, adds);
    stage.sync(MEDIATOR);
    let colleague = stage.join(3, Role::Mediator, Duty::Co);
    for (phone, cents) in [(MEDIATOR, 700_000), (colleague, 600_000)] {
        let terms = Some(Terms {
            amount: Cents(cents),
            ..payment(parties)
        });
        let sets = Edit::Terms {
            draft,
            clause,
            terms,
        };
        stage.edit(phone, sets);
    }
    stage.sync(MEDIATOR);
    stage.sync(colleague);
    let open: Vec<_> = stage.facts().open_conflicts().map(|c| c.id).collect();
    let [rival] = open[..] else {
        panic!("{open:?}");
    };
    (stage, rival)
}

/// Shows M04, E29b. A draft may be taken up again, so that what its end let rest is asked once
/// more; what somebody answered is not.
#[test]
fn of_what_two_wrote_into_a_draft_the_next_round_asks_what_nobody_ruled_on() {
    for is_ruled_on in [true, false] {
        let (mut stage, rival) = rival_terms();
        if is_ruled_on {
            let ruling = DeskAct::RuleConflict(act::RuleConflict {
                conflict: rival,
                choice: 0,
                why: "已核对。".into(),
            });
            assert_eq!(stage.desk(Role::Supervisor, ruling), None);
        }
        let transfer = DeskAct::Transfer(act::Transfer {
            to: Receiver::Department,
            receiver: "县住建局".into(),
            receipt: "收-7".into(),
            notice: Some(act::NoticeGiven::in_person(stage.now)),
        });
        assert_eq!(stage.desk(Role::Dispatcher, transfer), None);
        assert_eq!(stage.facts().open_conflicts().count(), 0, "it has ended");
        reopen(&mut stage);
        let asked: Vec<_> = stage.facts().open_conflicts().map(|c| c.id).collect();
        let waits = if is_ruled_on { vec![] } else { vec![rival] };
        assert_eq!(asked, waits, "ruled on before: {is_ruled_on}");
    }
}
