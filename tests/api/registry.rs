//! What the registry keeps of organisations, people and channels, beyond what the API shows.

use harness::TestServer;
use hejie_case::limit::{FIELDS, Limit};
use hejie_registry::{
    error::RegistryError,
    identity::{channel, grant, org, user},
    pool,
};
use jiff::SignedDuration;

#[tokio::test]
async fn organisations_are_listed_by_the_territory_they_lie_in() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let in_county = org::list_in_region(&mut conn, &county.region)
        .await
        .unwrap();
    assert_eq!(in_county.len(), 6);
    let in_township = org::list_in_region(&mut conn, &county.township())
        .await
        .unwrap();
    assert_eq!(in_township.len(), 4);
    assert_eq!(
        org::lookup(&mut conn, county.grid)
            .await
            .unwrap()
            .unwrap()
            .parent,
        Some(county.committee)
    );
}

#[tokio::test]
async fn a_login_is_given_once() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let taken = user::lookup(&mut conn, county.mediator.id)
        .await
        .unwrap()
        .unwrap();
    let other = user::User {
        id: hejie_case::ids::UserId::new(server.now(), server.state.entropy.bytes()),
        ..taken
    };
    let error = user::add(&mut conn, &other, "x").await.unwrap_err();
    assert_eq!(error.constraint(), Some(user::LOGIN_TAKEN));
}

#[tokio::test]
async fn a_replaced_password_hash_is_what_is_found() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    user::set_password_hash(&mut conn, county.mediator.id, "another")
        .await
        .unwrap();
    let account = user::find_by_login(&mut conn, &county.mediator.login)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(account.password_hash, "another");
}

#[tokio::test]
async fn a_role_that_has_not_begun_is_not_held_yet() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let soon = server.now() + SignedDuration::from_hours(1);
    grant::add(
        &mut conn,
        county.mediator.id,
        hejie_case::role::Role::Leader,
        county.county,
        soon,
    )
    .await
    .unwrap();
    assert_eq!(
        grant::list_current(&mut conn, county.mediator.id, server.now())
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        grant::list_current(&mut conn, county.mediator.id, soon)
            .await
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn a_channel_is_found_by_its_name_and_told_where_to_send() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    channel::set_webhook(&mut conn, county.channel.id, Some("http://127.0.0.1:9/"))
        .await
        .unwrap();
    let found = channel::find_by_name(&mut conn, &county.channel.name)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.webhook_url.as_deref(), Some("http://127.0.0.1:9/"));
    assert_eq!(
        channel::lookup(&mut conn, found.id)
            .await
            .unwrap()
            .unwrap()
            .region,
        county.region
    );
}

#[tokio::test]
async fn a_row_that_cannot_be_read_names_its_table_and_column() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    sqlx::query("update role_grant set role = 'king' where user_id = $1")
        .bind(county.mediator.id.0)
        .execute(&mut *tx)
        .await
        .unwrap();
    let error = grant::list_current(&mut tx, county.mediator.id, server.now())
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        RegistryError::Inconsistent {
            table: "role_grant",
            column: "role",
            ..
        }
    ));
}

#[tokio::test]
async fn work_that_fails_in_passing_is_repeated_and_other_work_is_not() {
    let mut attempts = 0;
    let done = pool::retry(|| {
        attempts += 1;
        let result = if attempts < 2 {
            Err(sqlx::Error::PoolTimedOut.into())
        } else {
            Ok(attempts)
        };
        async move { result }
    });
    assert_eq!(done.await.unwrap(), 2);
    let mut attempts = 0;
    let refused = pool::retry(|| {
        attempts += 1;
        async { Err::<(), _>(RegistryError::from(sqlx::Error::RowNotFound)) }
    });
    assert!(refused.await.is_err());
    assert_eq!(attempts, 1);
}

#[tokio::test]
async fn the_columns_hold_what_the_table_of_limits_lets_through() {
    let server = TestServer::start().await;
    for (table, column, field) in [
        ("case_reg", "persons", "persons"),
        ("case_reg", "amount_cents", "amount_cents"),
        ("obligation", "amount_cents", "amount"),
        ("performance_entry", "amount_cents", "amount"),
        ("evidence", "size", "size"),
        ("visit", "satisfaction", "satisfaction"),
    ] {
        let check: String = sqlx::query_scalar(
            "select pg_get_constraintdef(oid) from pg_constraint where conname = $1",
        )
        .bind(format!("{table}_{column}_limit"))
        .fetch_one(&server.state.pool)
        .await
        .unwrap();
        let ends = check.split(|c: char| !c.is_ascii_digit());
        let ends: Vec<u64> = ends.filter_map(|end| end.parse().ok()).collect();
        let row = FIELDS.iter().find(|row| row.name == field).unwrap();
        let Limit::Whole { least, most } = row.limit else {
            panic!("{field} is no whole number")
        };
        assert_eq!(ends, [least, most], "{check}");
    }
}
