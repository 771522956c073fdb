//! Who answers for a case, and what a phone wrote that came too late: the server's rules decide,
//! nothing is lost.

use crate::scene::*;
use hejie_case::{
    act::{self, Act, DeskAct, ServerAct},
    edit::NewEntry,
    facts::{DeadlineKind, Duty, RepeatCall, Stage as At, Status},
    ids::{CaseId, EntryId},
    reconcile::Effect,
    record::*,
    role::Role,
    view::{ConflictKind, Resolver, Severity},
};

fn hand_over(stage: &mut Stage, by: Role, n: u8) -> Option<String> {
    let to = author(n, Role::Mediator);
    let refused = stage.desk(by, DeskAct::Handover(act::Handover { target: to }));
    refused.map(|refusal| refusal.code)
}

fn leads(stage: &Stage) -> usize {
    let open = stage.facts().assignments.iter();
    let leads = open.filter(|a| a.duty == Duty::Lead && a.to.is_none() && a.signed_at.is_some());
    leads.count()
}

/// Shows M02, M19, R027.
#[test]
fn a_lead_who_was_moved_answers_until_the_next_one_signs_and_what_he_wrote_is_kept() {
    for order in orders(COLLEAGUE) {
        let (mut stage, parties) = mediating("N03-02");
        assert_eq!(hand_over(&mut stage, Role::Dispatcher, 3), None);
        let second = hand_over(&mut stage, Role::Supervisor, 5);
        assert_eq!(second.as_deref(), Some("offer_open"), "the loser is told");
        assert_eq!(
            stage.facts().lead().unwrap().user,
            author(1, Role::Mediator).user
        );
        let assignment = stage.facts().offered().unwrap().version;
        stage.ask(COLLEAGUE, Ask::SignFor(act::SignFor { assignment }));
        let observed = note(&mut stage, MEDIATOR, "双方已谈拢大半。");
        let drafted = draft(&mut stage, parties, None);
        let (asked, _) = freeze(&mut stage, drafted.draft);
        everybody_comes_back(&mut stage, order);
        assert_eq!(
            stage.facts().lead().unwrap().user,
            author(3, Role::Mediator).user
        );
        assert_eq!(leads(&stage), 1);
        assert!(stage.view().notes.contains_key(&observed));
        assert!(stage.view().drafts.contains_key(&drafted.draft));
        let still_led = order[0] == MEDIATOR;
        let expected = if still_led { None } else { Some("not_yours") };
        assert_eq!(stage.refusal(asked), expected);
        assert!(stage.view().requests.contains_key(&asked));
    }
}

fn ask_close(stage: &mut Stage) -> EntryId {
    let (outcome, feedback) = (CloseKind::AgreementPerformed, "已履行。".into());
    stage.ask(MEDIATOR, Ask::AskClose(act::AskClose { outcome, feedback }))
}

fn performed(situation: &str) -> Stage {
    let mut stage = case(situation);
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    everybody_comes_back(&mut stage, [MEDIATOR, GRID]);
    stage
}

/// Shows M15, E28.
#[test]
fn a_repeat_call_that_the_closing_phone_had_not_heard_of_disputes_the_closing() {
    for call_first in [true, false] {
        let mut stage = performed("N03-05");
        // Another phone of the case was in touch today and keeps the rule from closing at once.
        stage.later(30);
        let asked = ask_close(&mut stage);
        let call = RepeatCall {
            channel: "110".into(),
            external_no: "JJD-2".into(),
            received_at: stage.now,
            through: Vec::new(),
            situation: None,
        };
        if call_first {
            stage.by_rule(ServerAct::Repeat(call));
            stage.sync(MEDIATOR);
        } else {
            stage.sync(MEDIATOR);
            stage.by_rule(ServerAct::Repeat(call));
        }
        assert!(stage.view().requests.contains_key(&asked));
        assert_eq!(stage.status(), Status::CloseDisputed, "{call_first}");
    }
}

/// Shows M16, E23.
#[test]
fn danger_seen_by_one_holds_the_case_that_another_wants_closed() {
    for order in orders(GRID) {
        let mut stage = performed("N03-05");
        ask_close(&mut stage);
        let what = "一方携带汽油到场。".into();
        let danger = stage.ask(GRID, Ask::Danger(act::ReportDanger { what }));
        let mut told = 0;
        for phone in order {
            stage.later(1);
            stage.sync(phone);
            let police = |e: &&Effect| matches!(e, Effect::PoliceOrder { .. });
            told += stage.settled.effects.iter().filter(police).count();
        }
        assert_eq!(told, 1, "the police are told once");
        assert!(stage.status().is_open());
        assert_eq!(stage.refusal(danger), None);
        let (outcome, why) = (CloseKind::AgreementPerformed, "现场已排除。".into());
        let held = stage.desk(Role::Supervisor, DeskAct::Close(act::Close { outcome }));
        assert_eq!(held.unwrap().code, "held_for_danger");
        assert_eq!(
            stage.desk(Role::PoliceDesk, DeskAct::Release(act::Release { why })),
            None
        );
        ask_close(&mut stage);
        everybody_comes_back(&mut stage, order);
        let refused = match stage.status() {
            Status::Closed => None,
            _ => stage.desk(Role::Supervisor, DeskAct::Close(act::Close { outcome })),
        };
        assert_eq!((refused, stage.status()), (None, Status::Closed));
    }
}

/// Shows M25, E33.
#[test]
fn lead_and_second_phone_ask_for_more_time_and_one_extension_is_granted() {
    for order in orders(COLLEAGUE) {
        let (mut stage, _) = mediating("N03-02");
        stage.phones[COLLEAGUE].author = author(1, Role::Mediator);
        let clock = DeadlineKind::Feedback;
        let due = |stage: &Stage| {
            let mut clocks = stage.facts().deadlines.iter();
            clocks.find(|d| d.kind == clock).unwrap().due_at
        };
        let before = due(&stage);
        let asked = [(MEDIATOR, 5), (COLLEAGUE, 7)].map(|(phone, days)| {
            let why = "等待鉴定意见。".into();
            stage.ask(phone, Ask::Extend(act::Extend { clock, days, why }))
        });
        everybody_comes_back(&mut stage, order);
        let decide = |stage: &mut Stage, role, request| {
            let (grant, why) = (true, "情况属实。".into());
            let decided = Act::Decide(act::Decide {
                request,
                grant,
                why,
                seal_no: None,
                effective_on: None,
            });
            stage.desk(role, decided)
        };
        assert_eq!(decide(&mut stage, Role::JudicialOffice, asked[0]), None);
        let extended = due(&stage);
        assert!(extended > before);
        assert!(decide(&mut stage, Role::Supervisor, asked[1]).is_some());
        assert_eq!(due(&stage), extended, "one extension");
    }
}

/// Shows M09, E30.
#[test]
fn two_documents_of_one_incident_stay_and_one_of_the_cases_leads() {
    let (mut ours, _) = mediating("N03-02");
    note(&mut ours, GRID, "村里也登记了同一件事。");
    everybody_comes_back(&mut ours, [GRID, MEDIATOR]);
    let before = ours.view().clone();
    let into = CaseId(uuid::Uuid::from_u128(77));
    let why = "同一警情，由派出所登记的案件主办。".into();
    assert_eq!(
        ours.desk(Role::Dispatcher, ServerAct::Merge(act::Merge { into, why })),
        None
    );
    assert!(matches!(
        ours.facts().stage,
        At::Closed {
            outcome: CloseKind::Merged,
            ..
        }
    ));
    assert_eq!(ours.view().notes, before.notes, "the document stays");
    assert_eq!(ours.facts().kin.merged.as_ref().unwrap().into, into);
    let told = |e: &Effect| matches!(e, Effect::Feedback { .. });
    assert!(!ours.settled.effects.iter().any(told), "nothing has ended");
    let why = "核对后并非同一件事。".into();
    assert_eq!(
        ours.desk(
            Role::Dispatcher,
            ServerAct::Unmerge(act::Unmerge {
                calls: Vec::new(),
                bars: hejie_case::facts::Bars::default(),
                held: Vec::new(),
                clocks: Vec::new(),
                why
            })
        ),
        None
    );
    assert_eq!(ours.status(), Status::Mediating);
}

/// Shows M08.
#[test]
fn the_dispatcher_says_whether_two_entries_are_one_person() {
    for order in orders(COLLEAGUE) {
        let mut stage = case("N03-02");
        for (phone, secret) in [(MEDIATOR, "s-1"), (COLLEAGUE, "s-2")] {
            let party = Party {
                secret_ref: Some(secret.into()),
                ..Party::person(Side::A, "张*")
            };
            stage.add(phone, NewEntry::Party(party));
            stage.identities.insert(secret.into(), "h-1".into());
        }
        everybody_comes_back(&mut stage, order);
        let conflict = the_one(
            &stage,
            ConflictKind::SamePerson,
            Severity::Review,
            Resolver::Dispatcher,
        );
        assert_eq!(rule(&mut stage, Role::Dispatcher, &conflict, 2), None);
        stage.sync(MEDIATOR);
        none_open(&stage, ConflictKind::SamePerson);
        assert_eq!(stage.view().parties.len(), 2, "both entries stay");
    }
}

/// Shows M08, E11, E18.
#[test]
fn somebody_entered_twice_agrees_and_signs_once_when_the_dispatcher_says_so() {
    for keep in [0, 1] {
        let (mut stage, parties) = mediating("N03-02");
        let again = stage.party(Side::B, "李*");
        for entry in [parties[1], again] {
            stage.identities.insert(entry.to_string(), "h-1".into());
        }
        let drafted = draft(&mut stage, parties, None);
        let (_, hash) = freeze(&mut stage, drafted.draft);
        for signer in [
            Signer::Party(parties[0]),
            Signer::Party(parties[1]),
            Signer::Mediator,
        ] {
            stage.sign(drafted.draft, &hash, signer);
        }
        let ask = |stage: &mut Stage| {
            let (draft, seal_no) = (drafted.draft, Some("章-2026-8".into()));
            let asked = stage.ask(
                MEDIATOR,
                Ask::Effect(act::TakeEffect {
                    draft,
                    seal_no,
                    effective_on: None,
                }),
            );
            stage.sync(MEDIATOR);
            asked
        };
        let before = ask(&mut stage);
        assert_eq!(stage.refusal(before), Some("party_signature_missing"));
        let conflict = the_one(
            &stage,
            ConflictKind::SamePerson,
            Severity::Review,
            Resolver::Dispatcher,
        );
        assert_eq!(rule(&mut stage, Role::Dispatcher, &conflict, keep), None);
        let after = ask(&mut stage);
        assert_eq!(stage.refusal(after), None);
        assert_eq!(stage.status(), Status::AgreementEffective);
        let aliases = stage.facts().aliases();
        let (kept, other) = if keep == 0 {
            (parties[1], again)
        } else {
            (again, parties[1])
        };
        assert_eq!(aliases.get(&other), Some(&kept));
    }
}

/// Shows M17, E27.
#[test]
fn a_case_is_not_closed_before_the_file_has_come_or_was_waived() {
    for waived in [true, false] {
        let mut stage = case("N03-02");
        let photo = stage.evidence_without_file(MEDIATOR);
        let clause = stage.make_effective();
        stage.log(MEDIATOR, clause, Performance::Performed);
        ask_close(&mut stage);
        everybody_comes_back(&mut stage, [MEDIATOR, GRID]);
        the_one(
            &stage,
            ConflictKind::FileMissing,
            Severity::Review,
            Resolver::JudicialOffice,
        );
        let outcome = CloseKind::AgreementPerformed;
        let early = stage.desk(Role::Supervisor, DeskAct::Close(act::Close { outcome }));
        assert_eq!(early.unwrap().code, "files_missing");
        if waived {
            let (evidence, why) = (photo, "手机损坏，另有收条。".into());
            let waive = DeskAct::WaiveFile(act::WaiveFile { evidence, why });
            assert_eq!(stage.desk(Role::JudicialOffice, waive), None);
        } else {
            stage.files_arrive();
        }
        stage.sync(GRID);
        none_open(&stage, ConflictKind::FileMissing);
        assert_eq!(
            stage.desk(Role::Supervisor, DeskAct::Close(act::Close { outcome })),
            None
        );
    }
}
