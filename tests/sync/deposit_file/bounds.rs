//! How many files, and how large ones, a phone that is out of service may leave.

use super::{Gone, Named, PICTURE, send};
use crate::scene::Scene;
use harness::TestServer;
use hejie_registry::time::Ts;
use hejie_server::state::Settings;
use hejie_wire::limits;
use jiff::SignedDuration;
use serde_json::json;

#[tokio::test]
async fn a_phone_leaves_so_many_files_and_no_more_however_small_and_old_they_are() {
    let gone = Gone::set(PICTURE).await;
    let server = &gone.scene.server;
    let fill = "insert into deposit_file (case_id, sha256, device_id, user_id, entry_id, kind, size, begun_at, touched_at)
        select $1, sha256(n::text::bytea), $2, $3, $1, 'original', 1, $4, $4 from generate_series(1, $5) as n";
    sqlx::query(fill)
        .bind(gone.scene.case.0)
        .bind(gone.phone.device().0)
        .bind(gone.scene.county.mediator.id.0)
        .bind(Ts(server.now() - SignedDuration::from_hours(48)))
        .bind(i64::try_from(limits::DEPOSIT_FILES).unwrap() - 1)
        .execute(&server.state.pool)
        .await
        .unwrap();
    let token = &gone.phone.refresh_token;
    let last = Named::of(PICTURE, gone.scene.case);
    let kept = send(server, token, &last, 0, PICTURE.to_vec()).await;
    assert_eq!(kept.json, json!({ "received": last.size, "full": false }));
    let more = b"one more".to_vec();
    let refused = send(server, token, &Named::of(&more, gone.scene.case), 0, more).await;
    assert_eq!(
        (refused.status, &refused.json["full"]),
        (200, &json!(true)),
        "{}",
        refused.json
    );
    let again = send(server, token, &last, 0, PICTURE.to_vec()).await;
    assert_eq!(
        again.json["received"], last.size,
        "what is there is no new one"
    );
}

#[tokio::test]
async fn an_original_larger_than_any_that_is_taken_in_service_is_not_begun() {
    let gone = Gone::set(PICTURE).await;
    let server = &gone.scene.server;
    let largest = server.state.settings.file_limit_bytes;
    let of_size = |size| Named {
        size,
        ..Named::of(PICTURE, gone.scene.case)
    };
    let token = &gone.phone.refresh_token;
    let refused = send(server, token, &of_size(largest + 1), 0, PICTURE.to_vec()).await;
    assert_eq!(refused.outcome(), (413, "too_large"));
    let rows = "select count(*) from deposit_file where case_id = $1";
    assert_eq!(gone.scene.count(rows).await, 0);
    let begun = send(server, token, &of_size(largest), 0, PICTURE.to_vec()).await;
    assert_eq!(begun.json["received"], PICTURE.len(), "{}", begun.json);
}

/// Where the operator lets in larger ones than a day has room for: it would stand before all others
/// for ever.
#[tokio::test]
async fn an_original_larger_than_a_day_has_room_for_has_a_day_of_its_own() {
    let huge = limits::DEPOSIT_FILE_BYTES_A_DAY + 1;
    let settings = Settings {
        file_limit_bytes: huge,
        ..Settings::default()
    };
    let server = TestServer::with(settings, harness::database::url()).await;
    let gone = Gone::on(Scene::on(server).await, PICTURE).await;
    let (server, token) = (&gone.scene.server, &gone.phone.refresh_token);
    let small = Named::of(b"small", gone.scene.case);
    let first = Named {
        size: huge,
        ..Named::of(PICTURE, gone.scene.case)
    };
    let begun = send(server, token, &first, 0, PICTURE.to_vec()).await;
    assert_eq!(
        begun.json,
        json!({ "received": PICTURE.len(), "full": false })
    );
    let same_day = send(server, token, &small, 0, b"small".to_vec()).await;
    assert_eq!(same_day.json["full"], json!(true));
    server.advance(SignedDuration::from_hours(25));
    let next_day = send(server, token, &small, 0, b"small".to_vec()).await;
    assert_eq!(next_day.json, json!({ "received": 5, "full": false }));
    let behind = Named {
        size: huge,
        ..Named::of(b"behind", gone.scene.case)
    };
    let no_room = send(server, token, &behind, 0, b"behind".to_vec()).await;
    assert_eq!(
        no_room.json["full"],
        json!(true),
        "something was handed in that day"
    );
}

/// Bytes that were never sent would stand between what is there.
#[tokio::test]
async fn a_part_that_does_not_go_on_where_the_file_stands_is_not_kept() {
    let gone = Gone::set(PICTURE).await;
    let server = &gone.scene.server;
    let (first, second) = PICTURE.split_at(10);
    let named = Named::of(PICTURE, gone.scene.case);
    let token = &gone.phone.refresh_token;
    let early = send(server, token, &named, 10, second.to_vec()).await;
    assert_eq!((early.status, &early.json["received"]), (200, &json!(0)));
    let longer = [PICTURE, b"and more"].concat();
    let long = send(server, token, &named, 0, longer).await;
    assert_eq!((long.status, &long.json["received"]), (200, &json!(0)));
    let other = Named {
        size: named.size + 1,
        ..Named::of(PICTURE, gone.scene.case)
    };
    let differs = send(server, token, &other, 0, first.to_vec()).await;
    assert_eq!(differs.json["code"], "upload_differs", "{}", differs.json);
    for (offset, part) in [(0, first), (10, second)] {
        let kept = send(server, token, &named, offset, part.to_vec()).await;
        let stands = offset + part.len() as u64;
        assert_eq!(kept.json["received"], stands, "{}", kept.json);
    }
    let arrived = "select count(*) from deposit_file where case_id = $1 and arrived_at is not null";
    assert_eq!(gone.scene.count(arrived).await, 1);
}

/// What is asked and brings nothing is counted; an original that goes on is bounded by its bytes.
#[tokio::test]
async fn a_phone_that_asks_too_often_where_a_file_stands_is_slowed_and_its_original_still_arrives()
{
    let original = vec![7; 200_000];
    let gone = Gone::set(&original).await;
    let (server, token) = (&gone.scene.server, &gone.phone.refresh_token);
    let named = Named::of(&original, gone.scene.case);
    let mut asked = 0;
    let refused = loop {
        let stands = send(server, token, &named, 0, Vec::new()).await;
        if stands.status != 200 {
            break stands;
        }
        assert_eq!(stands.json["received"], 0);
        asked += 1;
        assert!(asked <= 1_000, "nobody stops it");
    };
    assert_eq!(refused.outcome(), (429, "too_many_exchanges"));
    let tiny = send(server, token, &named, 0, original[..1].to_vec()).await;
    assert_eq!(tiny.outcome(), (429, "too_many_exchanges"));
    let behind = send(server, token, &named, 1, original[1..].to_vec()).await;
    assert_eq!(behind.json["received"], named.size, "what came is kept");
}
