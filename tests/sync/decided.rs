//! From the phone to the desk and back: a mediation whose turns desks decide over the API.

mod kept_away;

use crate::{
    evidence::send_all,
    phone::Phone,
    scene::{Scene, facts},
    team::terms,
};
use harness::{Calls, client::JudicialOffice, decided, receiver::Receiver};
use hejie_case::{
    act,
    edit::NewEntry,
    facts::{ConfirmationResult, DeadlineKind, Decision, Difficulty, Facts, Status},
    ids::{CaseId, EntryId},
    record::*,
};
use hejie_device::engine::Signing;
use hejie_registry::{
    identity::{channel, org::OrgKind},
    pool,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// A case in mediation, and the phone of its lead.
struct Mediation {
    scene: Scene,
    phone: Phone,
    parties: [EntryId; 2],
}

impl Mediation {
    /// The mediator signs for the case, records two willing parties, and begins.
    async fn begin() -> Self {
        let scene = Scene::set().await;
        let mut phone = scene.mediator().await;
        let (case, now) = (scene.case, phone.now());
        phone.engine.sign_for(case, now).unwrap();
        let parties = [Side::A, Side::B].map(|side| phone.party(case, side));
        let text_version = "2026-1".into();
        phone
            .engine
            .ask(case, Ask::GiveNotice(act::GiveNotice { text_version }), now)
            .unwrap();
        for party in parties {
            phone.consents(case, party);
        }
        for ask in [Ask::Accept, Ask::Start] {
            phone.engine.ask(case, ask, now).unwrap();
        }
        let mut mediation = Self {
            scene,
            phone,
            parties,
        };
        mediation.come_back().await;
        assert_eq!(mediation.facts().await.stage.status(), Status::Mediating);
        mediation
    }

    async fn come_back(&mut self) {
        self.phone.sync().await;
        self.scene.server.reconcile().await;
    }

    async fn ask(&mut self, ask: Ask) -> EntryId {
        let (case, now) = (self.scene.case, self.phone.now());
        let asked = self.phone.engine.ask(case, ask, now).unwrap();
        self.come_back().await;
        asked
    }

    async fn facts(&self) -> Facts {
        facts(&self.scene.server, self.scene.case).await
    }

    async fn office(&self) -> JudicialOffice {
        self.scene.county.judicial_officer(&self.scene.server).await
    }

    /// An act over the API; its code if it was refused.
    async fn act(&self, by: &impl Calls, act: &str, says: Value) -> Option<String> {
        let body = decided(act, says, self.facts().await.version);
        self.post(by, "acts", body).await
    }

    async fn grant(&self, by: &impl Calls, request: EntryId) -> Option<String> {
        self.decide(by, request, json!({ "grant": true })).await
    }

    async fn seal(&self, by: &impl Calls, request: EntryId, seal_no: &str) -> Option<String> {
        let says = json!({ "grant": true, "seal_no": seal_no });
        self.decide(by, request, says).await
    }

    async fn decide(&self, by: &impl Calls, request: EntryId, says: Value) -> Option<String> {
        let path = format!("requests/{request}/decision");
        let mut body = says;
        body["base_version"] = self.facts().await.version.into();
        self.post(by, &path, body).await
    }

    async fn post(&self, by: &impl Calls, path: &str, body: Value) -> Option<String> {
        let path = format!("/api/v1/cases/{}/{path}", self.scene.case);
        let answer = by.post(&path, body).await;
        (answer.status != 200).then(|| answer.code().to_owned())
    }

    async fn ruling(&self, request: EntryId) -> Decision {
        self.facts().await.rulings[&request].decision.clone()
    }

    /// An agreement takes effect under the seal of the judicial office, which sends it to the
    /// court.
    async fn sends_to_the_court(&mut self) -> JudicialOffice {
        let committee = self.scene.county.mediator.org;
        sqlx::query("update org set carries_seal = false where id = $1")
            .bind(committee.0)
            .execute(&self.scene.server.state.pool)
            .await
            .unwrap();
        let picture = self.phone.takes_photo(&self.scene);
        let draft = self.phone.agreement(self.scene.case, self.parties, picture);
        let seal_no = None;
        let asked = self
            .ask(Ask::Effect(act::TakeEffect {
                draft,
                seal_no,
                effective_on: None,
            }))
            .await;
        assert!(matches!(
            self.ruling(asked).await,
            Decision::Referred { .. }
        ));
        let office = self.office().await;
        let without_picture = self.seal(&office, asked, "章-2026-9").await;
        assert_eq!(without_picture.as_deref(), Some("scan_not_here"));
        let file = self.phone.engine.outgoing_files().unwrap().remove(0);
        send_all(&mut self.phone, &file).await;
        self.come_back().await;
        let unsealed = self.grant(&office, asked).await;
        assert_eq!(unsealed.as_deref(), Some("seal_missing"));
        assert_eq!(self.seal(&office, asked, "章-2026-9").await, None);
        let known = self.on_the_phone().await;
        assert_eq!(known.stage.status(), Status::AgreementEffective);
        let agreement = known.round.agreement.as_ref().unwrap();
        assert_eq!(agreement.seal_no.as_deref(), Some("章-2026-9"));

        let early = self.act(&office, "send_confirmation", json!({})).await;
        assert_eq!(early.as_deref(), Some("confirmation_not_prepared"));
        let (court, jointly) = ("和安县人民法院".into(), true);
        self.ask(Ask::Confirm(act::Confirm { court, jointly }))
            .await;
        assert_eq!(
            self.act(&office, "send_confirmation", json!({})).await,
            None
        );
        office
    }

    /// What the phone shows after the next exchange.
    async fn on_the_phone(&mut self) -> Facts {
        self.come_back().await;
        let file = self.phone.engine.case(self.scene.case, self.phone.now());
        file.unwrap().facts.unwrap()
    }
}

impl Phone {
    fn party(&mut self, case: CaseId, side: Side) -> EntryId {
        self.person(case, Party::person(side, "王*"))
    }

    fn person(&mut self, case: CaseId, party: Party) -> EntryId {
        let now = self.now();
        self.engine.add(case, NewEntry::Party(party), now).unwrap()
    }

    fn consents(&mut self, case: CaseId, party: EntryId) {
        let at = self.now();
        let consent = Consent {
            party,
            what: ConsentSubject::Mediation,
            decision: ConsentDecision::Agree,
            text_version: "2026-1".into(),
            at,
            evidence: None,
            seen: Vec::new(),
        };
        self.engine.record_consent(case, consent, at).unwrap();
    }

    /// A written agreement that everybody signs on paper, of which this is the picture.
    fn agreement(&mut self, case: CaseId, [a, b]: [EntryId; 2], picture: EntryId) -> EntryId {
        let now = self.now();
        let head = DraftHead {
            form: AgreementForm::Written,
            based_on: None,
        };
        let draft = self.engine.add(case, NewEntry::Draft(head), now).unwrap();
        let terms = terms([a, b], 860_000, "捌仟陆佰元整");
        let text = "乙方退还甲方中介费。".into();
        self.engine
            .add_clause(case, draft, text, Some(terms), now)
            .unwrap();
        self.engine.freeze_draft(case, draft, now).unwrap();
        for signer in [Signer::Party(a), Signer::Party(b), Signer::Mediator] {
            let (medium, scan) = (SignatureMedium::PaperScan, Some(picture));
            let signing = Signing {
                signer,
                medium,
                scan,
            };
            self.engine.sign_draft(case, draft, signing, now).unwrap();
        }
        draft
    }
}

fn due(facts: &Facts, kind: DeadlineKind) -> Timestamp {
    let mut clocks = facts.deadlines.iter();
    clocks.find(|d| d.kind == kind).unwrap().due_at
}

/// Shows D05, E18, E32, LW11, LW13.
#[tokio::test(flavor = "multi_thread")]
async fn the_judicial_office_seals_an_agreement_sends_it_to_the_court_and_records_what_it_decided()
{
    let mut mediation = Mediation::begin().await;
    let office = mediation.sends_to_the_court().await;
    let result = json!({ "result": "confirmed" });
    assert_eq!(
        mediation.act(&office, "decide_confirmation", result).await,
        None
    );
    let known = mediation.on_the_phone().await;
    let confirmation = known.round.confirmation.as_ref().unwrap();
    assert!(confirmation.sent_at.is_some() && confirmation.decided.is_some());
    let (phone, case) = (&mediation.phone, mediation.scene.case);
    let signatures = phone
        .engine
        .case(case, phone.now())
        .unwrap()
        .view
        .signatures;
    let knew_the_time = |signature: &Signature| signature.anchor.is_some();
    assert!(signatures.values().all(|entry| knew_the_time(&entry.value)));
}

/// Shows LW14.
#[tokio::test(flavor = "multi_thread")]
async fn a_court_reports_what_it_decided_through_its_channel_and_nobody_else_does() {
    let mut mediation = Mediation::begin().await;
    let Scene {
        server,
        county,
        case,
    } = &mediation.scene;
    let named = |name| format!("{name}-{}", county.region);
    let court = county
        .connect(server, &named("court"), OrgKind::Court)
        .await;
    let desk = county.connect(server, &named("12345"), OrgKind::Desk).await;
    let case = case.to_string();
    let refused = json!({ "decide_confirmation": { "result": "refused" } });
    let early = court.report(&case, refused.clone()).await;
    assert_eq!(early.outcome(), (409, "confirmation_not_sent"));
    mediation.sends_to_the_court().await;
    let other = desk.report(&case, refused.clone()).await;
    assert_eq!(other.outcome(), (403, "not_allowed"));
    for _ in 0..2 {
        let answer = court.report(&case, refused.clone()).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
    }
    let otherwise = json!({ "decide_confirmation": { "result": "confirmed" } });
    let answer = court.report(&case, otherwise).await;
    assert_eq!(answer.outcome(), (409, "confirmation_not_sent"));
    let known = mediation.on_the_phone().await;
    let (result, _) = known.round.confirmation.unwrap().decided.unwrap();
    assert_eq!(result, ConfirmationResult::Refused);
}

/// Shows R066, E32b, LW14. What the court is sent names nobody.
#[tokio::test(flavor = "multi_thread")]
async fn an_application_for_confirmation_goes_to_the_channel_of_the_court_which_answers_it() {
    let mut mediation = Mediation::begin().await;
    let receiver = Receiver::refusing(0).await;
    let Scene {
        server,
        county,
        case,
    } = &mediation.scene;
    let (case, name) = (*case, format!("court-{}", county.region));
    let office = (OrgKind::Court, "和安县人民法院");
    let court = county.connect_office(server, &name, office).await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let known = channel::find_by_name(&mut conn, &name).await.unwrap();
    let url = receiver.url();
    channel::set_webhook(&mut conn, known.unwrap().id, Some(&url))
        .await
        .unwrap();
    drop(conn);
    mediation.sends_to_the_court().await;
    mediation.scene.server.send_due().await;
    let told = receiver.bodies();
    let [packet] = &told[..] else {
        panic!("{told:?}");
    };
    let facts = mediation.facts().await;
    let agreement = facts.round.agreement.unwrap();
    assert_eq!(packet["kind"], "confirmation");
    assert_eq!(packet["case_id"], json!(case));
    assert_eq!(packet["agreement_no"], json!(agreement.number));
    assert_eq!(packet["content_hash"], json!(agreement.content_hash));
    assert!(
        packet["papers"]
            .as_array()
            .unwrap()
            .contains(&json!("调解协议书"))
    );
    assert!(!packet.to_string().contains("王*"), "{packet}");
    let agreement_no = &packet["agreement_no"];
    let confirmed = json!({ "result": "confirmed", "agreement_no": agreement_no });
    let report = json!({ "decide_confirmation": confirmed });
    let answer = court.report(&case.to_string(), report).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    let (result, _) = mediation
        .on_the_phone()
        .await
        .round
        .confirmation
        .unwrap()
        .decided
        .unwrap();
    assert_eq!(result, ConfirmationResult::Confirmed);
    mediation.scene.server.send_due().await;
    assert_eq!(receiver.bodies().len(), 1, "it was sent once");
}

/// Shows E32c, LW14.
#[tokio::test(flavor = "multi_thread")]
async fn another_court_than_the_one_that_was_applied_to_decides_nothing() {
    let mut mediation = Mediation::begin().await;
    mediation.sends_to_the_court().await;
    let Scene {
        server,
        county,
        case,
    } = &mediation.scene;
    let mut courts = Vec::new();
    for (channel, name) in [("court", "和安县人民法院"), ("other", "邻县人民法院")] {
        let channel = format!("{channel}-{}", county.region);
        let court = county.connect(server, &channel, OrgKind::Court).await;
        sqlx::query("update org set name_zh = $2 where id = $1")
            .bind(court.org().0)
            .bind(name)
            .execute(&server.state.pool)
            .await
            .unwrap();
        courts.push(court);
    }
    let confirmed = json!({ "decide_confirmation": { "result": "confirmed" } });
    let case = case.to_string();
    let other = courts[1].report(&case, confirmed.clone()).await;
    assert_eq!(other.outcome(), (403, "not_allowed"));
    let answer = courts[0].report(&case, confirmed).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
}

/// Shows E14, E33.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_raise_waits_for_the_supervisor_and_an_extension_for_the_judicial_office() {
    let mut mediation = Mediation::begin().await;
    let before = due(&mediation.facts().await, DeadlineKind::Feedback);
    let (clock, days) = (DeadlineKind::Feedback, 2);
    let why = "等待物业提供记录。".into();
    let longer = mediation
        .ask(Ask::Extend(act::Extend { clock, days, why }))
        .await;
    let office = mediation.office().await;
    assert_eq!(mediation.grant(&office, longer).await, None);
    let known = mediation.on_the_phone().await;
    let extended = due(&known, DeadlineKind::Feedback);
    assert_eq!(
        extended.duration_since(before),
        SignedDuration::from_hours(48)
    );

    mediation
        .scene
        .server
        .advance(SignedDuration::from_hours(24 * 5));
    let person = &mediation.scene.county.mediator;
    mediation
        .phone
        .enrol_again(&mediation.scene.server, person)
        .await;
    mediation.phone.set_clock(mediation.scene.server.now());
    let (to, reason) = (Difficulty::Complex, "牵涉三户，情况比登记时复杂。".into());
    let raised = mediation.ask(Ask::Adjust(act::Adjust { to, reason })).await;
    assert!(matches!(
        mediation.ruling(raised).await,
        Decision::Referred { .. }
    ));
    let office = mediation.office().await;
    assert_eq!(
        mediation.grant(&office, raised).await.as_deref(),
        Some("rank_too_low")
    );
    let supervisor = mediation
        .scene
        .county
        .supervisor(&mediation.scene.server)
        .await;
    assert_eq!(mediation.grant(&supervisor, raised).await, None);
    let known = mediation.on_the_phone().await;
    assert_eq!(known.difficulty, Difficulty::Complex);
    assert!(
        due(&known, DeadlineKind::Feedback) > extended,
        "longer from the same start"
    );
}
