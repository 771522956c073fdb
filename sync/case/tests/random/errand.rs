//! What somebody who knows the case does next. Chance alone seldom brings together what the rarer
//! events need.

use crate::{
    always::Always,
    dice::Dice,
    stage::{GRID, MEDIATOR, Stage, author, user},
    violence,
};
use hejie_case::{
    act::{self, Act, Brings, ChannelAct, DeskAct, ServerAct},
    edit::{Edit, NewEntry},
    facts::{
        ConfirmationResult, DeadlineKind, Difficulty, Hold, ItemState, PushTarget, RepeatCall,
        Retention, Status, Subject,
    },
    ids::{CaseId, EntryId},
    record::*,
    role::Role,
};
use std::collections::BTreeMap;

type Errand = fn(&mut Stage, &mut Dice, &mut Always);

const ERRANDS: [Errand; 20] = [
    give_back_and_claim,
    settle_on_the_scene,
    acknowledge_a_push,
    call_the_police,
    violence::find,
    refuse,
    hand_over,
    rest,
    report_a_breach,
    file,
    meet,
    wait_for_a_file,
    report_again,
    take_in_and_part,
    go_on_elsewhere_and_back,
    go_to_court,
    extend,
    rule_on_a_disagreement,
    answer_supervision,
    close,
];

/// Runs one errand; where the case does not stand for it, it is refused like anything else.
pub fn run(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    dice.pick(&ERRANDS)(stage, dice, always);
}

fn why() -> String {
    "见记录。".into()
}

fn another_case() -> CaseId {
    CaseId(uuid::Uuid::from_bytes([8; 16]))
}

fn give_back_and_claim(stage: &mut Stage, _: &mut Dice, always: &mut Always) {
    let holder = stage.facts().offered().or(stage.facts().first());
    let Some(holder) = holder.map(|a| (a.user, a.role)) else {
        return;
    };
    always.act_as(
        stage,
        holder.0,
        holder.1,
        DeskAct::Return(act::Return { reason: why() }),
    );
    let claimer = author(7, Role::Mediator);
    let claim = act::Claim::motion(claimer, stage.now).act;
    always.act_as(stage, claimer.user, claimer.role, claim);
}

fn settle_on_the_scene(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    if let Some(offer) = stage.facts().offered() {
        let assignment = offer.version;
        stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment }));
    }
    let (place, reason) = (None, None);
    stage.ask(MEDIATOR, Ask::Arrive(act::Arrive { place, reason }));
    let mut assents = Vec::new();
    for side in [Side::A, Side::B] {
        let party = stage.party(side, "王*");
        stage.consent(MEDIATOR, party, ConsentDecision::Agree, Vec::new());
        assents.push(party);
    }
    let level = dice.pick(&[Residual::Low, Residual::Low, Residual::Mid]);
    let judged = act::ResidualRisk { level, why: why() };
    stage.ask(MEDIATOR, Ask::ResidualRisk(judged));
    let result = why();
    let settled = act::SettleOnScene { result, assents };
    stage.ask(MEDIATOR, Ask::SettleOnScene(settled));
    always.exchange(stage, MEDIATOR);
}

fn acknowledge_a_push(stage: &mut Stage, _: &mut Dice, always: &mut Always) {
    let waiting = stage
        .facts()
        .round
        .pushes
        .iter()
        .find(|p| p.acked_at.is_none());
    if let Some(target) = waiting.map(|p| p.target) {
        let receiver = match target {
            PushTarget::PartyGovPlac => Role::Leader,
            PushTarget::OneStopCentre => Role::Dispatcher,
            PushTarget::TerritoryDept => Role::Exchange,
        };
        let act = DeskAct::AckPush(act::AckPush { target, push: None });
        always.act(stage, receiver, act);
    }
}

fn call_the_police(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    let phone = dice.roll(3);
    stage.ask(phone, Ask::Danger(act::ReportDanger { what: why() }));
    always.exchange(stage, phone);
    if dice.once_in(2) {
        stage.later(6);
        let call = act::CallPolice {
            called: why(),
            called_at: stage.now,
        };
        always.act(stage, Role::PoliceDesk, DeskAct::CallPolice(call));
    }
    always.act(stage, Role::PoliceDesk, DeskAct::PoliceAccept);
    if dice.once_in(3) {
        let criminal_no = "A990101-1".into();
        let crime = ChannelAct::ReportCrime(act::ReportCrime { criminal_no });
        always.act(stage, Role::Exchange, crime);
    }
    if !dice.once_in(3) {
        always.act(
            stage,
            Role::PoliceDesk,
            DeskAct::Release(act::Release { why: why() }),
        );
    }
}

fn refuse(stage: &mut Stage, _: &mut Dice, always: &mut Always) {
    let view = stage.phones[MEDIATOR].doc.view().unwrap();
    let Some(party) = view.parties.keys().next().copied() else {
        return;
    };
    stage.consent(MEDIATOR, party, ConsentDecision::Refuse, Vec::new());
    let routes_told = true;
    stage.ask(MEDIATOR, Ask::Refuse(act::Refuse { party, routes_told }));
    always.exchange(stage, MEDIATOR);
}

fn hand_over(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    let to = author(7, Role::Mediator);
    always.act(
        stage,
        Role::Dispatcher,
        DeskAct::Handover(act::Handover { target: to }),
    );
    let offer = stage.facts().offered().filter(|a| a.user == to.user);
    let Some(assignment) = offer.map(|a| a.version) else {
        return;
    };
    if !dice.once_in(3) {
        let sign = Act::Ask(Ask::SignFor(act::SignFor { assignment }));
        always.act_as(stage, to.user, to.role, sign);
    }
}

fn rest(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    let ground = SuspensionGround::Appraisal;
    stage.ask(MEDIATOR, Ask::Suspend(act::Suspend { ground }));
    always.exchange(stage, MEDIATOR);
    stage.later(dice.pick(&[60, 10 * 24 * 60, 70 * 24 * 60]));
    stage.ask(MEDIATOR, Ask::Resume);
    always.exchange(stage, MEDIATOR);
}

/// The first promise of the agreement, as the mediator's phone knows it.
fn promise(stage: &Stage) -> Option<EntryId> {
    let draft = stage.facts().round.agreement.as_ref()?.draft;
    let view = stage.phones[MEDIATOR].doc.view().unwrap();
    let (clause, _) = view.drafts.get(&draft)?.value.clauses.first()?;
    Some(*clause)
}

fn report_a_breach(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    let Some(obligation) = promise(stage) else {
        return;
    };
    stage.log(MEDIATOR, obligation, Performance::NotPerformed);
    let remedy = dice.pick(&[Remedy::Mediate, Remedy::Litigate]);
    let urged_at = stage.now;
    let notice = Some(act::NoticeGiven {
        means: ContactMeans::Telephone,
        at: urged_at,
    });
    stage.ask(
        MEDIATOR,
        Ask::Breach(act::Breach {
            obligation,
            remedy,
            urged_at,
            notice,
        }),
    );
    always.exchange(stage, MEDIATOR);
}

fn close(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    let performed = promise(stage).filter(|_| !dice.once_in(3));
    let outcome = if let Some(obligation) = performed {
        stage.log(MEDIATOR, obligation, Performance::Performed);
        CloseKind::AgreementPerformed
    } else {
        CloseKind::Reconciled
    };
    let feedback = why();
    stage.ask(MEDIATOR, Ask::AskClose(act::AskClose { outcome, feedback }));
    for phone in 0..3 {
        always.exchange(stage, phone);
    }
    let ends = if dice.once_in(4) {
        DeskAct::SendBack(act::SendBack { why: why() })
    } else {
        DeskAct::Close(act::Close { outcome })
    };
    always.act(stage, Role::Supervisor, ends);
}

fn file(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    if stage.status() != Status::Closed {
        close(stage, dice, always);
    }
    stage.note(GRID, "走访记录。");
    stage.session(MEDIATOR);
    always.exchange(stage, MEDIATOR);
    always.exchange(stage, GRID);
    let due = stage.facts().deadlines.iter().filter(|d| d.is_running());
    let visits: Vec<u8> = due
        .filter_map(|d| match d.subject {
            Some(Subject::Visit(n)) => Some(n),
            _ => None,
        })
        .collect();
    for n in visits {
        always.act(
            stage,
            Role::Supervisor,
            DeskAct::WaiveVisit(act::WaiveVisit { n, why: why() }),
        );
    }
    let retention = Retention::Long;
    always.act(
        stage,
        Role::JudicialOffice,
        DeskAct::Archive(act::Archive { retention }),
    );
}

fn meet(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    let (to, reason) = (Difficulty::Complex, why());
    stage.ask(MEDIATOR, Ask::Adjust(act::Adjust { to, reason }));
    always.exchange(stage, MEDIATOR);
    let members = [(5, Role::HotlineDesk), (6, Role::PoliceDesk)];
    let members = members.map(|(n, role)| author(n, role));
    let members = members.to_vec();
    always.act(
        stage,
        Role::Dispatcher,
        DeskAct::OpenJoint(act::OpenJoint { members }),
    );
    let plan = stage.add(MEDIATOR, NewEntry::Plan("一案一策。".into()));
    let value = PlanStep {
        what: "当面协商。".into(),
        owner_org: "新港街道人民调解委员会".into(),
        due: jiff::civil::date(2026, 6, 1),
    };
    if !dice.once_in(4) {
        let step = stage.fresh();
        let value = value.clone();
        stage.edit(MEDIATOR, Edit::AddStep { plan, step, value });
    }
    always.exchange(stage, MEDIATOR);
    let written = act::WritePlan {
        plan: stage.fresh(),
        text: "分步化解。".into(),
        steps: BTreeMap::from([(stage.fresh(), value)]),
    };
    let plan = if dice.once_in(3) { written.plan } else { plan };
    always.act(stage, Role::Dispatcher, DeskAct::WritePlan(written));
    let result = "各步骤按期推进。".into();
    let check = DeskAct::CheckJoint(act::CheckJoint { result });
    always.act(stage, Role::Dispatcher, check);
    always.act(
        stage,
        Role::Supervisor,
        DeskAct::EndJoint(act::EndJoint { plan }),
    );
}

fn wait_for_a_file(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    let evidence = stage.evidence_without_file(MEDIATOR);
    always.exchange(stage, MEDIATOR);
    if !dice.once_in(3) {
        let waive = DeskAct::WaiveFile(act::WaiveFile {
            evidence,
            why: why(),
        });
        always.act(stage, Role::Supervisor, waive);
    }
}

fn report_again(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    if stage.status() != Status::Closed && dice.once_in(2) {
        close(stage, dice, always);
    }
    if stage.status() == Status::Closed && dice.once_in(2) {
        always.act(
            stage,
            Role::Supervisor,
            DeskAct::Reopen(act::Reopen { why: why() }),
        );
        return;
    }
    let call = RepeatCall {
        channel: "110".into(),
        external_no: format!("JJD-{}", stage.now),
        received_at: stage.now,
        through: Vec::new(),
        situation: None,
    };
    always.act_as(stage, user(0), Role::System, ServerAct::Repeat(call));
}

fn take_in_and_part(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    let into = another_case();
    if dice.once_in(4) {
        always.act(
            stage,
            Role::Dispatcher,
            ServerAct::Split(act::Split { into, why: why() }),
        );
        return;
    }
    let absorb = ServerAct::Absorb(act::Absorb {
        from: into,
        brings: Brings {
            deadlines: stage.facts().deadlines.clone(),
            ..Brings::default()
        },
        why: why(),
    });
    always.act(stage, Role::Dispatcher, absorb);
    if dice.once_in(2) {
        let from = into;
        let hold = Hold {
            since: stage.now,
            by: author(2, Role::GridWorker),
            what: why(),
            entry: None,
            from: None,
        };
        let brings = Brings {
            deadlines: stage.facts().deadlines.clone(),
            holds: vec![hold],
            violence_found: dice.once_in(2),
            ..Brings::default()
        };
        let take = ServerAct::TakeOn(act::TakeOn { from, brings });
        always.act_as(stage, user(0), Role::System, take);
    }
    if dice.once_in(2) {
        let part = ServerAct::Part(act::Part {
            from: into,
            people: Vec::new(),
            why: why(),
        });
        always.act(stage, Role::Supervisor, part);
    }
}

/// What holds the case under which this one goes on.
pub fn held(stage: &Stage) -> Vec<Hold> {
    let merged = stage.facts().kin.merged.as_ref();
    merged
        .map(|merged| merged.holds.clone())
        .unwrap_or_default()
}

fn go_on_elsewhere_and_back(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    let into = another_case();
    always.act(
        stage,
        Role::Dispatcher,
        ServerAct::Merge(act::Merge { into, why: why() }),
    );
    if dice.once_in(2) {
        come_late(stage, dice, always);
    }
    if dice.once_in(2) {
        always.act(
            stage,
            Role::Dispatcher,
            ServerAct::Unmerge(act::Unmerge {
                calls: Vec::new(),
                bars: hejie_case::facts::Bars::default(),
                held: held(stage),
                clocks: Vec::new(),
                why: why(),
            }),
        );
    }
}

/// Somebody who knows nothing of the merge reports a danger, which is handed on or not yet.
fn come_late(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    stage.ask(GRID, Ask::Danger(act::ReportDanger { what: why() }));
    always.exchange(stage, GRID);
    let (into, brings) = (another_case(), Brings::late(stage.facts()));
    if !dice.once_in(3) {
        let hand = ServerAct::HandOn(act::HandOn { into, brings });
        always.act_as(stage, user(0), Role::System, hand);
    }
}

fn go_to_court(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    let (court, jointly) = ("和安县人民法院".into(), true);
    stage.ask(MEDIATOR, Ask::Confirm(act::Confirm { court, jointly }));
    always.exchange(stage, MEDIATOR);
    always.act(stage, Role::JudicialOffice, DeskAct::SendConfirmation);
    let result = dice.pick(&[ConfirmationResult::Confirmed, ConfirmationResult::Refused]);
    always.act(
        stage,
        Role::Court,
        DeskAct::DecideConfirmation(act::DecideConfirmation {
            result,
            agreement_no: None,
        }),
    );
}

fn extend(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    let (clock, days) = (DeadlineKind::Feedback, 3);
    let why_longer = why();
    let asked = stage.ask(
        MEDIATOR,
        Ask::Extend(act::Extend {
            clock,
            days,
            why: why_longer,
        }),
    );
    always.exchange(stage, MEDIATOR);
    let decide = Act::Decide(act::Decide {
        request: asked,
        grant: !dice.once_in(3),
        why: why(),
        seal_no: None,
        effective_on: None,
    });
    always.act(stage, Role::JudicialOffice, decide);
}

fn rule_on_a_disagreement(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    for (phone, persons) in [(MEDIATOR, 4), (2, 6)] {
        let field = IntakeField::Persons(persons);
        stage.try_edit(phone, Edit::Intake { field });
    }
    for phone in [MEDIATOR, 2] {
        always.exchange(stage, phone);
    }
    let open = stage.facts().open_conflicts().next();
    let Some((conflict, variants)) = open.map(|c| (c.id, c.variants.len())) else {
        return;
    };
    let choice = u8::try_from(dice.roll(variants.max(1))).unwrap();
    let ruling = DeskAct::RuleConflict(act::RuleConflict {
        conflict,
        choice,
        why: why(),
    });
    always.act(stage, Role::Supervisor, ruling);
}

fn answer_supervision(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    if dice.once_in(2) {
        stage.later(40 * 24 * 60);
        always.exchange(stage, GRID);
    }
    if dice.once_in(2) {
        let (what, due_on) = (why(), None);
        let order = DeskAct::Supervise(act::Supervise { what, due_on });
        always.act(stage, Role::Supervisor, order);
    }
    let first = |stage: &Stage, wanted: fn(&ItemState) -> bool| {
        let mut items = stage.facts().supervision.iter();
        items.find(|item| wanted(&item.state)).map(|item| item.no)
    };
    if let Some(no) = first(stage, |state| *state == ItemState::Proposed) {
        let take = dice.once_in(2);
        let decide = DeskAct::DecideItem(act::DecideItem {
            no,
            take,
            why: why(),
        });
        always.act(stage, Role::Supervisor, decide);
    }
    if let Some(no) = first(stage, ItemState::is_open) {
        stage.ask(
            MEDIATOR,
            Ask::AnswerItem(act::AnswerItem { no, answer: why() }),
        );
        always.exchange(stage, MEDIATOR);
    }
}
