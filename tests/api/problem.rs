//! Every answer that is not what was asked for is a problem with a code, a title and the request's
//! number.

use axum::{
    body::Body,
    http::{Method, header},
};
use harness::{Calls, TestServer, client::request, county::DEVICE_KEY};
use hejie_server::state::{MetricsAccess, Settings};
use serde_json::json;

#[tokio::test]
async fn every_refusal_is_a_problem_with_a_code_and_the_number_of_its_request() {
    let server = TestServer::start().await;
    let mediator = server.county().await.mediator(&server).await;
    let refusals = [
        (mediator.get("/api/v1/nothing").await, 404, "not_found"),
        (
            mediator.delete("/api/v1/me").await,
            405,
            "method_not_allowed",
        ),
        (
            mediator.delete("/api/v1/devices/no-uuid").await,
            404,
            "not_found",
        ),
        (
            mediator.post("/api/v1/devices", json!({})).await,
            422,
            "invalid",
        ),
        (
            mediator
                .post(
                    "/api/v1/devices",
                    json!({ "name": "长".repeat(61), "public_key": DEVICE_KEY }),
                )
                .await,
            422,
            "invalid",
        ),
        (
            mediator
                .send(request(Method::POST, "/api/v1/devices", Body::from("{")))
                .await,
            400,
            "unreadable",
        ),
        (
            mediator
                .send(request(
                    Method::POST,
                    "/api/v1/devices",
                    vec![b' '; 300_000].into(),
                ))
                .await,
            413,
            "too_large",
        ),
        (
            mediator
                .send(request(Method::POST, "/cases", Body::empty()))
                .await,
            405,
            "method_not_allowed",
        ),
        (
            server.anonymous().get("/api/v1/me").await,
            401,
            "not_signed_in",
        ),
    ];
    for (answer, status, code) in refusals {
        assert_eq!(answer.outcome(), (status, code));
        assert_eq!(
            answer.headers[header::CONTENT_TYPE],
            "application/problem+json",
            "{code}"
        );
        assert_eq!(
            answer.text("/request_id"),
            answer.headers["x-request-id"].to_str().unwrap(),
            "{code}"
        );
        assert_eq!(answer.json["status"], status, "{code}");
        assert_eq!(answer.text("/type"), format!("urn:hejie:problem:{code}"));
        assert!(
            answer.text("/title").chars().any(|c| c > '\u{4e00}'),
            "{code}"
        );
    }
}

#[tokio::test]
async fn a_body_of_another_kind_is_not_read() {
    let server = TestServer::start().await;
    let mut call = request(Method::POST, "/api/v1/session", Body::from("login=lin"));
    call.headers_mut().insert(
        header::CONTENT_TYPE,
        "application/x-www-form-urlencoded".parse().unwrap(),
    );
    assert_eq!(
        server.anonymous().send(call).await.outcome(),
        (415, "unsupported_media")
    );
}

#[tokio::test]
async fn the_number_of_a_request_is_taken_over_from_a_proxy_unless_it_could_forge_a_log() {
    let server = TestServer::start().await;
    let ask = |id: &'static str| {
        let mut call = request(Method::GET, "/healthz", Body::empty());
        call.headers_mut()
            .insert("x-request-id", id.parse().unwrap());
        let anonymous = server.anonymous();
        async move {
            anonymous.send(call).await.headers["x-request-id"]
                .to_str()
                .unwrap()
                .to_owned()
        }
    };
    assert_eq!(ask("abc-12345678").await, "abc-12345678");
    assert_ne!(ask("x y=\"admin\"").await, "x y=\"admin\"");
}

#[tokio::test]
async fn the_server_says_that_it_lives_is_ready_and_how_it_does() {
    let server = TestServer::start().await;
    for path in ["/healthz", "/readyz", "/metrics", "/api/openapi.json"] {
        let answer = server.anonymous().get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store", "{path}");
    }
    let metrics = server.anonymous().get("/metrics").await;
    assert!(
        String::from_utf8_lossy(&metrics.bytes)
            .contains("hejie_http_request_duration_seconds_bucket")
    );
}

#[tokio::test]
async fn what_a_client_makes_up_is_no_label_of_a_metric() {
    let server = TestServer::start().await;
    for n in 0..50 {
        let method = Method::from_bytes(format!("MADEUP{n}").as_bytes()).unwrap();
        let path = format!("/made/up/{n}");
        server
            .anonymous()
            .send(request(method.clone(), &path, Body::empty()))
            .await;
        let path = format!("/api/v1/cases/{n}");
        server
            .anonymous()
            .send(request(method, &path, Body::empty()))
            .await;
    }
    let metrics = loop {
        let answer = server.anonymous().get("/metrics").await;
        let text = String::from_utf8(answer.bytes.to_vec()).unwrap();
        // A text may be some moments old.
        if text.contains("method=\"other\"") {
            break text;
        }
        tokio::task::yield_now().await;
    };
    assert!(!metrics.contains("MADEUP") && !metrics.contains("/made/up"));
}

#[tokio::test]
async fn metrics_are_for_networks_that_may_read_them() {
    let server = TestServer::start().await;
    let far = server
        .anonymous()
        .0
        .from_address(([203, 0, 113, 9], 40_000).into());
    let far = harness::client::Anonymous(far);
    assert_eq!(far.get("/metrics").await.outcome(), (404, "not_found"));
    let mut passed_on = request(Method::GET, "/metrics", Body::empty());
    let headers = passed_on.headers_mut();
    headers.insert("x-forwarded-for", "203.0.113.9".parse().unwrap());
    let answer = server.anonymous().send(passed_on).await;
    assert_eq!(
        answer.status, 404,
        "a proxy on this machine that nobody told us of"
    );
    let settings = Settings {
        metrics: MetricsAccess::Elsewhere,
        ..Settings::default()
    };
    let server = TestServer::with(settings, harness::database::url()).await;
    assert_eq!(server.anonymous().get("/metrics").await.status, 404);
}

#[tokio::test]
async fn the_console_is_served_with_headers_that_keep_it_to_itself() {
    let server = TestServer::start().await;
    let page = server.anonymous().get("/cases/anything").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(page.headers["x-content-type-options"], "nosniff");
    assert!(
        page.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("frame-ancestors 'none'")
    );
}

#[test]
fn a_problem_in_the_place_of_a_compressed_answer_is_plain() {
    let refused = axum::http::Response::builder()
        .status(413)
        .header(header::CONTENT_TYPE, "text/plain; charset=utf-8")
        .header(header::CONTENT_ENCODING, "gzip")
        .body(Body::from(vec![0x1f, 0x8b]))
        .unwrap();
    let problem = hejie_server::problem::render(refused, "1");
    assert_eq!(problem.status(), 413);
    assert!(!problem.headers().contains_key(header::CONTENT_ENCODING));
    assert_eq!(
        problem.headers()[header::CONTENT_TYPE],
        hejie_wire::problem::MEDIA_TYPE
    );
}
