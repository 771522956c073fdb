//! What may happen: people write on phones, phones come back, desks act, calls come in, time
//! passes.

use crate::{
    always::Always,
    dice::Dice,
    errand, seised,
    stage::{MEDIATOR, Stage, author},
};
use hejie_case::{
    act::{self, Act, DeskAct, ServerAct},
    edit::{Edit, NewEntry, Withdrawable},
    facts::{
        ConfirmationResult, DeadlineKind, Difficulty, Duty, Level, RecusalGround, RepeatCall,
        Retention,
    },
    ids::{CaseId, EntryId},
    record::*,
    role::Role,
};
use jiff::ToSpan;
use std::collections::BTreeSet;

const SITUATIONS: [&str; 5] = ["N03-05", "N03-02", "N02-02", "N01-01", "N06-02"];
const ALL_LISTS: [&str; 3] = ["N06-01", "N05-01", "P01-01"];
const DESKS: [Role; 8] = [
    Role::Dispatcher,
    Role::Supervisor,
    Role::JudicialOffice,
    Role::PoliceDesk,
    Role::Court,
    Role::GridLeader,
    Role::Leader,
    Role::Mediator,
];
const CLOSINGS: [CloseKind; 4] = [
    CloseKind::AgreementPerformed,
    CloseKind::OralAgreementPerformed,
    CloseKind::Reconciled,
    CloseKind::Litigation,
];

/// Plays one schedule from its seed and holds the invariants after every exchange and every act;
/// returns the events that came about.
pub fn schedule(seed: u64) -> BTreeSet<String> {
    let mut dice = Dice::of(seed);
    let mut stage = Stage::of(dice.pick(&SITUATIONS));
    stage.seal_at_the_scene = !dice.once_in(3);
    stage.join(3, Role::PoliceOfficer, Duty::Co);
    for phone in 0..3 {
        stage.sync(phone);
    }
    let mut always = Always::of(&stage);
    prelude(&mut stage, &mut dice);
    for _ in 0..6 + dice.roll(10) {
        happen(&mut stage, &mut dice, &mut always);
    }
    for phone in 0..3 {
        always.exchange(&mut stage, phone);
    }
    let trail = &stage.facts().trail;
    trail.iter().map(|line| line.event.clone()).collect()
}

/// Most schedules begin somewhere in the middle, where there is more to break.
fn prelude(stage: &mut Stage, dice: &mut Dice) {
    match dice.roll(4) {
        0 => {}
        1 => {
            stage.accept();
        }
        2 => {
            let parties = stage.accept();
            stage.freeze(parties, "捌仟陆佰元整");
        }
        _ => {
            stage.make_effective();
        }
    }
}

fn happen(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    match dice.roll(14) {
        0..=5 => {
            let phone = dice.roll(3);
            write(stage, dice, phone);
        }
        6..=8 => always.exchange(stage, dice.roll(3)),
        9 | 10 => {
            let (role, act) = (dice.pick(&DESKS), act(stage, dice));
            always.act(stage, role, act);
        }
        11 | 12 => errand::run(stage, dice, always),
        _ => {
            let minutes = dice.pick(&[5_i64, 90, 26 * 60, 9 * 24 * 60, 70 * 24 * 60]);
            stage.now = stage.now.checked_add(minutes.minutes()).unwrap();
        }
    }
}

fn write(stage: &mut Stage, dice: &mut Dice, phone: usize) {
    let view = stage.phones[phone].doc.view().unwrap();
    let some = |dice: &mut Dice, ids: Vec<EntryId>| (!ids.is_empty()).then(|| dice.pick(&ids));
    let party = some(dice, view.parties.keys().copied().collect());
    let draft = some(dice, view.drafts.keys().copied().collect());
    match dice.roll(14) {
        0 if phone == MEDIATOR => {
            let side = dice.pick(&[Side::A, Side::B]);
            stage.party(side, "王*");
        }
        1 | 2 if phone != 1 => {
            let Some(party) = party else { return };
            let decision = dice.pick(&[
                ConsentDecision::Agree,
                ConsentDecision::Agree,
                ConsentDecision::Refuse,
                ConsentDecision::Withdraw,
            ]);
            let about = |c: &&hejie_case::view::Entry<Consent>| c.value.party == party;
            let seen = view.consents.iter().filter(|(_, c)| about(c));
            let seen = if dice.once_in(2) {
                seen.map(|(id, _)| *id).collect()
            } else {
                Vec::new()
            };
            stage.consent(phone, party, decision, seen);
        }
        3 => {
            stage.note(phone, "进展。");
        }
        4 => {
            stage.evidence(phone);
        }
        5 if phone == MEDIATOR => {
            let parties: Vec<EntryId> = view.parties.keys().copied().collect();
            if let [a, b, ..] = parties[..] {
                let words = dice.pick(&["捌仟陆佰元整", "捌仟陆佰元整", "捌仟元整"]);
                stage.freeze([a, b], words);
            }
        }
        6 if phone == MEDIATOR => {
            let (Some(draft), Some(party)) = (draft, party) else {
                return;
            };
            let hash = view.drafts[&draft].value.content_hash.clone();
            let signer = dice.pick(&[Signer::Party(party), Signer::Mediator]);
            stage.sign(draft, &hash, signer);
        }
        7 if phone != 2 => {
            let clauses = view.drafts.values().flat_map(|d| &d.value.clauses);
            if let Some(clause) = some(dice, clauses.map(|(id, _)| *id).collect()) {
                let state = dice.pick(&[
                    Performance::Performed,
                    Performance::Partly,
                    Performance::NotPerformed,
                ]);
                stage.log(phone, clause, state);
            }
        }
        8 if phone != 2 => {
            let due = dice.pick(&[None, Some(1), Some(2)]);
            stage.visit(phone, due, VisitMethod::Telephone);
        }
        9 => {
            let factor = dice.pick(&[
                RiskFactor::Threat,
                RiskFactor::Violence,
                RiskFactor::Emotion(Emotion::Agitated),
                RiskFactor::Residual(Residual::High),
                RiskFactor::CalmVisit,
            ]);
            let (at, why) = (stage.now, "所见。".into());
            stage.add(phone, NewEntry::Risk(RiskObservation { factor, at, why }));
        }
        10 if phone != 1 => {
            let situation = dice.pick(&ALL_LISTS).parse().unwrap();
            let field = dice.pick(&[
                IntakeField::Persons(12),
                IntakeField::Persons(2),
                IntakeField::Amount(Cents(18_000_000)),
                IntakeField::Situation(situation),
            ]);
            stage.try_edit(phone, Edit::Intake { field });
        }
        11 if phone == MEDIATOR && dice.once_in(4) => {
            if let Some(party) = party {
                let (target, why, at) =
                    (Withdrawable::Party(party), "登记有误。".into(), stage.now);
                stage.try_edit(phone, Edit::Withdraw { target, why, at });
            }
        }
        _ => {
            let ask = ask(stage, dice, party, draft);
            stage.ask(phone, ask);
        }
    }
}

fn ask(stage: &Stage, dice: &mut Dice, party: Option<EntryId>, draft: Option<EntryId>) -> Ask {
    let any = EntryId(uuid::Uuid::from_bytes([7; 16]));
    let why = || String::from("见记录。");
    let (party, draft) = (party.unwrap_or(any), draft.unwrap_or(any));
    let assignments = stage.facts().assignments.len();
    match dice.roll(27) {
        0 => Ask::Triage(act::Triage {
            situation: dice.pick(&SITUATIONS).parse().unwrap(),
        }),
        1 | 2 => Ask::SignFor(act::SignFor {
            assignment: u32::try_from(1 + dice.roll(assignments + 1)).unwrap(),
        }),
        3 => Ask::Arrive(act::Arrive {
            place: None,
            reason: None,
        }),
        4 => Ask::SettleOnScene(act::SettleOnScene {
            result: why(),
            assents: vec![party],
        }),
        5 => Ask::ResidualRisk(act::ResidualRisk {
            level: dice.pick(&[Residual::Low, Residual::High]),
            why: why(),
        }),
        6 => Ask::GiveNotice(act::GiveNotice {
            text_version: "2026-1".into(),
        }),
        7 => Ask::Accept,
        8 => Ask::Refuse(act::Refuse {
            party,
            routes_told: true,
        }),
        9 => Ask::Start,
        10 => Ask::Adjust(act::Adjust {
            to: dice.pick(&[
                Difficulty::Simple,
                Difficulty::Ordinary,
                Difficulty::Complex,
            ]),
            reason: why(),
        }),
        11 => Ask::Suspend(act::Suspend {
            ground: SuspensionGround::Appraisal,
        }),
        12 => Ask::Resume,
        13 => Ask::Freeze(act::Freeze { draft }),
        14 => Ask::Effect(act::TakeEffect {
            draft,
            seal_no: Some("章-1".into()),
            effective_on: None,
        }),
        15 => Ask::Breach(act::Breach {
            obligation: EntryId::new(stage.now, [77; 10]),
            remedy: dice.pick(&[Remedy::Mediate, Remedy::Litigate]),
            urged_at: stage.now,
            notice: Some(act::NoticeGiven {
                means: ContactMeans::Telephone,
                at: stage.now,
            }),
        }),
        16 => Ask::Danger(act::ReportDanger { what: why() }),
        17 => Ask::TransferOut(act::TransferOut {
            to: dice.pick(&[Receiver::Police, Receiver::Department]),
            why: why(),
        }),
        18 => Ask::Terminate(act::Terminate {
            ground: TerminationGround::NoAgreement,
            routes_told: true,
        }),
        19 => Ask::Confirm(act::Confirm {
            court: "和安县人民法院".into(),
            jointly: true,
        }),
        20 => Ask::Extend(act::Extend {
            clock: dice.pick(&[DeadlineKind::Feedback, DeadlineKind::Legal]),
            days: 3,
            why: why(),
        }),
        21 => Ask::CheckJoint(act::CheckJoint { result: why() }),
        22 => Ask::NoteSeised(seised::noted()),
        23 => Ask::EndSeised(seised::ended(why())),
        24 => Ask::Recuse(seised::recused(why())),
        25 => Ask::Reclassify(act::Reclassify {
            situation: dice.pick(&SITUATIONS).parse().unwrap(),
            why: why(),
        }),
        _ => Ask::AskClose(act::AskClose {
            outcome: dice.pick(&CLOSINGS),
            feedback: why(),
        }),
    }
}

fn act(stage: &Stage, dice: &mut Dice) -> Act {
    let lines = stage.facts().trail.len();
    let why = || format!("第{lines}行之后，见记录。");
    let other = || CaseId(uuid::Uuid::from_bytes([8; 16]));
    let people = [
        (1, Role::Mediator),
        (2, Role::GridWorker),
        (3, Role::PoliceOfficer),
        (5, Role::HotlineDesk),
        (6, Role::PoliceDesk),
    ];
    let (n, role) = dice.pick(&people);
    let target = author(n, role);
    let facts = stage.facts();
    match dice.roll(31) {
        0 => Act::Server(ServerAct::TriageByCatalogue),
        1 => Act::Desk(DeskAct::PoliceAccept),
        2 | 3 => Act::Desk(DeskAct::Dispatch(act::Dispatch {
            target,
            expected: why(),
        })),
        4 => Act::Desk(DeskAct::Assign(act::Assign {
            target,
            duty: dice.pick(&[Duty::Co, Duty::Visit]),
        })),
        5 => Act::Desk(DeskAct::Handover(act::Handover { target })),
        6 => Act::Desk(DeskAct::Return(act::Return { reason: why() })),
        7 => Act::Desk(DeskAct::OpenJoint(act::OpenJoint {
            members: vec![
                target,
                author(5, Role::HotlineDesk),
                author(6, Role::PoliceDesk),
            ],
        })),
        8 => match stage.view().plans.keys().next() {
            Some(plan) => Act::Desk(DeskAct::EndJoint(act::EndJoint { plan: *plan })),
            None => Act::Server(ServerAct::DisputeClose),
        },
        9 => Act::Desk(DeskAct::Release(act::Release { why: why() })),
        10 => Act::Desk(DeskAct::Transfer(act::Transfer {
            to: dice.pick(&[Receiver::Police, Receiver::Department]),
            receiver: "仲裁院".into(),
            receipt: "收-1".into(),
            notice: Some(act::NoticeGiven::in_person(stage.now)),
        })),
        11..=13 => Act::Desk(DeskAct::Close(act::Close {
            outcome: dice.pick(&CLOSINGS),
        })),
        14 => Act::Desk(DeskAct::SendBack(act::SendBack { why: why() })),
        15 => Act::Server(ServerAct::Repeat(RepeatCall {
            channel: "110".into(),
            external_no: format!("JJD-{}", stage.now),
            received_at: stage.now,
            through: Vec::new(),
            situation: None,
        })),
        16 => Act::Desk(DeskAct::Reopen(act::Reopen { why: why() })),
        17 => Act::Server(ServerAct::Merge(act::Merge {
            into: other(),
            why: why(),
        })),
        18 => Act::Server(ServerAct::Unmerge(act::Unmerge {
            calls: Vec::new(),
            bars: hejie_case::facts::Bars::default(),
            held: errand::held(stage),
            clocks: Vec::new(),
            why: why(),
        })),
        19 => Act::Desk(DeskAct::Archive(act::Archive {
            retention: Retention::Long,
        })),
        20 => Act::Desk(DeskAct::WaiveVisit(act::WaiveVisit { n: 1, why: why() })),
        21 => Act::Desk(DeskAct::DecideConfirmation(act::DecideConfirmation {
            result: ConfirmationResult::Confirmed,
            agreement_no: None,
        })),
        22 => Act::Desk(DeskAct::OverrideColour(act::OverrideColour {
            level: dice.pick(&[Level::Red, Level::Blue]),
            why: why(),
            until: Some(stage.now.checked_add(48.hours()).unwrap()),
        })),
        24 => Act::Desk(DeskAct::RecuseHandler(act::RecuseHandler {
            handler: target.user,
            ground: RecusalGround::Relative,
            party: None,
            why: why(),
        })),
        26 => Act::Desk(DeskAct::Danger(act::ReportDanger { what: why() })),
        27 => Act::Desk(DeskAct::Reclassify(act::Reclassify {
            situation: dice.pick(&ALL_LISTS).parse().unwrap(),
            why: why(),
        })),
        23 => match facts.open_conflicts().next() {
            Some(conflict) => Act::Desk(DeskAct::RuleConflict(act::RuleConflict {
                conflict: conflict.id,
                choice: 0,
                why: why(),
            })),
            None => Act::Desk(DeskAct::SendConfirmation),
        },
        25 => act::Claim::motion(target, stage.now).act,
        28 | 29 => Act::Desk(seised::turned(facts, why())),
        _ => match facts.round.referred.keys().next() {
            Some(request) => Act::Decide(act::Decide {
                request: *request,
                grant: !dice.once_in(3),
                why: why(),
                seal_no: None,
                effective_on: None,
            }),
            None => Act::Desk(DeskAct::SendConfirmation),
        },
    }
}
