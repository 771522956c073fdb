//! Violence at home: what nobody ends before it was reported, and which warnings are not recorded.

use super::Handled;
use crate::scene::Scene;
use hejie_case::{act, deadline::day_of, edit::Edit, record::*};
use jiff::{SignedDuration, civil::Date};
use serde_json::json;

/// Shows E23d, E26, LW20.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_in_which_a_child_suffers_violence_does_not_end_before_that_was_reported() {
    let mut handled = Handled::set().await;
    handled.arrives().await;
    handled.person(Side::A, |child| child.is_minor = true);
    let (asked, violence) = (true, true);
    let field = IntakeField::DvScreen(DvScreen { asked, violence });
    handled.write(Edit::Intake { field });
    let close = || {
        let (outcome, feedback) = (CloseKind::Reconciled, " ".into());
        Ask::AskClose(act::AskClose { outcome, feedback })
    };
    handled.is_refused(close(), "violence_report_owed").await;
    let result = "双方和解。".into();
    let assents = Vec::new();
    let settle = Ask::SettleOnScene(act::SettleOnScene { result, assents });
    handled.is_refused(settle, "violence_report_owed").await;
    let what = "孩子手臂有新伤。".into();
    let report = Ask::ReportViolence(act::ReportViolence { what });
    handled.is_granted(report).await;
    handled.is_refused(close(), "feedback_missing").await;
}

/// Shows E21c, LW20.
#[tokio::test(flavor = "multi_thread")]
async fn a_warning_of_the_police_is_recorded_once_by_its_number_and_not_before_its_day() {
    let handled = Handled::set().await;
    let Scene { server, county, .. } = &handled.scene;
    let dispatcher = county.dispatcher(server).await;
    let today = day_of(server.now());
    let tomorrow = day_of(server.now() + SignedDuration::from_hours(24));
    let no = "新公家告〔2026〕7号";
    let warning = |no: &str, issued_on: Date| {
        let issued_on = issued_on.to_string();
        json!({ "warning_no": no, "issued_on": issued_on })
    };
    for (says, code) in [
        (warning(" ", today), "warning_no_missing"),
        (warning(no, tomorrow), "issued_on_wrong"),
    ] {
        let answer = handled.decide(&dispatcher, "record_warning", says).await;
        assert_eq!(answer.outcome(), (409, code));
    }
    let recorded = handled.decide(&dispatcher, "record_warning", warning(no, today));
    let recorded = recorded.await;
    assert_eq!(recorded.status, 200, "{}", recorded.json);
    let twice = handled.decide(&dispatcher, "record_warning", warning(no, today));
    assert_eq!(twice.await.outcome(), (409, "warning_known"));
}
