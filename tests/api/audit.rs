//! The log of what was done.

use harness::{Calls, TestServer, county::PASSWORD};
use hejie_registry::{
    audit::{self, Act, Chain},
    pool,
};

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
    let act = Act {
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
