//! When the log of what was done was checked last, and what came of it.

use super::{
    check::{CheckDetail, CheckFinding},
    database,
    words::CheckSubject,
};
use crate::{
    clock::{Clock, age},
    config::Config,
    say::{ago, local},
};
use hejie_registry::audit::{self, ChainCheck};
use jiff::{SignedDuration, Timestamp};

/// Once a month somebody should look.
const OFTEN: SignedDuration = SignedDuration::from_hours(24 * 31);

/// Looks for the last check; nothing is said if there is no database.
pub(super) fn look(config: &Config) -> Option<CheckFinding> {
    let found = database::ask(config, async |conn| audit::last_check(conn).await)?;
    Some(match found {
        Ok(last) => told(last, Clock::system().now()),
        Err(error) => CheckFinding::weak(CheckSubject::Audit, error),
    })
}

fn told(last: Option<ChainCheck>, now: Timestamp) -> CheckFinding {
    let Some(ChainCheck { at, ok, object }) = last else {
        let never = CheckDetail::words("从未核对", "never checked");
        return CheckFinding::weak(CheckSubject::Audit, never);
    };
    let (since, (zh, en)) = (age(at, now), ago(age(at, now)));
    let at = local(at);
    let (found_zh, found_en) = match ok {
        true => ("完整，条数", "whole, entries"),
        false => ("不符，自第几条起", "does not fit from entry"),
    };
    let detail = CheckDetail::words(
        format!("{at}（{zh}前）{found_zh} {object}"),
        format!("{at} ({en} ago) {found_en} {object}"),
    );
    match ok && since < OFTEN {
        true => CheckFinding::good(CheckSubject::Audit, detail),
        false => CheckFinding::weak(CheckSubject::Audit, detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::{Language, check::CheckState};

    #[test]
    fn a_log_that_was_not_checked_for_a_month_or_did_not_fit_is_told_with_the_command() {
        let now: Timestamp = "2026-03-20T01:00:00Z".parse().unwrap();
        let check = |at: &str, ok| {
            let (at, object) = (at.parse().unwrap(), "42".to_owned());
            told(Some(ChainCheck { at, ok, object }), now)
        };
        let good = check("2026-03-19T01:00:00Z", true);
        assert_eq!(good.state, CheckState::Good);
        let line = good.tell(Language::Zh);
        assert!(
            line.contains("2026-03-19 09:00:00（24 小时前）完整"),
            "{line}"
        );
        for found in [
            told(None, now),
            check("2026-02-01T01:00:00Z", true),
            check("2026-03-19T01:00:00Z", false),
        ] {
            assert_eq!(found.state, CheckState::Weak);
            assert!(found.tell(Language::En).contains("hejie audit verify"));
        }
    }
}
