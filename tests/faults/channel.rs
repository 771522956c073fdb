//! `hejie channel` beside a running server: what a channel may do and is told.

use crate::serve::{Served, directory, done, hejie};
use hejie_server::{channel::signature, clock::Clock};
use reqwest::Client;
use serde_json::json;
use std::path::Path;

/// A county whose 110 has this address, and the secret of 110.
fn found(data: &Path, address: &str) -> String {
    done(data, "account add-org 和安县 --kind county --region 990101");
    let add = format!("channel add 110 --title 110 --org 和安县 --webhook {address}");
    secret_in(&done(data, &add))
}

pub(crate) fn secret_in(said: &str) -> String {
    let mut lines = said.lines();
    let shown = lines.find_map(|line| line.strip_prefix("密钥 / secret (hex): "));
    shown.unwrap().to_owned()
}

/// The status that 110 gets for an order under this secret.
pub(crate) async fn order(server: &Served, secret: &str) -> u16 {
    let body = json!({
        "external_no": "A-1",
        "received_at": "2026-03-02T01:00:00Z",
        "region": "990101001",
        "address": "新栖街某小区3号楼",
        "summary": "租户与中介因退还中介费发生争执。",
        "situation": "N03-05",
        "is_dispute": true,
    })
    .to_string();
    let seconds = Clock::system().now().as_second();
    let signed = signature::sign(&hex::decode(secret).unwrap(), seconds, body.as_bytes());
    let sent = Client::new()
        .post(format!("{}/api/v1/exchange/orders", server.address))
        .header(signature::CHANNEL, "110")
        .header(signature::TIMESTAMP, seconds)
        .header(signature::SIGNATURE, signed)
        .header("content-type", "application/json")
        .body(body)
        .send();
    sent.await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_channel_is_put_out_of_service_and_into_it_and_gets_another_secret_at_once() {
    let data = directory();
    let server = Served::start(data.path());
    let data = data.path();
    let first = found(data, "http://127.0.0.1:9/");
    assert_eq!(order(&server, &first).await, 201);

    let said = done(data, "channel disable 110");
    assert!(said.contains("dangers reach no police"), "{said}");
    assert_eq!(order(&server, &first).await, 401);
    assert!(done(data, "channel list").contains("停用"));
    let again = done(data, "channel disable 110");
    assert!(again.contains("先前已停用"), "{again}");

    let second = secret_in(&done(data, "channel rotate-secret 110"));
    assert_eq!(order(&server, &second).await, 401, "still out of service");
    done(data, "channel enable 110");
    assert_eq!(order(&server, &first).await, 401, "nobody's any more");
    assert_eq!(order(&server, &second).await, 200);
    done(data, "channel set-webhook 110 none");
    let enabled = done(data, "channel enable 110");
    assert!(
        enabled.contains("没有接收地址") && !enabled.contains("即将送出"),
        "{enabled}"
    );
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}

/// A free port a moment ago: nobody takes a connection there.
#[test]
fn an_address_that_nobody_answers_at_is_named_by_the_doctor() {
    let data = directory();
    let server = Served::start(data.path());
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", gone.local_addr().unwrap());
    found(data.path(), &address);
    let looked = || {
        let mut doctor = hejie(data.path(), &["doctor", "--lang", "zh"]);
        let said = doctor.output().unwrap().stdout;
        String::from_utf8_lossy(&said).into_owned()
    };
    assert!(!looked().contains("接收地址连接不上"));
    drop(gone);
    let said = looked();
    assert!(said.contains("渠道 110 的接收地址连接不上"), "{said}");
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}
