//! `hejie serve` as a process really sends: a danger from a phone reaches 110 though 110 is away,
//! the server is killed in the middle of sending, or another danger is rejected.

use crate::{
    phones::Phone,
    processes::until,
    serve::{Served, directory, hejie, run},
    words::Command,
};
use harness::receiver::{Call, Receiver, Reply};
use hejie_case::ids::CaseId;
use serde_json::Value;
use std::{net::TcpListener, path::Path};

/// A server on one address, however often it is started, that gives a channel two seconds.
struct Site<'a> {
    data: &'a Path,
    listen: String,
}

impl<'a> Site<'a> {
    /// A county whose 110 listens there.
    fn found(data: &'a Path, police: &Receiver) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = free.local_addr().unwrap().to_string();
        let site = Self { data, listen };
        for arguments in [
            &["demo", "--size", "bare"][..],
            &["channel", "set-webhook", "110", &police.url()],
        ] {
            let done = run(data, arguments);
            let said = String::from_utf8_lossy(&done.stderr);
            assert!(done.status.success(), "{arguments:?}: {said}");
        }
        site
    }

    fn start(&self) -> Served {
        let mut serve = hejie(self.data, &["serve", "--listen", &self.listen]);
        serve.env("HEJIE_CHANNELS_ANSWER_SECONDS", "2");
        serve.env("HEJIE_CHANNELS_LOOK_SECONDS", "1");
        Served::spawn(serve)
    }
}

/// A phone of a mediator, with a case that it began.
struct Hand {
    phone: Phone,
    case: CaseId,
}

impl Hand {
    fn at(directory: &Path, site: &Site<'_>) -> Self {
        let mut phone = Phone::new(directory.join("phone"), format!("http://{}", site.listen));
        let told = Command::Enrol {
            login: "tiaojie1".into(),
            password: "hejie-demo-2026".into(),
        };
        phone.ask(&told).unwrap();
        let begun = phone.ask(&Command::Begin {
            region: "990101001".into(),
            summary: "邻里争执。".into(),
        });
        let case = begun.unwrap()["case"].as_str().unwrap().parse().unwrap();
        Self { phone, case }
    }

    /// Reports a danger and exchanges.
    fn reports(&mut self, what: &str) {
        let (case, what) = (self.case, what.to_owned());
        self.phone.ask(&Command::Danger { case, what }).unwrap();
        self.phone.ask(&Command::Exchange).unwrap();
    }
}

/// The calls with a danger, as soon as there are so many.
fn calls_about(police: &Receiver, what: &str, count: usize) -> Vec<Call> {
    let about = |call: &Call| {
        let body: Value = serde_json::from_slice(&call.body).unwrap();
        body["text"] == what
    };
    let mut calls = Vec::new();
    until(&format!("110 hears {count} times: {what}"), || {
        calls = police.calls().into_iter().filter(about).collect();
        calls.len() >= count
    });
    calls
}

/// Shows E23.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_reaches_110_though_110_is_away_the_server_is_killed_or_another_is_rejected() {
    let (data, pocket) = (directory(), directory());
    let police = Receiver::scripted(&[Reply::Away, Reply::Take, Reply::Hold]).await;
    let site = Site::found(data.path(), &police);
    let server = site.start();
    let mut hand = Hand::at(pocket.path(), &site);

    hand.reports("一方持刀。");
    let calls = calls_about(&police, "一方持刀。", 2);
    assert_eq!(calls[0].key(), calls[1].key());

    hand.reports("泼洒汽油。");
    calls_about(&police, "泼洒汽油。", 1);
    server.end(libc::SIGKILL);
    let server = site.start();
    let calls = calls_about(&police, "泼洒汽油。", 2);
    assert_eq!(calls[0].key(), calls[1].key());

    police.reject(Some("拒收"));
    hand.reports("拒收的险情。");
    calls_about(&police, "拒收的险情。", 1);
    hand.reports("堵门围殴。");
    calls_about(&police, "堵门围殴。", 1);
    police.reject(None);
    let calls = calls_about(&police, "拒收的险情。", 2);
    assert_eq!(calls[0].key(), calls[1].key());
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}
