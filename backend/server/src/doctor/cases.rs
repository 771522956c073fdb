//! What the database says, if one can be reached: dangers of which nobody has told the police,
//! changes that are not merged, cases that are parked, how many numbers the year has used up, when
//! the last backup was reported.

use super::{
    check::{CheckDetail, CheckFinding},
    database,
    words::CheckSubject,
};
use crate::{
    clock::{Clock, age},
    config::Config,
    reconcile::overdue,
    say::{ago, local},
};
use hejie_case::deadline::SHANGHAI;
use hejie_registry::{
    backup::{self, Backup},
    case::{self, Troubles},
    danger::{
        self,
        call::{self, CallsDue},
    },
    mark,
};
use hejie_wire::limits;
use jiff::{SignedDuration, Timestamp};

/// From here on somebody should know that the numbers of a year get a seventh digit.
const MANY_NUMBERS: u64 = 900_000;

/// Looks into the database that the settings name or that of a server that runs here; nothing is
/// said if there is none.
pub(super) fn look(config: &Config) -> Vec<CheckFinding> {
    let now = Clock::system().now();
    let found = database::ask(config, async |conn| {
        let found = case::count_troubles(conn, &overdue(now)).await?;
        let open = danger::count_open(conn).await?;
        let minutes = config.deadlines.danger_call_minutes;
        let calls = call::count_due(conn, CallsDue::after_minutes(minutes, now)).await?;
        let year = SHANGHAI.to_datetime(now).year();
        let number = mark::highest_number(conn, year).await?;
        Ok((open, calls, found, number, backup::last(conn, now).await?))
    });
    match found {
        Some(Ok((open, calls, found, number, last))) => {
            vec![
                told_dangers(CheckSubject::Dangers, open, now),
                told_dangers(CheckSubject::DangerCalls, calls, now),
                told(&found, now),
                told_number(number),
                told_backup(last, now),
            ]
        }
        Some(Err(error)) => vec![CheckFinding::weak(CheckSubject::Registry, error)],
        None => Vec::new(),
    }
}

fn told_dangers(
    subject: CheckSubject,
    (open, oldest): (u64, Option<Timestamp>),
    now: Timestamp,
) -> CheckFinding {
    let Some(oldest) = oldest else {
        return CheckFinding::good(subject, "0");
    };
    let (zh, en) = ago(age(oldest, now));
    CheckFinding::weak(
        subject,
        CheckDetail::words(
            format!("{open}（最早 {zh}前）"),
            format!("{open} (oldest {en})"),
        ),
    )
}

fn told_number(highest: u64) -> CheckFinding {
    if highest < MANY_NUMBERS {
        return CheckFinding::good(CheckSubject::Numbers, highest.to_string());
    }
    CheckFinding::weak(CheckSubject::Numbers, highest.to_string())
}

/// One that is older than a week may be the last that phones can bridge: they keep for twice as
/// long.
fn told_backup(last: Option<Backup>, now: Timestamp) -> CheckFinding {
    let Some(last) = last else {
        let never = CheckDetail::words("从未登记", "never reported");
        return CheckFinding::weak(CheckSubject::Backup, never);
    };
    let days = now.duration_since(last.began_at).as_hours() / 24;
    let began = local(last.began_at);
    let detail = CheckDetail::words(
        format!("{began}（{days} 天前）"),
        format!("{began} ({days} d)"),
    );
    if days < limits::KEPT_DAYS / 2 {
        CheckFinding::good(CheckSubject::Backup, detail)
    } else {
        CheckFinding::weak(CheckSubject::Backup, detail)
    }
}

fn told(found: &Troubles, now: Timestamp) -> CheckFinding {
    if *found == Troubles::default() {
        return CheckFinding::good(CheckSubject::Cases, "0");
    }
    let waits = found.oldest.map_or(SignedDuration::ZERO, |at| age(at, now));
    let (zh, en) = ago(waits);
    let Troubles {
        unmerged,
        parked,
        unprojected,
        ..
    } = found;
    let detail = CheckDetail::words(
        format!("未并入 {unmerged}（最久 {zh}），已搁置 {parked}，未能照录 {unprojected}"),
        format!("unmerged {unmerged} (oldest {en}), parked {parked}, unprojected {unprojected}"),
    );
    CheckFinding::weak(CheckSubject::Cases, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::{Language, check::CheckState};

    #[test]
    fn a_change_that_waits_is_told_with_its_age_and_what_to_do() {
        let now: Timestamp = "2026-03-02T01:00:00Z".parse().unwrap();
        let found = Troubles {
            unmerged: 2,
            oldest: Some("2026-03-02T00:58:00Z".parse().unwrap()),
            ..Troubles::default()
        };
        let finding = told(&found, now);
        assert_eq!(finding.state, CheckState::Weak);
        let line = finding.tell(Language::Zh);
        assert!(line.contains("未并入 2（最久 2 分钟）"), "{line}");
        assert!(line.contains("hejie refold --verify"), "{line}");
        assert_eq!(told(&Troubles::default(), now).state, CheckState::Good);
    }

    #[test]
    fn a_danger_that_nobody_told_the_police_of_is_told_with_its_age_and_what_to_do() {
        let now: Timestamp = "2026-03-02T01:00:00Z".parse().unwrap();
        let since = "2026-03-02T00:50:00Z".parse().unwrap();
        let finding = told_dangers(CheckSubject::Dangers, (2, Some(since)), now);
        assert_eq!(finding.state, CheckState::Weak);
        let line = finding.tell(Language::Zh);
        assert!(line.contains("2（最早 10 分钟前）"), "{line}");
        assert!(line.contains("110"), "{line}");
        assert_eq!(
            told_dangers(CheckSubject::Dangers, (0, None), now).state,
            CheckState::Good
        );
    }

    #[test]
    fn numbers_that_near_a_seventh_digit_are_told_with_what_to_do() {
        assert_eq!(told_number(899_999).state, CheckState::Good);
        let finding = told_number(900_000);
        assert_eq!(finding.state, CheckState::Weak);
        let line = finding.tell(Language::En);
        assert!(
            line.contains("900000") && line.contains("seventh digit"),
            "{line}"
        );
    }

    #[test]
    fn a_backup_that_is_old_or_was_never_reported_is_told_with_what_to_do() {
        let now: Timestamp = "2026-03-20T01:00:00Z".parse().unwrap();
        let at = |text: &str| {
            let began_at = text.parse().unwrap();
            Some(Backup {
                began_at,
                reported_at: now,
            })
        };
        let never = told_backup(None, now);
        assert!(never.tell(Language::En).contains("hejie backup report"));
        let old = told_backup(at("2026-03-12T01:00:00Z"), now);
        assert_eq!(old.state, CheckState::Weak);
        assert!(old.tell(Language::Zh).contains("（8 天前）"));
        let fresh = told_backup(at("2026-03-19T01:00:00Z"), now);
        assert_eq!(fresh.state, CheckState::Good);
    }
}
