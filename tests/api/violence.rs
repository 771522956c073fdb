//! Who reported violence at home is shown to nobody but the police (LW20).

use crate::desk::Desk;
use harness::Calls;
use hejie_case::{act, record::Ask, role::Role};
use serde_json::{Value, json};

const SECRET: &str = "已保密";

/// Who did it, by each line of the trail of this event.
fn authors<'a>(detail: &'a Value, event: &str) -> Vec<&'a Value> {
    let lines = detail["trail"].as_array().unwrap().iter();
    let of_event = lines.filter(|line| line["event"] == event);
    of_event.map(|line| &line["by_name"]).collect()
}

/// Shows LW20, E23d.
#[tokio::test(flavor = "multi_thread")]
async fn a_desk_reads_that_the_reporter_is_secret_and_the_police_read_the_name() {
    let desk = Desk::set().await;
    let (server, county) = (&desk.server, &desk.county);
    let what = "一方持刀。".into();
    let danger = Ask::Danger(act::ReportDanger { what });
    desk.ask(&county.mediator, danger).await;
    let dispatcher = county.dispatcher(server).await;
    let detail = desk.detail_of(&dispatcher).await;
    assert_ne!(
        detail["facts"]["hold"]["by_name"], SECRET,
        "no violence at home yet"
    );
    let judicial = desk.somebody(Role::JudicialOffice).await;
    let what = json!({ "what": "孩子手臂有新伤。" });
    desk.done(&judicial, "report_violence", what).await;
    let supervisor = county.supervisor(server).await;
    for reader in [
        &desk.detail_of(&dispatcher).await,
        &desk.detail_of(&supervisor).await,
    ] {
        assert_eq!(reader["facts"]["hold"]["by_name"], SECRET);
        assert_eq!(authors(reader, "E23"), [SECRET]);
        assert_eq!(authors(reader, "E23d"), [SECRET]);
    }
    let me = judicial.get("/api/v1/me").await;
    let own = desk.detail_of(&judicial).await;
    assert!(
        !own.to_string().contains(me.text("/display_name")),
        "not even there"
    );
    let police = desk.somebody(Role::PoliceDesk).await;
    let shown = desk.detail_of(&police).await;
    assert_eq!(authors(&shown, "E23d"), [&me.json["display_name"]]);
    assert_ne!(shown["facts"]["hold"]["by_name"], SECRET);
    let told = "select count(*) from outbox where case_id = $1 and kind = 'police_order'
        and payload ->> 'text' like '家庭暴力强制报告：%'";
    let told = sqlx::query_scalar::<_, i64>(told).bind(desk.case.0);
    assert_eq!(told.fetch_one(&server.state.pool).await.unwrap(), 1);
}

/// Shows LW20, E21c.
#[tokio::test(flavor = "multi_thread")]
async fn a_warning_is_of_a_day_on_which_there_can_be_one_and_owes_no_visit_before_its_case() {
    let desk = Desk::set().await;
    let police = desk.somebody(Role::PoliceDesk).await;
    let warning = |number: &str, day: &str| json!({ "warning_no": number, "issued_on": day });
    for day in ["2026-03-03", "2016-02-29"] {
        let says = warning("告〔2026〕1号", day);
        let answer = desk.act(&police, "record_warning", says).await;
        assert_eq!(answer.outcome(), (409, "issued_on_wrong"), "{day}");
    }
    for (number, day, visits) in [
        ("告〔2026〕1号", "2026-01-20", 0),
        ("告〔2026〕2号", "2026-02-20", 2),
    ] {
        desk.done(&police, "record_warning", warning(number, day))
            .await;
        let detail = desk.detail().await;
        let clocks = detail["deadlines"].as_array().unwrap().iter();
        let due = clocks.filter(|clock| clock["kind"] == "follow_up").count();
        assert_eq!(due, visits, "{day}");
    }
}
