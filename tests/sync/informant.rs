//! Somebody who only reports (R130): the report becomes a case of others, and a receipt is what the
//! phone has of it.

use crate::{
    effects::origin,
    evidence::send_all,
    hostile::up,
    phone::{Phone, read},
    recover::{Backup, all_exchange, is_known},
    scene::{Scene, facts},
};
use harness::{Calls, Person, TestServer};
use hejie_case::{
    facts::Status,
    ids::{CaseId, EntryId},
    record::EvidenceKind,
    role::Role,
};
use hejie_device::{
    engine::{CaseSummary, EngineError, NewEvidence, Readiness, Standing},
    store::{Range, Store, Table},
};
use hejie_registry::{
    backup::{self, Backup as ReportedBackup},
    pool,
};
use hejie_wire::{
    codec::{self, Encoding},
    message::Up,
};
use jiff::SignedDuration;
use std::collections::BTreeMap;

/// An informant with a report that no exchange has taken yet.
struct Reporting {
    scene: Scene,
    person: Person,
    phone: Phone,
    case: CaseId,
}

impl Reporting {
    async fn on(server: TestServer) -> Self {
        let scene = Scene::on(server).await;
        let person = scene.county.hire(&scene.server, Role::Informant).await;
        let mut phone = Phone::enrol(&scene.server, &person).await;
        let case = begun(&scene, &mut phone);
        Self {
            scene,
            person,
            phone,
            case,
        }
    }

    async fn set() -> Self {
        Self::on(TestServer::start().await).await
    }

    /// Takes a photograph for the report.
    fn photo(&mut self, caption: &str) -> EntryId {
        let now = self.phone.now();
        let photo = NewEvidence {
            kind: EvidenceKind::Photo,
            mime: "image/jpeg".into(),
            taken_at: now,
            place: None,
            origin: "现场拍摄".into(),
            caption: caption.into(),
        };
        let bytes = caption.as_bytes();
        let engine = &mut self.phone.engine;
        engine.add_evidence(self.case, photo, bytes, now).unwrap()
    }

    fn summary(&self) -> CaseSummary {
        let mut cases = self.phone.engine.cases().into_iter();
        cases.find(|one| one.case == self.case).unwrap()
    }

    /// How many pieces of evidence the mediator to whom it was offered sees.
    async fn seen_by_the_mediator(&self) -> usize {
        self.scene.server.reconcile().await;
        let phone = self.scene.mediator().await;
        let file = phone.engine.case(self.case, phone.now()).unwrap();
        file.view.evidence.len()
    }

    /// Asserts that the phone holds the receipt and nothing else of the case.
    async fn is_over(&self) {
        let summary = self.summary();
        assert_eq!(
            (summary.standing, summary.waiting),
            (Standing::Reported, 0),
            "{summary:?}"
        );
        let known = facts(&self.scene.server, self.case).await;
        let taken = summary.report.unwrap();
        assert_eq!(taken.receipt.case_no, known.case_no);
        assert_eq!(taken.receipt.public_code, known.public_code);
        assert_eq!(taken.receipt.received_at, known.registered_at);
        let now = self.phone.now();
        let opened = self.phone.engine.case(self.case, now);
        assert!(matches!(opened, Err(EngineError::Left(_))));
        let disk = self.phone.disk.copy();
        for table in [Table::Document, Table::Facts, Table::Outgoing] {
            assert!(
                disk.scan(table, Range::All).unwrap().is_empty(),
                "{table:?}"
            );
        }
        let members = "select count(*) from case_member m join app_user u on u.id = m.user_id
            join role_grant g on g.user_id = u.id and g.role = 'informant' where m.case_id = $1";
        let members = sqlx::query_scalar::<_, i64>(members).bind(self.case.0);
        let pool = &self.scene.server.state.pool;
        assert_eq!(members.fetch_one(pool).await.unwrap(), 0);
    }
}

fn begun(scene: &Scene, phone: &mut Phone) -> CaseId {
    let now = phone.now();
    let begun = phone.engine.create_case(origin(&scene.county), now);
    begun.unwrap().case
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_informant_reports_becomes_a_case_of_others_and_leaves_a_receipt() {
    let mut reporting = Reporting::set().await;
    let photo = reporting.photo("楼道堆物");
    reporting.phone.sync().await;
    reporting.is_over().await;
    let (scene, case) = (&reporting.scene, reporting.case);
    let known = facts(&scene.server, case).await;
    assert_eq!(known.stage.status(), Status::Dispatched);
    let offered = known.offered().unwrap();
    assert_eq!(offered.user, scene.county.mediator.id);
    assert_eq!(reporting.seen_by_the_mediator().await, 1);
    let file = reporting.phone.engine.outgoing_files().unwrap().remove(0);
    assert_eq!(file.evidence, photo);
    send_all(&mut reporting.phone, &file).await;
    let scene = &reporting.scene;
    scene.server.reconcile().await;
    let known = facts(&scene.server, case).await;
    assert!(known.missing_files.is_empty(), "its photograph came");
    assert_eq!(
        reporting.phone.engine.status().readiness,
        Readiness::UpToDate
    );
    let moved = reporting.phone.sync().await;
    assert_eq!(moved.requests, 1, "nothing comes of what others do");
}

/// Shows LW20.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_who_the_informant_is() {
    let mut reporting = Reporting::set().await;
    reporting.photo("楼道堆物");
    reporting.phone.sync().await;
    let (scene, case) = (&reporting.scene, reporting.case);
    scene.server.reconcile().await;
    let desk = scene.county.dispatcher(&scene.server).await;
    let detail = desk.get(&format!("/api/v1/cases/{case}")).await;
    assert_eq!(detail.status, 200, "{}", detail.json);
    assert_eq!(detail.text("/evidence/0/author_name"), "微网格信息员");
    assert!(!detail.json.to_string().contains("新同事"));
}

/// The answer that would have told of the receipt is lost, and something is written meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_before_the_receipt_came_reaches_the_case() {
    let mut reporting = Reporting::set().await;
    reporting.photo("楼道堆物");
    reporting.phone.ask().await;
    reporting.photo("次日复查");
    assert_eq!(reporting.summary().standing, Standing::OnThisPhoneOnly);
    reporting.phone.sync().await;
    reporting.is_over().await;
    assert_eq!(reporting.seen_by_the_mediator().await, 2);
    let cases = "select count(*) from case_report where case_id = $1";
    let cases = sqlx::query_scalar::<_, i64>(cases).bind(reporting.case.0);
    let pool = &reporting.scene.server.state.pool;
    assert_eq!(cases.fetch_one(pool).await.unwrap(), 1);
}

/// The receipt comes with the first part, and the rest goes up behind it.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_many_parts_arrives_whole() {
    let mut reporting = Reporting::set().await;
    for n in 0..40 {
        reporting.photo(&format!("第{n}张：{}", "楼道堆物，住户争执。".repeat(30)));
    }
    let answer = reporting.phone.ask().await;
    assert!(reporting.phone.take(&answer));
    let summary = reporting.summary();
    assert_eq!(summary.standing, Standing::Waiting);
    assert!(summary.report.is_some() && summary.waiting > 0);
    reporting.phone.sync().await;
    reporting.is_over().await;
    assert_eq!(reporting.seen_by_the_mediator().await, 40);
}

/// The phone dies between the acknowledgement and the receipt, or an old server gives none.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_missed_its_receipt_gets_it_with_the_next_repair() {
    let mut reporting = Reporting::set().await;
    let answer = reporting.phone.ask().await;
    let mut down = read(&answer);
    assert_eq!(down.receipts.len(), 1);
    down.receipts.clear();
    let body = codec::encode_down(&down, Encoding::Identity).unwrap();
    let (phone, now) = (&mut reporting.phone, reporting.scene.server.now());
    phone
        .engine
        .take_answer(Encoding::Identity, &body.bytes, now)
        .unwrap();
    assert_eq!(reporting.summary().standing, Standing::OnServer);
    reporting.phone.sync().await;
    reporting.is_over().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_comes_again_under_a_new_enrolment_is_kept_aside_and_stays_one_case() {
    let mut reporting = Reporting::set().await;
    reporting.photo("楼道堆物");
    reporting.phone.ask().await;
    let (server, person) = (&reporting.scene.server, &reporting.person);
    reporting.phone.enrol_again(server, person).await;
    reporting.photo("次日复查");
    reporting.phone.sync().await;
    let summary = reporting.summary();
    assert!(
        summary.report.is_some() && summary.waiting == 0,
        "{summary:?}"
    );
    let refused = reporting.phone.engine.refusals().unwrap();
    assert!(!refused.is_empty());
    assert!(
        refused
            .iter()
            .all(|one| one.reason.code == "reported_before")
    );
    let aside = "select count(*) from case_change where state = 'quarantined' and case_id = $1";
    let aside = sqlx::query_scalar::<_, i64>(aside).bind(reporting.case.0);
    let pool = &reporting.scene.server.state.pool;
    assert_eq!(aside.fetch_one(pool).await.unwrap(), 3);
    assert_eq!(reporting.seen_by_the_mediator().await, 1);
}

/// The server acknowledged the report to the phone that is enrolled anew then.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_behind_a_receipt_comes_in_under_a_new_enrolment_too() {
    let mut reporting = Reporting::set().await;
    for n in 0..40 {
        reporting.photo(&format!("第{n}张：{}", "楼道堆物，住户争执。".repeat(30)));
    }
    let answer = reporting.phone.ask().await;
    reporting.phone.take(&answer);
    assert!(reporting.summary().waiting > 0);
    let (server, person) = (&reporting.scene.server, &reporting.person);
    reporting.phone.enrol_again(server, person).await;
    reporting.phone.sync().await;
    reporting.is_over().await;
    assert_eq!(reporting.seen_by_the_mediator().await, 40);
}

/// Nothing is left by which the phone could prove it, so it says that the receipt may be worthless.
#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_no_backup_held_is_in_doubt_once_the_server_was_set_back() {
    let mut reporting = Reporting::on(TestServer::alone().await).await;
    reporting.phone.sync().await;
    let safe = reporting.case;
    let server = &reporting.scene.server;
    // What is newer than five minutes may be missing in a backup.
    server.advance(SignedDuration::from_mins(6));
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let made = ReportedBackup {
        began_at: server.now(),
        reported_at: server.now(),
    };
    backup::report(&mut conn, &made).await.unwrap();
    drop(conn);
    let kept = Backup::of(server).await;
    reporting.phone.sync().await;
    server.advance(SignedDuration::from_mins(1));
    let lost = begun(&reporting.scene, &mut reporting.phone);
    reporting.phone.sync().await;
    let doubts = |phone: &Phone| {
        let cases = phone.engine.cases().into_iter();
        let cases = cases.filter_map(|one| Some((one.case, one.report?.in_doubt)));
        cases.collect::<BTreeMap<_, _>>()
    };
    let expected = |is_lost| BTreeMap::from([(safe, false), (lost, is_lost)]);
    assert_eq!(doubts(&reporting.phone), expected(false));
    kept.restore(server).await;
    reporting.phone.sync().await;
    assert_eq!(doubts(&reporting.phone), expected(true));
    assert_eq!(
        reporting.phone.engine.status().readiness,
        Readiness::UpToDate
    );
}

/// The handler's phone proves the case, and the report has its author again.
#[tokio::test(flavor = "multi_thread")]
async fn a_photograph_still_comes_to_a_report_that_others_brought_back_after_a_restore() {
    let mut reporting = Reporting::on(TestServer::alone().await).await;
    let mut mediator = reporting.scene.mediator().await;
    let backup = Backup::of(&reporting.scene.server).await;
    reporting.photo("楼道堆物");
    reporting.phone.sync().await;
    reporting.is_over().await;
    let (scene, case) = (&reporting.scene, reporting.case);
    all_exchange(scene, &mut [&mut mediator]).await;
    backup.restore(&scene.server).await;
    all_exchange(scene, &mut [&mut mediator]).await;
    assert!(is_known(&scene.server, case).await);
    let file = reporting.phone.engine.outgoing_files().unwrap().remove(0);
    send_all(&mut reporting.phone, &file).await;
    let scene = &reporting.scene;
    scene.server.reconcile().await;
    assert!(facts(&scene.server, case).await.missing_files.is_empty());
}

/// One and the same person may be let into the case later, in another role.
#[tokio::test(flavor = "multi_thread")]
async fn who_reported_a_case_and_is_let_into_it_has_it_as_everybody_has() {
    let mut reporting = Reporting::set().await;
    reporting.phone.sync().await;
    reporting.is_over().await;
    let (scene, case) = (&reporting.scene, reporting.case);
    scene.grant(case, &reporting.person).await;
    reporting.phone.sync().await;
    let summary = reporting.summary();
    assert_eq!(summary.standing, Standing::OnServer);
    assert_eq!(summary.report, None);
    scene.forget(case, &reporting.person).await;
    reporting.phone.sync().await;
    assert_eq!(reporting.summary().standing, Standing::Left);
}

/// Nobody who only reports ever had what others wrote.
#[tokio::test(flavor = "multi_thread")]
async fn who_reported_a_case_hands_in_no_words_of_others() {
    let mut reporting = Reporting::set().await;
    reporting.phone.sync().await;
    let (scene, case) = (&reporting.scene, reporting.case);
    scene.server.reconcile().await;
    let mut mediator = scene.mediator().await;
    mediator.note(case, "入户走访。");
    let written = up(&mut mediator).cases;
    assert_eq!(written.len(), 1, "it is on this phone alone");
    let request = Up {
        relayed: written,
        ..up(&mut reporting.phone)
    };
    let down = read(&reporting.phone.send(&request).await);
    assert_eq!(down.relayed, []);
    let aside = "select count(*) from case_change where state = 'quarantined' and case_id = $1";
    let aside = sqlx::query_scalar::<_, i64>(aside).bind(case.0);
    let pool = &reporting.scene.server.state.pool;
    assert_eq!(aside.fetch_one(pool).await.unwrap(), 0);
}
