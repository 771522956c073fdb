//! Twelve workers, their wages and their employer: from the call to 110 to the confirmation by the
//! court.

use crate::{
    evidence::send_all,
    team::{COLLEAGUE, Drafted, LEAD, Team, as_author, somebody, terms},
};
use hejie_case::{
    act,
    edit::{Edit, NewEntry},
    facts::{Difficulty, Status},
    ids::EntryId,
    record::*,
    role::Role,
};
use hejie_device::engine::NewEvidence;
use jiff::Timestamp;
use serde_json::json;

/// The phone of whoever leads, once the centre has sent the case to him.
const SECOND: usize = COLLEAGUE;

impl Team {
    /// Twelve workers, of whom three speak for all by a choice among the papers.
    fn workers(&mut self) -> Vec<EntryId> {
        let (engine, case, now) = self.on(SECOND);
        let paper = NewEvidence {
            kind: EvidenceKind::Paper,
            mime: "image/jpeg".into(),
            taken_at: now,
            place: None,
            origin: "工人推选".into(),
            caption: "推选书".into(),
        };
        let choice = engine.add_evidence(case, paper, b"choice", now).unwrap();
        let worker = |n: usize| Party {
            is_representative: n < 3,
            mandate: (n < 3).then_some(choice),
            ..somebody(Side::A)
        };
        (0..12).map(|n| self.party(SECOND, worker(n))).collect()
    }

    /// The hotline and the police sit down with the centre; the lead writes the plan on the phone.
    async fn sit_at_one_table(&mut self) {
        let police = self.person(Role::PoliceDesk).await;
        let hotline = self.person(Role::HotlineDesk).await;
        let two = json!({ "members": [as_author(&police)] });
        let missing = self.desk(Role::Dispatcher, "open_joint", two).await;
        assert_eq!(missing.as_deref(), Some("three_parties_missing"));
        let all = json!({ "members": [as_author(&police), as_author(&hotline)] });
        assert_eq!(self.desk(Role::Dispatcher, "open_joint", all).await, None);
        self.sync(SECOND).await;
        let plan = self.add(SECOND, NewEntry::Plan("先核数，后付款。".into()));
        let (engine, case, now) = self.on(SECOND);
        let step = engine.new_entry_id(now).unwrap();
        let value = PlanStep {
            what: "核对考勤和欠款。".into(),
            owner_org: "新栖镇调委会".into(),
            due: "2026-03-05".parse().unwrap(),
        };
        let adds = Edit::AddStep { plan, step, value };
        engine.edit(case, adds, now).unwrap();
        self.sync(SECOND).await;
        let ends = self.desk(Role::Dispatcher, "end_joint", json!({ "plan": plan }));
        assert_eq!(ends.await, None);
        self.sync(SECOND).await;
        let detail = self.detail().await;
        let roles = detail["assignments"].as_array().unwrap().iter();
        let roles: Vec<_> = roles.map(|one| one["role"].as_str().unwrap()).collect();
        assert!(roles.contains(&"police_desk") && roles.contains(&"hotline_desk"));
        assert_eq!(detail["plans"][0]["steps"][0]["owner_org"], "新栖镇调委会");
    }

    /// The case goes from the one who signed first to the colleague, who signs too.
    async fn goes_to_the_second(&mut self) {
        let visitor = self.scene.county.grid_worker.clone();
        self.joins(&visitor, "visit").await;
        self.sign_for(LEAD);
        self.sync(LEAD).await;
        let next = as_author(&self.scene.county.second_mediator);
        let says = json!({ "target": next });
        assert_eq!(self.desk(Role::Dispatcher, "handover", says).await, None);
        self.phones[SECOND].sync().await;
        self.sign_for(SECOND);
        self.sync(SECOND).await;
    }

    /// The employer agrees, and two of the three who speak for the workers; then the third.
    async fn agree_to_mediation(&mut self, workers: &[EntryId], employer: EntryId) {
        self.give_notice(SECOND);
        let (mediation, agree) = (ConsentSubject::Mediation, ConsentDecision::Agree);
        for party in [workers[0], workers[1], employer] {
            self.say(SECOND, party, mediation, agree);
        }
        let by_two = self.ask(SECOND, Ask::Accept);
        self.sync(SECOND).await;
        let told = self.refusal(by_two).await;
        assert_eq!(told.as_deref(), Some("consent_missing"), "all together");
        self.say(SECOND, workers[2], mediation, agree);
        let by_three = self.ask(SECOND, Ask::Accept);
        self.ask(SECOND, Ask::Start);
        self.sync(SECOND).await;
        assert_eq!(self.refusal(by_three).await, None);
        let clock = self.clock("feedback").await;
        let [from, due] = ["starts_at", "due_at"]
            .map(|at| clock[at].as_str().unwrap().parse::<Timestamp>().unwrap());
        let days = due.duration_since(from).as_hours() / 24;
        assert_eq!(days, 30, "complex");
    }

    /// A session is held, and its result is signed by employer and the three; returns the clause.
    async fn agree_on_wages(&mut self, workers: &[EntryId], employer: EntryId) -> EntryId {
        let session = SessionHead {
            form: SessionForm::Room,
            start: self.tick(),
            place: None,
            attendees: vec![workers[0], workers[1], workers[2], employer],
            result: "约定付清。".into(),
        };
        let record = NewEntry::Session(session, "公司承认欠薪，愿意付清。".into());
        self.add(SECOND, record);
        let promised = terms([workers[0], employer], 18_000_000, "壹拾捌万元整");
        let Drafted { draft, clause } = self.draft(SECOND, promised);
        self.freeze(SECOND, draft);
        self.all_sign(SECOND, draft, &[workers[0], workers[1], employer]);
        let by_two = self.asks_for_effect(SECOND, draft).await;
        assert_eq!(by_two.as_deref(), Some("party_signature_missing"));
        let third = Signer::Party(workers[2]);
        self.sign(SECOND, draft, third, SignatureMedium::Screen);
        assert_eq!(self.asks_for_effect(SECOND, draft).await, None);
        clause
    }

    /// Both sides apply to the court together, which confirms what they agreed on.
    async fn is_confirmed(&mut self) {
        let court = |jointly| {
            let court = "和安县人民法院".into();
            Ask::Confirm(act::Confirm { court, jointly })
        };
        let alone = self.ask(SECOND, court(false));
        let jointly = self.ask(SECOND, court(true));
        self.sync(SECOND).await;
        assert_eq!(self.refusal(alone).await.as_deref(), Some("not_joint"));
        assert_eq!(self.refusal(jointly).await, None);
        for (act, says) in [
            ("send_confirmation", json!({})),
            ("decide_confirmation", json!({ "result": "confirmed" })),
        ] {
            assert_eq!(self.desk(Role::JudicialOffice, act, says).await, None);
        }
        let decided = self.facts().await.round.confirmation.unwrap().decided;
        assert!(decided.is_some());
    }

    /// The wages are paid in two parts, each with its slip.
    async fn are_paid(&mut self, clause: EntryId) {
        for (state, slip, status) in [
            (Performance::Partly, "S-1", Status::Performing),
            (Performance::Performed, "S-2", Status::FollowUp),
        ] {
            self.pays(SECOND, clause, (state, 9_000_000), Some(slip));
            self.sync(SECOND).await;
            assert_eq!(self.status().await, status);
        }
        let paid = self.detail().await["obligations"][0]["paid_cents"].clone();
        assert_eq!(paid, 18_000_000);
        for file in self.phones[SECOND].engine.outgoing_files().unwrap() {
            send_all(&mut self.phones[SECOND], &file).await;
        }
    }
}

/// Shows E03, E05, E07, E09, R027, R033, R034.
#[tokio::test(flavor = "multi_thread")]
async fn who_judges_that_it_breaks_out_again_sends_the_case_to_the_centre_with_what_was_recorded() {
    let mut team = Team::meet().await;
    team.reported("N06-01", 12).await;
    team.arrive();
    let observed = team.note(LEAD, "十二名工人聚集，情绪激动。");
    let (level, why) = (Residual::Low, "暂时平静。".into());
    let low = team.ask(LEAD, Ask::ResidualRisk(act::ResidualRisk { level, why }));
    let (level, why) = (Residual::High, "约定次日再来。".into());
    let high = team.ask(LEAD, Ask::ResidualRisk(act::ResidualRisk { level, why }));
    team.sync(LEAD).await;
    assert_eq!(team.refusal(low).await, None, "it sends nobody on");
    assert_eq!(team.refusal(high).await, None);
    assert_eq!(team.status().await, Status::PendingDispatch);
    let [first, next] = [
        &team.scene.county.mediator,
        &team.scene.county.second_mediator,
    ];
    let (first, next) = (first.clone(), next.clone());
    let answering = team.facts().await.answering().unwrap().user;
    assert_eq!(answering, first.id, "until another signs");

    let says = json!({ "target": as_author(&next), "expected": "当日接访，三日内调解。" });
    assert_eq!(team.desk(Role::Dispatcher, "dispatch", says).await, None);
    team.phones[SECOND].sync().await;
    assert!(
        team.phones[SECOND].has_note(team.case(), observed),
        "with its record"
    );
    team.sign_for(SECOND);
    team.sync(SECOND).await;
    assert_eq!(team.facts().await.answering().unwrap().user, next.id);
}

/// Shows D04, D05, E10, E11, E13, E16, E17, E18, E19, E22, E26, E27, E32, LW01, LW08, LW12, LW13,
/// LW18, R115, R119.
#[tokio::test(flavor = "multi_thread")]
async fn twelve_workers_are_paid_by_an_agreement_that_three_signed_for_them_and_a_court_confirmed()
{
    let mut team = Team::meet().await;
    team.reported("N06-01", 12).await;
    team.goes_to_the_second().await;
    assert_eq!(team.facts().await.difficulty, Difficulty::Complex);
    let workers = team.workers();
    let employer = Party {
        kind: PartyKind::Organisation,
        name_masked: "某建筑公司".into(),
        ..somebody(Side::B)
    };
    let employer = team.party(SECOND, employer);
    team.agree_to_mediation(&workers, employer).await;
    team.sit_at_one_table().await;
    assert_eq!(team.status().await, Status::Mediating);
    let clause = team.agree_on_wages(&workers, employer).await;
    team.is_confirmed().await;
    team.are_paid(clause).await;

    team.ask_close(SECOND, CloseKind::AgreementPerformed);
    team.sync(SECOND).await;
    let close = json!({ "outcome": "agreement_performed" });
    let by_office = team
        .desk(Role::JudicialOffice, "close", close.clone())
        .await;
    assert_eq!(by_office.as_deref(), Some("rank_too_low"), "complex");
    team.days_pass(3).await;
    assert_eq!(team.desk(Role::Supervisor, "close", close).await, None);
    let told = "select count(*) from outbox where case_id = $1 and kind = 'feedback'";
    assert_eq!(team.scene.count(told).await, 1, "110 hears of it");
}
