//! One phone that does all it can costs the others little: what it may have at once, and what many
//! unknown cases come to.

mod backlog;
mod turns;

use crate::{
    hostile::up,
    phone::{PATH, Phone, read, send},
    scene::Scene,
};
use axum::{
    body::{Body, Bytes, HttpBody},
    http::{Method, Request, header},
};
use harness::{Answer, Calls, TestServer};
use hejie_case::{document::Origin, ids::CaseId};
use hejie_server::state::Settings;
use hejie_wire::{
    digest::ShortDigest,
    limits,
    message::{CONTENT_TYPE, CaseUp, Holdings, Up},
};
use jiff::SignedDuration;
use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use uuid::Uuid;

/// Shows PP10.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_unknown_cases_need_no_worker_and_most_are_not_looked_at() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "写在已有案件里的。");
    let good = up(&mut phone);
    let many = Up {
        cases: everywhere(&good.cases[0]),
        ..good
    };
    // From here on whatever asks a worker fails.
    scene.server.state.workers.close().await;
    let down = read(&phone.send(&many).await);
    let refused = down.cases.iter().flat_map(|case| &case.refused);
    let refused: Vec<_> = refused
        .map(|no| (no.reason.code.as_str(), no.passing))
        .collect();
    let count = |code, passing| refused.iter().filter(|no| **no == (code, passing)).count();
    assert_eq!(count("unknown_case", false), 100);
    assert_eq!(count("too_much_at_once", true), limits::CASES_PER_UP - 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_cases_begun_offline_some_are_looked_at_and_the_rest_come_again() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let mut begun = Vec::new();
    for n in 0..25 {
        begun.push(begin(&scene, &mut phone, n));
    }
    let all = Up {
        cases: begun,
        ..up(&mut phone)
    };
    let put_off = put_off(&phone.send(&all).await);
    assert_eq!(put_off.len(), 5);
    let rest = Up {
        cases: (all.cases.into_iter())
            .filter(|one| put_off.contains(&one.case))
            .collect(),
        ..up(&mut phone)
    };
    assert!(self::put_off(&phone.send(&rest).await).is_empty());
}

/// Shows PP10.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_sends_many_requests_at_once_is_sent_away_and_others_are_not() {
    let scene = Scene::set().await;
    let (mut hasty, mut calm) = (scene.mediator().await, scene.colleague().await);
    let unfinished = || hasty.agent.send(beginning(Body::new(Never)));
    let (one, two) = (unfinished(), unfinished());
    let third = async {
        loop {
            let answer = send(
                &hasty.agent,
                &Up {
                    v: 99,
                    ..up(&mut calm)
                },
            )
            .await;
            // Until both of the others have been let in, this one is.
            if answer.status == 429 {
                return answer;
            }
        }
    };
    let refused = tokio::select! {
        answer = one => answer,
        answer = two => answer,
        answer = third => answer,
    };
    assert_eq!(refused.outcome(), (429, "exchange_running"));
    assert!(refused.headers.contains_key(header::RETRY_AFTER));
    calm.sync().await;
    // The others are gone with their connections.
    hasty.sync().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stops_coming_is_given_up_and_may_come_again() {
    let settings = Settings {
        body_idle: Duration::from_millis(100),
        ..Settings::default()
    };
    let server = TestServer::with(settings, harness::database::url()).await;
    let scene = Scene::on(server).await;
    let mut phone = scene.mediator().await;
    let answer = phone.agent.send(beginning(Body::new(Never)));
    // Long before the time is over that the request may take as a whole.
    let answer = tokio::time::timeout(Duration::from_secs(20), answer).await;
    assert_eq!(answer.unwrap().outcome(), (408, "timed_out"));
    phone.sync().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_another_actor_in_a_thousand_cases_leave_one_line() {
    let scene = Scene::set().await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    mediator.note(scene.case, "调解员写下的。");
    let stolen = up(&mut mediator).cases.remove(0);
    let many = Up {
        cases: everywhere(&stolen),
        ..up(&mut grid)
    };
    for _ in 0..3 {
        assert_eq!(grid.send(&many).await.status, 200);
    }
    assert_eq!(lines(&scene, &grid).await, ["cases:100"]);
    scene.server.advance(SignedDuration::from_mins(2));
    assert_eq!(grid.send(&many).await.status, 200);
    assert_eq!(lines(&scene, &grid).await, ["cases:100", "cases:300"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_names_twenty_thousand_unknown_cases_is_asked_to_prove_a_few_and_told_of_none()
{
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let unknown = (1..=20_000).map(|n| (CaseId(Uuid::from_u128(n)), ShortDigest([7; 8])));
    let many = Up {
        holdings: Some(Holdings {
            held: unknown.collect(),
            ..Holdings::default()
        }),
        ..up(&mut phone)
    };
    let answer = phone.send(&many).await;
    let down = read(&answer);
    assert!(
        (1..=256).contains(&down.prove.len()),
        "{}",
        down.prove.len()
    );
    assert_eq!(
        down.forget,
        [],
        "a case that nobody knows is not called somebody else's"
    );
    assert!(answer.bytes.len() < 32 << 10, "{}", answer.bytes.len());
}

/// The same changes in as many cases as a request may hold.
fn everywhere(one: &CaseUp) -> Vec<CaseUp> {
    let ids = (1..=limits::CASES_PER_UP as u128).map(Uuid::from_u128);
    ids.map(|id| CaseUp {
        case: CaseId(id),
        ..one.clone()
    })
    .collect()
}

/// A case begun on a phone, which forgets it: one request of the phone itself would not hold as
/// many.
fn begin(scene: &Scene, phone: &mut Phone, n: i64) -> CaseUp {
    let before = phone.disk.copy();
    let origin = Origin {
        summary: format!("第{n}件事"),
        ..Origin::default()
    };
    let now = scene.server.now() + SignedDuration::from_secs(n);
    let born = phone.engine.create_case(origin, now).unwrap().case;
    let mut sent = up(phone).cases;
    phone.wake_up_with(before);
    sent.retain(|one| one.case == born);
    sent.remove(0)
}

fn put_off(answer: &Answer) -> Vec<CaseId> {
    let down = read(answer);
    let is_put_off = |code: &str, passing| code == "too_much_at_once" && passing;
    (down.cases.into_iter())
        .filter(|case| {
            case.refused
                .iter()
                .any(|no| is_put_off(&no.reason.code, no.passing))
        })
        .map(|case| case.case)
        .collect()
}

async fn lines(scene: &Scene, phone: &Phone) -> Vec<String> {
    sqlx::query_scalar(
        "select object from audit_log where action = 'exchange.foreign_actor' and device_id = $1 order by seq",
    )
    .bind(phone.device().0)
    .fetch_all(&scene.server.state.pool)
    .await
    .unwrap()
}

fn beginning(body: Body) -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri(PATH)
        .header(header::CONTENT_TYPE, CONTENT_TYPE)
        .body(body)
        .unwrap()
}

/// A body that never comes.
struct Never;

impl HttpBody for Never {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}
