//! Mediations that come to another end than an agreement that is kept: suspended, resumed,
//! extended and terminated; broken and taken up again; handed to another body.

use crate::team::{LEAD, Team, VISITOR, terms};
use hejie_case::{
    act,
    facts::{DeadlineKind, Status},
    ids::EntryId,
    record::*,
    role::Role,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

impl Team {
    async fn due(&mut self, kind: &str) -> Timestamp {
        let clock = self.clock(kind).await;
        clock["due_at"].as_str().unwrap().parse().unwrap()
    }

    /// The lead asks for ten days more of the time that the law gives.
    async fn asks_for_time(&mut self) -> EntryId {
        let (clock, days) = (DeadlineKind::Legal, 10);
        let why = "等待鉴定意见。".into();
        let asked = self.ask(LEAD, Ask::Extend(act::Extend { clock, days, why }));
        self.sync(LEAD).await;
        asked
    }

    async fn asks_breach(&mut self, clause: EntryId, urged_at: Timestamp) -> Option<String> {
        let breach = act::Breach {
            obligation: clause,
            remedy: Remedy::Mediate,
            urged_at,
            notice: Some(act::NoticeGiven {
                means: ContactMeans::InPerson,
                at: urged_at,
            }),
        };
        let asked = self.ask(LEAD, Ask::Breach(breach));
        self.sync(LEAD).await;
        self.refusal(asked).await
    }
}

/// Shows D04, E15, E25, E33, LW07, LW15, R110.
#[tokio::test(flavor = "multi_thread")]
async fn a_mediation_rests_goes_on_takes_more_time_and_ends_without_an_agreement() {
    let mut team = Team::meet().await;
    let parties = team.mediating("N03-02").await;
    let before = team.due("legal").await;
    let ground = SuspensionGround::Appraisal;
    team.ask(LEAD, Ask::Suspend(act::Suspend { ground }));
    team.sync(LEAD).await;
    assert_eq!(team.status().await, Status::Suspended);
    for kind in ["feedback", "legal"] {
        assert_eq!(team.clock(kind).await["standing"], "paused", "{kind}");
    }
    team.days_pass(7).await;
    team.ask(LEAD, Ask::Resume);
    team.sync(LEAD).await;
    assert_eq!(team.status().await, Status::Mediating);
    let rested = team.due("legal").await.duration_since(before);
    assert!(rested >= SignedDuration::from_hours(7 * 24), "{rested}");

    let unasked = team.asks_for_time().await;
    let told = team.refusal(unasked).await;
    assert_eq!(told.as_deref(), Some("extension_not_agreed"));
    let (more, agree) = (ConsentSubject::Extension, ConsentDecision::Agree);
    for party in parties {
        team.say(LEAD, party, more, agree);
    }
    let asked = team.asks_for_time().await;
    assert_eq!(team.refusal(asked).await.as_deref(), Some("referred"));
    let withdrawal = ConsentDecision::Withdraw;
    team.say(LEAD, parties[1], more, withdrawal);
    team.sync(LEAD).await;
    let grant = json!({ "grant": true });
    let office = Role::JudicialOffice;
    let denied = team.decides(office, asked, grant.clone()).await;
    assert_eq!(denied.as_deref(), Some("extension_not_agreed"));
    team.say(LEAD, parties[1], more, agree);
    team.sync(LEAD).await;
    assert_eq!(team.decides(office, asked, grant).await, None);
    assert_eq!(team.clock("legal").await["extended_days"], 10);

    let ends = |routes_told| {
        let ground = TerminationGround::NoAgreement;
        let end = act::Terminate {
            ground,
            routes_told,
        };
        Ask::Terminate(end)
    };
    let untold = team.ask(LEAD, ends(false));
    let told = team.ask(LEAD, ends(true));
    team.come_back([LEAD, VISITOR]).await;
    let refused = team.refusal(untold).await;
    assert_eq!(refused.as_deref(), Some("routes_not_told"));
    assert_eq!(team.refusal(told).await, None);
    let close = json!({ "outcome": "failed_terminated" });
    assert_eq!(team.desk(office, "close", close).await, None);
    team.everybody_syncs().await;
    let ended = "select count(*) from case_reg where case_id = $1
        and close_kind = 'failed_terminated' and level_ended = 'township'";
    assert_eq!(team.scene.count(ended).await, 1);
}

/// Shows E19, E20, LW07, LW12.
#[tokio::test(flavor = "multi_thread")]
async fn an_agreement_is_broken_when_its_day_is_over_and_urging_did_not_help() {
    let mut team = Team::meet().await;
    let parties = team.mediating("N03-02").await;
    let in_parts = Terms {
        schedule: ["2026-03-12", "2026-03-20"]
            .map(|day| Instalment {
                due: day.parse().unwrap(),
                amount: Cents(430_000),
            })
            .into(),
        ..terms(parties, 860_000, "捌仟陆佰元整")
    };
    let drafted = team.draft(LEAD, in_parts);
    team.freeze(LEAD, drafted.draft);
    team.all_sign(LEAD, drafted.draft, &parties);
    team.effect(LEAD, drafted.draft);
    team.sync(LEAD).await;
    assert_eq!(team.status().await, Status::AgreementEffective);
    let clause = drafted.clause;
    let urged_early = team.tick();
    let unfounded = team.asks_breach(clause, urged_early).await;
    assert_eq!(unfounded.as_deref(), Some("breach_not_recorded"));
    team.log(LEAD, clause, Performance::NotPerformed);
    let early = team.asks_breach(clause, urged_early).await;
    assert_eq!(early.as_deref(), Some("not_due"));
    team.days_pass(11).await;
    let unurged = team.asks_breach(clause, urged_early).await;
    assert_eq!(unurged.as_deref(), Some("not_urged"));
    let urged = team.tick();
    assert_eq!(team.asks_breach(clause, urged).await, None);
    team.everybody_syncs().await;
    assert_eq!(team.status().await, Status::Mediating);
    let broken = "select count(*) from case_reg where case_id = $1 and breached";
    assert_eq!(team.scene.count(broken).await, 1);
}

/// Shows E24, LW03, R114.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_goes_to_the_body_that_signed_for_it_when_its_parties_have_the_notice() {
    let mut team = Team::meet().await;
    team.mediating("N06-01").await;
    let (to, why) = (Receiver::Department, "须由劳动仲裁处理。".into());
    let asked = team.ask(LEAD, Ask::TransferOut(act::TransferOut { to, why }));
    team.come_back([LEAD, VISITOR]).await;
    assert_eq!(team.refusal(asked).await.as_deref(), Some("referred"));
    let grant = json!({ "grant": true });
    let early = team.decides(Role::Dispatcher, asked, grant).await;
    assert_eq!(early.as_deref(), Some("receipt_missing"));
    let at = team.scene.server.now();
    let transfer = |receipt: &str, means: &str| {
        let receiver = "和安县劳动人事争议仲裁院";
        let notice = json!({ "means": means, "at": at });
        json!({ "to": "department", "receiver": receiver, "receipt": receipt, "notice": notice })
    };
    for (receipt, means, code) in [
        ("", "in_person", Some("receipt_missing")),
        ("收-7", "telephone", Some("notice_missing")),
        ("收-7", "in_person", None),
    ] {
        let says = transfer(receipt, means);
        let refused = team.desk(Role::Dispatcher, "transfer", says).await;
        assert_eq!(refused.as_deref(), code);
    }
    let gone =
        "select count(*) from case_reg where case_id = $1 and close_kind = 'transferred_dept'";
    assert_eq!(team.scene.count(gone).await, 1);
    let record = team.detail().await["facts"]["transfers"][0].clone();
    assert_eq!(
        (&record["round"], &record["receipt"]),
        (&json!(1), &json!("收-7"))
    );
    let text = record["text"].as_str().unwrap();
    assert!(
        text.starts_with("移交告知书") && text.contains("和安县劳动人事争议仲裁院"),
        "{text}"
    );
    let told = "select count(*) from outbox where case_id = $1 and kind = 'feedback'";
    assert_eq!(team.scene.count(told).await, 1, "110 hears of it");
}
