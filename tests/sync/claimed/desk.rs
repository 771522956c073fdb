//! Claiming at a desk, over REST, beside the phones.

use super::{claim, facts, foreign::send, handler, last, listed, nobody_on_duty, phone_of};
use harness::{Calls, decided};
use hejie_case::{
    edit::{Edit, NewEntry, Withdrawable},
    record::{Party, Side},
};
use hejie_device::engine::ClaimState;
use serde_json::json;
use uuid::Uuid;

/// Shows E04. Class B alone: what it is about, where, how old, how many, whose matter.
#[tokio::test(flavor = "multi_thread")]
async fn the_list_says_nothing_of_who_the_parties_are_or_what_was_said() {
    let scene = nobody_on_duty().await;
    let (server, county) = (&scene.server, &scene.county);
    let mediator = county.mediator(server).await;
    let page = mediator.get("/api/v1/claimable").await;
    assert_eq!(page.status, 200, "{}", page.json);
    let mut fields: Vec<_> = page.json["items"][0].as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(
        fields,
        [
            "id",
            "office",
            "parties",
            "region",
            "registered_at",
            "situation",
            "situation_zh"
        ]
    );
    assert_eq!(page.text("/items/0/id"), scene.case.to_string());
    assert_eq!(page.text("/items/0/office"), "市场监督管理局");
    let sent = page.json.to_string();
    for said in ["租户", "中介费", "1390000", "新栖街"] {
        assert!(!sent.contains(said), "{said}");
    }
    let elsewhere = server.county().await.mediator(server).await;
    let nothing = elsewhere.get("/api/v1/claimable").await;
    assert_eq!(nothing.json["items"], json!([]));
    let desk = county.dispatcher(server).await;
    let refused = desk.get("/api/v1/claimable").await;
    assert_eq!(refused.outcome(), (403, "not_allowed"));
}

/// Shows E04, R018.
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_at_a_desk_and_one_of_a_phone_meet_in_one_place() {
    let scene = nobody_on_duty().await;
    let (server, county, case) = (&scene.server, &scene.county, scene.case);
    let mut phone = phone_of(&scene, &county.second_mediator).await;
    claim(&mut phone, case);
    let path = format!("/api/v1/cases/{case}/claim");
    let body = json!({ "claim": Uuid::from_u128(1) });
    let elsewhere = server.county().await.mediator(server).await;
    let unknown = elsewhere.post(&path, body.clone()).await;
    assert_eq!(unknown.outcome(), (404, "not_found"));
    let desk = county.mediator(server).await;
    for _ in 0..2 {
        assert_eq!(desk.post(&path, body.clone()).await.status, 204);
    }
    phone.sync().await;
    let ClaimState::Refused(told) = last(&phone) else {
        panic!("{:?}", last(&phone))
    };
    assert_eq!(told.code, "claim_taken");
    let other = county.second_mediator(server).await;
    let late = other
        .post(&path, json!({ "claim": Uuid::from_u128(2) }))
        .await;
    assert_eq!(late.outcome(), (409, "claim_taken"));
    let holder = handler(&facts(server, case).await);
    assert_eq!(holder, Some(county.mediator.id));
}

/// Shows E04, E11d.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_stepped_back_from_a_case_finds_it_in_no_list_and_cannot_claim_it() {
    let scene = nobody_on_duty().await;
    let (server, county, case) = (&scene.server, &scene.county, scene.case);
    let desk = county.mediator(server).await;
    let path = format!("/api/v1/cases/{case}/claim");
    let claimed = desk
        .post(&path, json!({ "claim": Uuid::from_u128(1) }))
        .await;
    assert_eq!(claimed.status, 204, "{}", claimed.json);
    let supervisor = county.supervisor(server).await;
    let says =
        json!({ "handler": county.mediator.id, "ground": "relative", "why": "系当事人表兄。" });
    let version = facts(server, case).await.version;
    let acts = format!("/api/v1/cases/{case}/acts");
    let recused = supervisor
        .post(&acts, decided("recuse_handler", says, version))
        .await;
    assert_eq!(recused.status, 200, "{}", recused.json);
    let waiting = desk.get("/api/v1/claimable").await;
    assert_eq!(waiting.json["items"], json!([]));
    let again = desk
        .post(&path, json!({ "claim": Uuid::from_u128(2) }))
        .await;
    assert_eq!(again.outcome(), (404, "not_found"));
    let other = county.second_mediator(server).await;
    let body = json!({ "claim": Uuid::from_u128(3) });
    assert_eq!(other.post(&path, body).await.status, 204);
}

/// Shows R014, R035, E04. The table that the county edits decides whose matter a case is.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_waits_for_the_department_to_which_the_county_routes_it_and_no_more_for_another() {
    let scene = nobody_on_duty().await;
    let (server, county, case) = (&scene.server, &scene.county, scene.case);
    let before = county.official(server, "和安县市场监督管理局").await;
    let ours = county.official(server, "和安县商务局").await;
    let mut phone = phone_of(&scene, &ours).await;
    assert_eq!(listed(&phone), []);
    let dispatcher = county.dispatcher(server).await;
    let route = json!({ "lead": "商务局", "co": ["消委会"], "mechanism": null, "reason": "本县归口调整", "base_version": 0 });
    let changed = dispatcher.put("/api/v1/routing/N03-05", route).await;
    assert_eq!(changed.status, 200, "{}", changed.json);
    phone.sync().await;
    assert_eq!(listed(&phone), [case]);
    assert_eq!(
        phone.engine.claimable_list().cases[0].office,
        "商务局/消委会"
    );
    let mut former = phone_of(&scene, &before).await;
    assert_eq!(listed(&former), []);
    let told = send(&mut former, &[case], 100).await;
    assert_eq!(told[0].as_ref().unwrap().code, "not_found");
    claim(&mut phone, case);
    phone.sync().await;
    assert_eq!(last(&phone), ClaimState::Yours, "{:?}", last(&phone));
    assert_eq!(handler(&facts(server, case).await), Some(ours.id));
}

/// Shows E04, P15.
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_wins_and_one_that_does_not_both_leave_their_line_in_the_audit_log() {
    let scene = nobody_on_duty().await;
    let (server, county, case) = (&scene.server, &scene.county, scene.case);
    let path = format!("/api/v1/cases/{case}/claim");
    let body = |n| json!({ "claim": Uuid::from_u128(n) });
    let winner = county.mediator(server).await;
    assert_eq!(winner.post(&path, body(1)).await.status, 204);
    let late = county.second_mediator(server).await;
    assert_eq!(late.post(&path, body(2)).await.status, 409);
    let lines = "select user_id, ok from audit_log
        where case_id = $1 and action = 'claim_case' order by seq";
    let lines: Vec<(Uuid, bool)> = sqlx::query_as(lines)
        .bind(case.0)
        .fetch_all(&server.state.pool)
        .await
        .unwrap();
    let (won, lost) = (county.mediator.id.0, county.second_mediator.id.0);
    assert_eq!(lines, [(won, true), (lost, false)]);
}

/// Shows E04.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_a_case_and_claims_it_once_more_has_it_and_takes_up_nothing() {
    let scene = nobody_on_duty().await;
    let (server, county, case) = (&scene.server, &scene.county, scene.case);
    let path = format!("/api/v1/cases/{case}/claim");
    let desk = county.mediator(server).await;
    for n in 1..=2 {
        let body = json!({ "claim": Uuid::from_u128(n) });
        assert_eq!(desk.post(&path, body).await.status, 204);
    }
    let known = facts(server, case).await;
    assert_eq!(handler(&known), Some(county.mediator.id));
    let claimed = known.trail.iter().filter(|line| line.event == "E04");
    assert_eq!(claimed.count(), 1);
}

/// Shows E04. The registry is filled with copies of the row of one case.
#[tokio::test(flavor = "multi_thread")]
async fn of_more_cases_than_a_list_holds_it_shows_those_that_wait_longest_and_that_there_are_more()
{
    let scene = nobody_on_duty().await;
    let columns = "select string_agg(column_name, ', ') from information_schema.columns
        where table_schema = current_schema and table_name = 'case_doc' and is_generated = 'NEVER' and column_name <> 'case_id'";
    let columns: String = sqlx::query_scalar(columns)
        .fetch_one(&scene.server.state.pool)
        .await
        .unwrap();
    let copies = format!(
        "with docs as (
            insert into case_doc (case_id, {columns}) select gen_random_uuid(), {columns}
            from case_doc d, generate_series(1, $2) where d.case_id = $1 returning case_id)
        insert into case_reg select (jsonb_populate_record(r, jsonb_build_object('case_id', docs.case_id,
            'case_no', docs.case_id, 'public_code', docs.case_id, 'registered_at', r.registered_at + interval '1 hour'))).*
        from case_reg r, docs where r.case_id = $1"
    );
    let mediator = scene.county.mediator(&scene.server).await;
    for (copied, listed, more) in [(99, 100, false), (1, 100, true)] {
        sqlx::query(sqlx::AssertSqlSafe(copies.clone()))
            .bind(scene.case.0)
            .bind(copied)
            .execute(&scene.server.state.pool)
            .await
            .unwrap();
        let page = mediator.get("/api/v1/claimable").await.json;
        let items = page["items"].as_array().unwrap();
        assert_eq!((items.len(), &page["more"]), (listed, &json!(more)));
        assert_eq!(items[0]["id"], scene.case.to_string(), "it waits longest");
    }
}

/// Shows E04.
#[tokio::test(flavor = "multi_thread")]
async fn who_takes_no_part_any_more_is_not_counted_among_the_parties_of_the_list() {
    let scene = nobody_on_duty().await;
    let (server, case) = (&scene.server, scene.case);
    let mut phone = phone_of(&scene, &scene.county.mediator).await;
    claim(&mut phone, case);
    phone.sync().await;
    let now = phone.now();
    let mut add = |side| {
        let party = NewEntry::Party(Party::person(side, "王*"));
        phone.engine.add(case, party, now).unwrap()
    };
    let (_, goes) = (add(Side::A), add(Side::B));
    let withdraw = Edit::Withdraw {
        target: Withdrawable::Party(goes),
        why: "与纠纷无关。".into(),
        at: now,
    };
    phone.engine.edit(case, withdraw, now).unwrap();
    phone.sync().await;
    server.reconcile().await;
    super::give_back(&scene, &scene.county.mediator).await;
    let mediator = scene.county.mediator(server).await;
    let page = mediator.get("/api/v1/claimable").await.json;
    assert_eq!(page["items"][0]["parties"], 1);
}
