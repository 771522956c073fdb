//! What a desk sees of what could not be taken in: all of its own region whatever the neighbours
//! have, in words, and with one bad row hiding no other.

use crate::scene::Scene;
use harness::{Calls, TestServer};
use hejie_case::{ids::CaseId, reason::Reason};
use hejie_registry::{audit, log, log::quarantine::quarantine, pool};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Takes what the mediator wrote out of a case, as reconciliation does when the registry does not
/// take it; returns the hash of the last.
async fn set_aside(scene: &Scene, words: &[&str]) -> String {
    let mut phone = scene.mediator().await;
    let mut bad = Vec::new();
    for word in words {
        let now = phone.now();
        let head = hejie_case::record::NoteHead {
            kind: hejie_case::record::NoteKind::Scene,
            at: now,
        };
        let entry = hejie_case::edit::NewEntry::Note(head, (*word).into());
        let id = phone.engine.new_entry_id(now).unwrap();
        let edit = hejie_case::edit::Edit::Add { id, entry };
        bad.push(phone.engine.edit(scene.case, edit, now).unwrap().change);
    }
    phone.sync().await;
    let why = Reason {
        code: "unstorable".into(),
        zh: "内容含有服务器无法保存的值。".into(),
    };
    let mut tx = pool::begin(&scene.server.state.pool).await.unwrap();
    log::lock_case(&mut tx, scene.case).await.unwrap().unwrap();
    let moves = quarantine(&mut tx, scene.case, &bad, &why).await.unwrap();
    log::touch_case(&mut tx, scene.case, &moves, scene.server.now())
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
    bad.last().unwrap().to_string()
}

async fn listed(who: &impl Calls) -> Vec<Value> {
    let list = who.get("/api/v1/quarantine").await;
    assert_eq!(list.status, 200, "{}", list.json);
    list.json["items"].as_array().unwrap().clone()
}

/// All that a desk sees, as its page goes on and on.
async fn walked(who: &impl Calls, limit: u32) -> Vec<Value> {
    let (mut all, mut after) = (Vec::new(), String::new());
    for _ in 0..1_000 {
        let page = who
            .get(&format!("/api/v1/quarantine?limit={limit}{after}"))
            .await;
        assert_eq!(page.status, 200, "{}", page.json);
        all.extend(page.json["items"].as_array().unwrap().iter().cloned());
        match page.json["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return all,
        }
    }
    panic!("it never ends");
}

async fn execute(scene: &Scene, statement: &'static str, case: CaseId) {
    sqlx::query(statement)
        .bind(case.0)
        .execute(&scene.server.state.pool)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn busy_neighbours_hide_nothing_of_ones_own_quarantine() {
    let scene = Scene::on(TestServer::alone().await).await;
    let own = set_aside(&scene, &["门锁被撬，已报警。"]).await;
    let neighbours = scene.server.county().await;
    let theirs = scene.another_case("A-2").await;
    let pool = &scene.server.state.pool;
    sqlx::query("update case_reg set region_code = $2 where case_id = $1")
        .bind(theirs.0)
        .bind(neighbours.township().as_str())
        .execute(pool)
        .await
        .unwrap();
    let many = "insert into case_change (case_id, hash, position, actor, actor_seq, start_op, max_op, deps, device_id,
            user_id, role, org_id, bytes, received_at, state, reason_code, reason_zh)
        select $1, sha256(n::text::bytea), 1000 + n, actor, actor_seq + n, start_op, max_op, deps, device_id,
            user_id, role, org_id, bytes, received_at + interval '1 hour', state, reason_code, reason_zh
        from case_change, generate_series(1, 250) n where state = 'quarantined'";
    execute(&scene, many, theirs).await;

    let seen = listed(&scene.county.supervisor(&scene.server).await).await;
    let hashes: Vec<&Value> = seen.iter().map(|one| &one["hash"]).collect();
    assert_eq!(hashes, [&json!(own)]);
    let busy = listed(&neighbours.supervisor(&scene.server).await).await;
    assert_eq!(busy.len(), 50, "a page");
    for limit in [200, 70] {
        let all = walked(&neighbours.supervisor(&scene.server).await, limit).await;
        let hashes: BTreeSet<String> = all.iter().map(|one| one["hash"].to_string()).collect();
        assert_eq!((all.len(), hashes.len()), (250, 250), "each once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_reaches_all_that_was_kept_aside_or_deposited_whatever_row_is_bad() {
    let scene = Scene::on(TestServer::alone().await).await;
    set_aside(&scene, &["门锁被撬，已报警。"]).await;
    let changes = "insert into deposit (case_id, hash, device_id, user_id, bytes, received_at)
        select c.case_id, case n when 7 then c.hash else sha256(n::text::bytea) end, c.device_id, c.user_id, c.bytes,
            c.received_at + (n - 7) / 3 * interval '1 minute'
        from case_change c, generate_series(1, 20) n where c.case_id = $1 and c.state = 'quarantined'";
    execute(&scene, changes, scene.case).await;
    let files = "insert into deposit_file (case_id, sha256, device_id, user_id, entry_id, kind, size, begun_at, touched_at)
        select c.case_id, sha256(n::text::bytea), c.device_id, c.user_id, c.case_id, 'original', 1,
            c.received_at + n / 4 * interval '2 minutes', now()
        from case_change c, generate_series(1, 20) n where c.case_id = $1 and c.state = 'quarantined'";
    execute(&scene, files, scene.case).await;
    let desk = scene.county.supervisor(&scene.server).await;
    let whole = walked(&desk, 200).await;
    assert_eq!(whole.len(), 41);
    for limit in [1, 2, 3, 7, 41] {
        assert_eq!(walked(&desk, limit).await, whole, "by {limit}");
    }
    let unbounded = "alter table deposit_file drop constraint deposit_file_kind_check";
    sqlx::query(unbounded)
        .execute(&scene.server.state.pool)
        .await
        .unwrap();
    let odd = "update deposit_file set kind = 'nonsense' where case_id = $1 and sha256 >= '\\x80'";
    execute(&scene, odd, scene.case).await;
    let seen = walked(&desk, 41).await;
    assert!((22..41).contains(&seen.len()));
    for limit in [1, 2, 3, 7] {
        assert_eq!(walked(&desk, limit).await, seen, "by {limit}");
    }
    for wrong in ["nonsense", "1_2_3_4", "9223372036854775807_a_b_c"] {
        let refused = desk.get(&format!("/api/v1/quarantine?after={wrong}")).await;
        assert_eq!(refused.outcome(), (422, "invalid"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_reads_in_words_what_was_set_aside_and_nobody_else_does() {
    let scene = Scene::set().await;
    let hash = set_aside(&scene, &["双方在门口争执。", "物业在场作证。"]).await;
    let path = format!("/api/v1/quarantine/{}/{hash}", scene.case);
    let dispatcher = scene.county.dispatcher(&scene.server).await;
    let read = dispatcher.get(&path).await;
    assert_eq!(read.status, 200, "{}", read.json);
    let passages = read.json["passages"].as_array().unwrap();
    let typed = passages.iter().find(|one| one["kind"] == "typed").unwrap();
    assert_eq!(typed["text"], "物业在场作证。");
    assert_eq!(
        (&typed["container"], &typed["field"]),
        (&json!("notes"), &json!("text"))
    );
    assert_eq!(read.json["more"], false);
    let lines =
        "select count(*) from audit_log where case_id = $1 and action = 'read_quarantined' and ok";
    assert_eq!(scene.count(lines).await, 1);
    let mut conn = pool::acquire(&scene.server.state.pool).await.unwrap();
    let chain = audit::verify(&mut conn).await.unwrap();
    assert!(matches!(chain, audit::Chain::Whole { .. }));

    // A supervisor reads no notes of cases, and so none that lie in quarantine.
    let supervisor = scene.county.supervisor(&scene.server).await;
    let withheld = supervisor.get(&path).await.json;
    assert!(!withheld.to_string().contains("物业在场作证"), "{withheld}");
    assert_eq!(withheld["passages"][0]["kind"], "withheld");

    let elsewhere = scene.server.county().await;
    let stranger = elsewhere.supervisor(&scene.server).await;
    assert_eq!(stranger.get(&path).await.outcome(), (404, "not_found"));
    let mediator = scene.county.mediator(&scene.server).await;
    assert_eq!(mediator.get(&path).await.status, 403);
    for wrong in ["nonsense", &"0".repeat(64)] {
        let path = format!("/api/v1/quarantine/{}/{wrong}", scene.case);
        assert_eq!(supervisor.get(&path).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_worker_can_open_is_said_to_be_so_and_stays() {
    let scene = Scene::set().await;
    let hash = set_aside(&scene, &["读不出来的。"]).await;
    let broken =
        "update case_change set bytes = '\\x0102' where case_id = $1 and state = 'quarantined'";
    execute(&scene, broken, scene.case).await;
    let supervisor = scene.county.supervisor(&scene.server).await;
    let path = format!("/api/v1/quarantine/{}/{hash}", scene.case);
    let read = supervisor.get(&path).await;
    assert_eq!(read.json["code"], "change_unreadable", "{}", read.json);
    assert_eq!(listed(&supervisor).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_row_of_the_registry_hides_no_other_case() {
    let scene = Scene::on(TestServer::alone().await).await;
    let good = scene.another_case("A-2").await;
    let last = scene.another_case("A-3").await;
    set_aside(&scene, &["这一件的登记行坏了。"]).await;
    execute(
        &scene,
        "update case_reg set case_no = '坏行' where case_id = $1",
        scene.case,
    )
    .await;
    let parked = "update case_doc set parked_reason = 'settling_failed' where case_id = $1";
    execute(&scene, parked, scene.case).await;
    let odd = "update case_doc set unprojected = '{}' where case_id = $1";
    execute(&scene, odd, last).await;
    execute(&scene, parked, good).await;

    let desk = scene.county.supervisor(&scene.server).await;
    let cases = desk.get("/api/v1/cases").await;
    assert_eq!(cases.status, 200, "{}", cases.json);
    let mut ids: Vec<&Value> = cases.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["id"])
        .collect();
    ids.sort_by_key(|id| id.to_string());
    let mut readable = [json!(last), json!(good)];
    readable.sort_by_key(ToString::to_string);
    assert_eq!(ids, readable.iter().collect::<Vec<_>>());
    assert_eq!(
        cases.json["unreadable"],
        json!([scene.case]),
        "it is seen to be there"
    );
    let mut after = String::new();
    let mut walked = 0;
    for _ in 0..4 {
        let page = desk.get(&format!("/api/v1/cases?limit=1{after}")).await;
        walked += page.json["items"].as_array().unwrap().len();
        walked += page.json["unreadable"].as_array().unwrap().len();
        match page.json["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(walked, 3, "a page that begins at it goes on behind it");

    let troubled = desk.get("/api/v1/troubled-cases").await;
    assert_eq!(troubled.status, 200, "{}", troubled.json);
    let mut troubled: Vec<&Value> = troubled
        .json
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["case_id"])
        .collect();
    troubled.sort_by_key(|id| id.to_string());
    let mut both = [json!(scene.case), json!(good)];
    both.sort_by_key(ToString::to_string);
    assert_eq!(troubled, both.iter().collect::<Vec<_>>());
    assert_eq!(listed(&desk).await.len(), 1);
    for path in [
        "/api/v1/link-proposals",
        "/api/v1/outbox",
        "/api/v1/outbox/backlog",
        "/api/v1/recovery-claims",
    ] {
        let list = desk.get(path).await;
        assert_eq!(list.status, 200, "{path} {}", list.json);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_message_hides_no_other_of_the_outbox() {
    let scene = Scene::on(TestServer::alone().await).await;
    for number in ["A-2", "A-3"] {
        scene.another_case(number).await;
    }
    let owed =
        "insert into outbox (channel, kind, case_id, external_no, payload, created_at, next_at)
        select 'nobody', k.kind, $1, k.kind, '{}', now(), now()
        from unnest(array['feedback', 'push']) as k (kind)";
    let desk = scene.county.supervisor(&scene.server).await;
    execute(&scene, owed, scene.case).await;
    let whole = desk
        .get("/api/v1/outbox")
        .await
        .json
        .as_array()
        .unwrap()
        .len();
    execute(
        &scene,
        "update outbox set attempts = -1 where case_id = $1 and kind = 'push'",
        scene.case,
    )
    .await;
    let left = desk.get("/api/v1/outbox").await;
    assert_eq!(left.status, 200, "{}", left.json);
    assert_eq!(left.json.as_array().unwrap().len(), whole - 1);
}

/// Shows M19. The stored document is damaged, and is built anew from the log.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_former_member_wrote_in_time_waits_while_the_case_cannot_be_read() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "承办时写的。");
    scene.server.advance(SignedDuration::from_mins(1));
    scene.forget(scene.case, &scene.county.mediator).await;
    // A text that may be full is measured before more is taken in.
    let damaged =
        "update case_doc set snapshot = ''::bytea, longest_text = 400000 where case_id = $1";
    let damaged = sqlx::query(damaged).bind(scene.case.0);
    damaged.execute(&scene.server.state.pool).await.unwrap();
    phone.sync().await;
    assert_eq!(phone.engine.status().waiting, 1);
    assert_eq!(phone.engine.refusals().unwrap(), []);
    scene.server.reconcile().await;
    phone.sync().await;
    assert_eq!(phone.engine.status().waiting, 0);
    assert_eq!(phone.engine.refusals().unwrap(), []);
    let taken = "select count(*) from case_change where case_id = $1 and user_id is not null and state = 'acknowledged'";
    assert_eq!(scene.count(taken).await, 1);
}
