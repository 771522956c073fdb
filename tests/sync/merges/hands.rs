//! Who answers for a case while phones are away, and how much time there is.

use crate::team::{COLLEAGUE, LEAD, Team, VISITOR, as_author, orders};
use hejie_case::{
    act,
    facts::{DeadlineKind, Status},
    record::*,
    role::Role,
};
use serde_json::json;

/// Shows M02, R027, E05.
#[tokio::test(flavor = "multi_thread")]
async fn a_lead_who_was_moved_answers_until_the_next_one_signs_and_what_he_wrote_is_kept() {
    let mut team = Team::meet().await;
    for order in orders(COLLEAGUE) {
        let parties = team.mediating("N03-02").await;
        let [old, new] = [
            &team.scene.county.mediator,
            &team.scene.county.second_mediator,
        ];
        let (old, new) = (old.clone(), new.clone());
        let other = team.person(Role::Mediator).await;
        let to = |person| json!({ "target": as_author(person) });
        assert_eq!(
            team.desk(Role::Dispatcher, "handover", to(&new)).await,
            None
        );
        let late = team.desk(Role::Supervisor, "handover", to(&other)).await;
        assert_eq!(late.as_deref(), Some("offer_open"), "the late one is told");
        assert_eq!(team.facts().await.lead().unwrap().user, old.id);

        team.phones[COLLEAGUE].sync().await;
        team.sign_for(COLLEAGUE);
        let case = team.case();
        let observed = team.note(LEAD, "双方已谈拢大半。");
        let promised = crate::team::terms(parties, 860_000, "捌仟陆佰元整");
        let drafted = team.draft(LEAD, promised);
        let asked = team.freeze(LEAD, drafted.draft);
        for phone in order {
            team.sync(phone).await;
        }
        for (phone, holds) in [(COLLEAGUE, true), (VISITOR, false)] {
            team.phones[phone].sync().await;
            assert_eq!(team.phones[phone].has_note(case, observed), holds);
        }
        let whole = team.phones[COLLEAGUE].state(case);
        assert_eq!(whole, team.scene.state().await);
        let known = team.facts().await;
        assert_eq!(known.lead().unwrap().user, new.id);
        let leads = "select count(*) from assignment where case_id = $1 and duty = 'lead'
            and signed_at is not null and to_at is null";
        assert_eq!(team.scene.count(leads).await, 1);
        assert!(team.view(COLLEAGUE).drafts.contains_key(&drafted.draft));
        let still_led = order[0] == LEAD;
        let expected = (!still_led).then_some("not_yours");
        assert_eq!(team.refusal(asked).await.as_deref(), expected);
    }
}

/// Shows M09, E30, E30c.
#[tokio::test(flavor = "multi_thread")]
async fn two_documents_of_one_incident_stay_while_one_case_leads_whoever_comes_back_first() {
    let mut team = Team::meet().await;
    for order in [[LEAD, COLLEAGUE], [COLLEAGUE, LEAD]] {
        team.take_up("N03-02").await;
        let ours = team.case();
        team.take_up("N03-02").await;
        let theirs = team.case();
        let of_station = team.note(LEAD, "派出所登记：双方争执。");
        team.scene.case = ours;
        let of_village = team.note(COLLEAGUE, "村里登记：同一件事。");
        team.tick();
        let why = "同一警情，由派出所登记的案件主办。";
        let version = team.facts().await.version;
        let says = json!({ "into": theirs, "why": why, "base_version": version });
        let merged = team.post(Role::Dispatcher, "merge", says).await;
        assert_eq!(merged.status, 200, "{}", merged.json);
        for phone in order {
            team.sync(phone).await;
        }
        for (case, note) in [(ours, of_village), (theirs, of_station)] {
            team.scene.case = case;
            let notes = team.detail().await["notes"].clone();
            assert_eq!(notes.as_array().unwrap().len(), 1);
            assert_eq!(notes[0]["id"], json!(note), "each document stays");
        }
        team.scene.case = ours;
        let known = team.facts().await;
        assert_eq!(known.stage.status(), Status::Closed);
        assert_eq!(known.kin.merged.as_ref().unwrap().into, theirs);
        let told = "select count(*) from outbox where case_id = $1 and kind = 'feedback'";
        assert_eq!(team.scene.count(told).await, 0, "nothing has ended");
        let says = json!({ "why": "并非同一件事。", "base_version": known.version });
        let parted = team.post(Role::Dispatcher, "unmerge", says).await;
        assert_eq!(parted.status, 200, "{}", parted.json);
        assert!(team.status().await.is_open());
    }
}

/// Shows M25, E33.
#[tokio::test(flavor = "multi_thread")]
async fn two_phones_of_the_lead_ask_for_more_time_and_one_extension_is_granted() {
    let mut team = Team::meet().await;
    let second = team.scene.mediator().await;
    team.phones.push(second);
    for order in orders(3) {
        team.mediating("N03-02").await;
        let clock = DeadlineKind::Feedback;
        let asked = [(LEAD, 5), (3, 7)].map(|(phone, days)| {
            let why = "等待鉴定意见。".into();
            team.ask(phone, Ask::Extend(act::Extend { clock, days, why }))
        });
        team.come_back(order).await;
        for request in asked {
            let waits = team.refusal(request).await;
            assert_eq!(waits.as_deref(), Some("referred"));
        }
        let grant = json!({ "grant": true, "why": "情况属实。" });
        let granted = team.decides(Role::JudicialOffice, asked[0], grant.clone());
        assert_eq!(granted.await, None);
        let again = team.decides(Role::Supervisor, asked[1], grant).await;
        assert_eq!(again.as_deref(), Some("clock_extended_before"));
        team.everybody_syncs().await;
        let extended = team.clock("feedback").await["extended_days"].clone();
        assert_eq!(extended, 5, "one extension");
    }
}
