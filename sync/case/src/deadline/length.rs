//! How long each kind of clock runs.

use super::{Calendar, DayCount, Policy, at_hour, day_of, end_of, end_of_day_after, plus};
use crate::facts::{DeadlineKind, Facts, Level};
use jiff::{Timestamp, ToSpan, civil::Weekday};

/// The length of a clock before it becomes a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Minutes(u32),
    Hours(u32),
    /// Until 24:00 of the n-th day after the day of the start.
    Days(u32),
    /// Until 24:00 of the n-th working day after the day of the start.
    WorkingDays(u32),
    /// Until the next such hour.
    Daily(jiff::civil::Time),
    /// Until the next Monday at that hour.
    Weekly(jiff::civil::Time),
}

impl Length {
    pub(super) fn end(self, from: Timestamp, calendar: &Calendar) -> Timestamp {
        match self {
            Self::Minutes(n) => plus(from, i64::from(n).minutes()),
            Self::Hours(n) => plus(from, i64::from(n).hours()),
            Self::Days(n) => end_of_day_after(from, n),
            Self::WorkingDays(n) => end_of(calendar.working_day_after(day_of(from), n)),
            Self::Daily(time) => {
                let today = at_hour(day_of(from), time);
                match today > from {
                    true => today,
                    false => at_hour(day_of(from).saturating_add(1.day()), time),
                }
            }
            Self::Weekly(time) => {
                let day = day_of(from);
                let past_monday = day.weekday().since(Weekday::Monday);
                let monday = at_hour(day, time);
                match past_monday == 0 && monday > from {
                    true => monday,
                    false => at_hour(day.saturating_add(i64::from(7 - past_monday).days()), time),
                }
            }
        }
    }

    /// The same length and some days more, counted as its own days are.
    pub(super) fn extended(self, days: u32) -> Self {
        match self {
            Self::Minutes(n) => Self::Minutes(n.saturating_add(days.saturating_mul(1440))),
            Self::Hours(n) => Self::Hours(n.saturating_add(days.saturating_mul(24))),
            Self::Days(n) => Self::Days(n.saturating_add(days)),
            Self::WorkingDays(n) => Self::WorkingDays(n.saturating_add(days)),
            Self::Daily(_) | Self::Weekly(_) => self,
        }
    }

    /// Its days, for what is counted in days.
    pub(super) fn days(self) -> Option<u32> {
        match self {
            Self::Days(n) | Self::WorkingDays(n) => Some(n),
            _ => None,
        }
    }
}

/// When a clock that starts at `from` ends, and the rule that says so.
///
/// The due date of an obligation is agreed, not reckoned: see [`super::start_obligation`].
#[must_use]
pub fn due(
    kind: DeadlineKind,
    facts: &Facts,
    policy: &Policy,
    from: Timestamp,
) -> (Timestamp, &'static str) {
    let (length, basis) = length(kind, facts, policy);
    (length.end(from, &policy.calendar), basis)
}

const OWN_RULE: &str = "本县规定";

/// The length of a kind in this case, and the rule that says so.
pub(super) fn length(kind: DeadlineKind, facts: &Facts, policy: &Policy) -> (Length, &'static str) {
    use DeadlineKind as K;
    use Length::{Daily, Days, Hours, Minutes, Weekly, WorkingDays};
    let administrative = |days| match policy.administrative_days {
        DayCount::Calendar => Days(days),
        DayCount::Working => WorkingDays(days),
    };
    match kind {
        K::Dispatch => (Hours(policy.dispatch_hours), "R078"),
        K::PoliceAccept => (Hours(policy.police_accept_hours), "R116"),
        K::SignFor if is_urgent(facts, policy) => (Minutes(policy.sign_for_urgent_minutes), "R012"),
        K::SignFor => (Minutes(policy.sign_for_minutes), "R012"),
        K::Arrive if is_town(facts, policy) => (Minutes(policy.arrive_town_minutes), "R012"),
        K::Arrive => (Minutes(policy.arrive_country_minutes), "R012"),
        K::FirstContact => (Hours(policy.first_contact_hours), OWN_RULE),
        K::Feedback => {
            let days = policy.feedback_days[facts.difficulty as usize];
            (administrative(days), "R115")
        }
        K::Legal => legal(facts, policy),
        K::FirstSession => (administrative(policy.first_session_days), OWN_RULE),
        K::Confirmation => (Days(policy.confirmation_days), "LW13"),
        K::Obligation => (Days(policy.legal_days), "协议约定"),
        K::FollowUp => {
            let first = policy.follow_up_days.first().copied();
            (Days(first.unwrap_or(policy.legal_days)), OWN_RULE)
        }
        K::DailyProgress => (Daily(policy.daily_progress_at), "日清"),
        K::WeeklyUrge => (Weekly(policy.weekly_urge_at), "周结"),
        K::SameDay => (Days(0), "当日交办"),
        K::RiskVisit if facts.colour.level == Level::Red => {
            (Hours(policy.risk_visit_red_hours), OWN_RULE)
        }
        K::RiskVisit => (Days(policy.risk_visit_days), OWN_RULE),
        K::JointStart => (administrative(policy.joint_start_days), OWN_RULE),
        K::JointPlan => (administrative(policy.joint_plan_days), OWN_RULE),
        K::JointCheck => (Days(policy.joint_check_days), OWN_RULE),
        K::PetitionReply => (Days(policy.petition_reply_days), "LW25"),
        K::PetitionObjection => (WorkingDays(policy.petition_objection_working_days), "LW25"),
        K::Petition => (Days(policy.petition_days), "LW25"),
        K::Letter => (WorkingDays(policy.letter_working_days), OWN_RULE),
        K::CloseRuling => (Hours(policy.close_ruling_hours), OWN_RULE),
        K::MergeReview => (Hours(policy.merge_review_hours), OWN_RULE),
        K::Archive => (administrative(policy.archive_days), OWN_RULE),
        K::Suspension => (Days(policy.suspension_days), OWN_RULE),
    }
}

fn legal(facts: &Facts, policy: &Policy) -> (Length, &'static str) {
    if is_one_of(facts, &policy.medical_situations) {
        (Length::WorkingDays(policy.medical_working_days), "LW16")
    } else if is_labour(facts, policy) {
        (Length::Days(policy.labour_days), "LW17")
    } else {
        (Length::Days(policy.legal_days), "LW15")
    }
}

/// Whether the case stands under the limit of labour disputes, which runs from receipt (LW17).
pub(super) fn is_labour(facts: &Facts, policy: &Policy) -> bool {
    is_one_of(facts, &policy.labour_situations)
}

fn is_one_of(facts: &Facts, situations: &[String]) -> bool {
    let code = facts.situation.as_str();
    situations.iter().any(|s| code.starts_with(s.as_str()))
}

/// Somebody waits at the scene, or the case is not calm.
fn is_urgent(facts: &Facts, policy: &Policy) -> bool {
    facts.colour.level > Level::Blue || policy.urgent_channels.contains(&facts.source.channel)
}

/// A subdistrict 街道 (its number in the county begins with 0), what the county names as town, or a case without a township.
fn is_town(facts: &Facts, policy: &Policy) -> bool {
    let code = facts.region.as_str();
    let subdistrict = matches!(code.as_bytes().get(6), None | Some(b'0'));
    subdistrict
        || policy
            .town_regions
            .iter()
            .any(|town| code.starts_with(town.as_str()))
}
