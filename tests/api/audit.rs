//! The log of what was done.

use crate::desk::Desk;
use harness::{Calls, TestServer, county::PASSWORD};
use hejie_registry::{
    audit::{self, AuditEvent, Chain},
    pool,
};
use serde_json::json;

#[tokio::test]
async fn signing_in_and_failing_to_are_both_logged() {
    let server = TestServer::start().await;
    let county = server.county().await;
    county.mediator.sign_in(&server, "guess").await;
    county.mediator.sign_in(&server, PASSWORD).await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let rows: Vec<(String, bool)> =
        sqlx::query_as("select action, ok from audit_log where user_id = $1 order by seq")
            .bind(county.mediator.id.0)
            .fetch_all(&mut *conn)
            .await
            .unwrap();
    assert_eq!(
        rows,
        [
            ("create_session".to_owned(), false),
            ("create_session".to_owned(), true)
        ]
    );
}

/// Shows P15, R048.
#[tokio::test]
async fn an_entry_that_was_changed_breaks_the_chain() {
    let server = TestServer::start().await;
    server
        .county()
        .await
        .mediator(&server)
        .await
        .get("/api/v1/me")
        .await;
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    let act = AuditEvent {
        at: server.now(),
        user: None,
        device: None,
        address: Some("127.0.0.1"),
        action: "test_chain",
        object: None,
        case: None,
        purpose: Some("核对"),
        ok: true,
    };
    audit::add(&mut tx, &act).await.unwrap();
    let Chain::Whole { entries } = audit::verify(&mut tx).await.unwrap() else {
        panic!("the chain is broken")
    };
    assert!(entries >= 2);
    // Within the transaction, which is rolled back: other tests write the same chain.
    sqlx::query("update audit_log set purpose = null where seq = $1")
        .bind(entries)
        .execute(&mut *tx)
        .await
        .unwrap();
    assert_eq!(
        audit::verify(&mut tx).await.unwrap(),
        Chain::Broken { seq: entries }
    );
    sqlx::query("delete from audit_log where seq = $1")
        .bind(entries)
        .execute(&mut *tx)
        .await
        .unwrap();
    assert_eq!(
        audit::verify(&mut tx).await.unwrap(),
        Chain::Broken { seq: entries }
    );
}

/// Whatever a desk decides stands with its line or not at all, whether about one case or about two.
#[tokio::test(flavor = "multi_thread")]
async fn an_act_that_cannot_leave_its_line_does_not_stand() {
    let desk = Desk::on(TestServer::alone().await).await;
    let supervisor = desk.county.supervisor(&desk.server).await;
    let channel = desk.county.channel(&desk.server);
    let other = channel.order(&desk.county.order("A-2")).await;
    let acts = [
        (
            "override_colour",
            json!({ "level": "red", "why": "已核实。" }),
        ),
        (
            "split",
            json!({ "situation": "N08-02", "summary": "另有押金纠纷。", "address": "新栖街", "why": "两起纠纷。" }),
        ),
        (
            "merge",
            json!({ "into": other.text("/case_id"), "why": "同一纠纷。" }),
        ),
    ];
    let execute = async |statements: &'static str| {
        let done = sqlx::raw_sql(statements).execute(&desk.server.state.pool);
        done.await.unwrap();
    };
    execute(
        "create function is_full() returns trigger language plpgsql as $$ begin raise exception 'full'; end $$;
         create trigger full_log before insert on audit_log for each row
         when (new.action in ('override_colour', 'merge_case', 'split_case') and new.ok) execute function is_full()",
    )
    .await;
    let before = desk.version().await;
    for (path, body) in &acts {
        let answer = desk.act(&supervisor, path, body.clone()).await;
        assert_eq!(answer.status, 500, "{path}: {}", answer.json);
        assert_eq!(desk.version().await, before, "{path}");
    }
    execute("drop trigger full_log on audit_log").await;
    for (path, body) in acts {
        desk.done(&supervisor, path, body).await;
    }
    let lines: Vec<(String, bool)> = sqlx::query_as(
        "select action, ok from audit_log where case_id = $1
         and action in ('override_colour', 'merge_case', 'split_case') order by seq",
    )
    .bind(desk.case.0)
    .fetch_all(&desk.server.state.pool)
    .await
    .unwrap();
    let expected =
        ["override_colour", "split_case", "merge_case"].map(|action| (action.to_owned(), true));
    assert_eq!(lines, expected);
}
