//! The demonstration as `hejie demo` loads it: complete, folded as the real thing, and there for
//! phones and consoles.

use harness::server::TestServer;
use hejie_case::{
    disclosure::{Reader, Scope},
    role::{Author, Role},
};
use hejie_county::{County, Scale, script};
use hejie_registry::{
    case::{self, CaseFilter, CasePageQuery},
    pool,
};
use hejie_server::{
    demo::{Founding, first_missing, found, load},
    reconcile::Refold,
};
use std::sync::Arc;

async fn loaded(server: &TestServer, seed: u64) -> Arc<County> {
    let county = County::draw(seed, Scale::Small, jiff::civil::date(2026, 3, 2));
    let founding = Founding {
        password_hash: "unused",
        secret: vec![7; 32],
        channel: uuid::Uuid::from_u128(7),
    };
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    found(&mut tx, &county, &founding).await.unwrap();
    pool::commit(tx).await.unwrap();
    let county = Arc::new(county);
    let from = missing(server, &county).await;
    load(&server.state.pool, &county, from, |_| {})
        .await
        .unwrap();
    county
}

async fn missing(server: &TestServer, county: &County) -> usize {
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    first_missing(&mut conn, county).await.unwrap()
}

/// Shows R048.
#[tokio::test]
async fn the_small_county_is_complete_shown_and_equal_to_a_fold_from_nothing() {
    let server = TestServer::alone().await;
    let county = loaded(&server, 1).await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let territory = "990101".parse().unwrap();
    let by = Author {
        role: Role::Supervisor,
        ..Author::SYSTEM
    };
    let reader = Reader {
        by,
        territory: &territory,
        office: "和安县",
        routes: hejie_case::catalogue::routes(),
    };
    let everything = Scope::of(&reader, server.now());
    for (id, title) in script::titles() {
        let filter = CaseFilter {
            words: Some(format!("DEMO-{id}")),
            ..CaseFilter::default()
        };
        let page = CasePageQuery {
            after: None,
            limit: 10,
        };
        let found = case::list(&mut conn, &everything, &filter, page)
            .await
            .unwrap()
            .lines;
        assert!(!found.is_empty(), "{id} {title}");
    }
    let left = CaseFilter {
        without_lead: true,
        ..CaseFilter::default()
    };
    let all = CasePageQuery {
        after: None,
        limit: 200,
    };
    let found = case::list(&mut conn, &everything, &left, all)
        .await
        .unwrap()
        .lines;
    assert_eq!(found, [], "everybody of the county is there");
    let cases = case::list_ids(&mut conn, None, 1_000).await.unwrap();
    assert_eq!(cases.len(), county.calls.len());
    for case in cases {
        let refolded = server.state.reconciler.refold(case, Refold::Verify).await;
        let refolded = refolded.unwrap();
        assert!(refolded.was_equal(), "{case}: {:?}", refolded.changes);
        assert!(refolded.is_signed(), "{case}: {}", refolded.unsigned);
    }
    assert_eq!(missing(&server, &county).await, county.calls.len());
    let known = county.map.people.iter().filter(|p| p.is_known);
    for person in known {
        let user = person.author.user;
        let head = hejie_registry::feed::head(&mut conn, user).await.unwrap();
        let visible = hejie_registry::sync::list_digests(&mut conn, user, None, None).await;
        let sum = visible.unwrap().into_iter().map(|(_, _, digest)| digest);
        assert_eq!(head.digest, sum.collect(), "{}", person.login);
    }
}
