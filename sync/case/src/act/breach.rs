//! E20 不履行: what was due was not done and urging did not help; back to mediation, or to court
//! with the routes told (LW07, LW12).

use super::{ending, prelude::*};
use crate::{
    deadline::{day_of, end_of},
    facts::{BreachNotice, NoticeGiven},
    ids::EntryId,
    notice,
    obligation::{self, ObligationState, in_force, obligation_state},
    record::{CloseKind, Remedy},
    rule::happened,
};
use jiff::{Timestamp, civil::Date};

/// An obligation is broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// The clause.
    pub obligation: EntryId,
    /// What follows.
    pub remedy: Remedy,
    /// When the obliged party was urged, by the device's clock (LW12).
    pub urged_at: Timestamp,
    /// How whoever owes got the notice 不履行告知书, which tells the other routes (LW07).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<NoticeGiven>,
}

impl Transition for Breach {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Breach,
        from: In(&[AgreementEffective, Performing, FollowUp]),
        to: OneOf(&[Mediating, Closed]),
        who: &[Lead],
        asks: &[],
        clocks: &[],
        offline: Offline::Request,
    };
    const GUARDS: Guards<Self> = &[
        guard::not_held(),
        Guard::new("未履行已登记且无争议", is_recorded),
        Guard::new("履行期限已过", is_overdue),
        Guard::new("到期后督促过", was_urged),
        Guard::new("到期后已送达不履行告知书", was_given_notice),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        facts.round.breached = true;
        facts.round.breach_notices.extend(self.notice_in(attempt));
        match self.remedy {
            Remedy::Mediate => facts.stage = Stage::Mediating,
            Remedy::Litigate => ending::end(
                attempt,
                facts,
                CloseKind::Litigation,
                "协议未履行，已告知当事人通过诉讼等途径解决。",
            ),
        }
    }
}

impl Breach {
    /// The notice, with the words that it had on the day on which it was given.
    fn notice_in(&self, attempt: &Attempt<'_>) -> Option<BreachNotice> {
        let NoticeGiven { means, at } = self.notice?;
        let (view, facts) = (attempt.context.view, attempt.facts);
        Some(BreachNotice {
            obligation: self.obligation,
            text: notice::breach_notice(view, facts, self.obligation, day_of(at))?,
            by: attempt.motion.by,
            means,
            given_at: at,
        })
    }
}

/// Somebody recorded that the obligation was not performed, and nobody disputes it.
fn is_recorded(act: &Breach, attempt: &Attempt<'_>) -> Holds {
    let (view, facts) = (attempt.context.view, attempt.facts);
    let broken = in_force(view, facts).any(|clause| clause == act.obligation)
        && obligation_state(view, facts, act.obligation) == ObligationState::Broken;
    need(
        broken,
        "breach_not_recorded",
        "请先登记该条款未履行的情况（有争议的先裁定），再按不履行办理。",
    )
}

/// Nobody breaks a promise before its day: that day was over when this was asked for.
fn is_overdue(act: &Breach, attempt: &Attempt<'_>) -> Holds {
    let asked_at = happened(attempt).0;
    need(
        missed(act, attempt).is_none_or(|due| asked_at >= end_of(due)),
        "not_due",
        "该条款约定的履行期限尚未届满；到期仍未履行的，请督促后再按不履行办理。",
    )
}

/// Urged since the promise was due; one without a day is due from effect on.
fn was_urged(act: &Breach, attempt: &Attempt<'_>) -> Holds {
    let agreement = attempt.facts.round.agreement.as_ref();
    let effective = agreement.and_then(|a| a.effective_at);
    let is_due = missed(act, attempt).is_none_or(|due| day_of(act.urged_at) >= due);
    let urged =
        effective.is_some_and(|since| act.urged_at >= since && act.urged_at <= attempt.context.now);
    need(
        urged && is_due,
        "not_urged",
        "请在到期后督促当事人履行并记录督促时间，再按不履行办理。",
    )
}

/// Whoever owes was given the notice, after the promise was due and not before.
fn was_given_notice(act: &Breach, attempt: &Attempt<'_>) -> Holds {
    let due = missed(act, attempt);
    let is_late = |given: NoticeGiven| due.is_none_or(|due| given.at >= end_of(due));
    let given = act.notice.filter(|given| given.at <= attempt.context.now);
    need(
        given.is_some_and(is_late),
        "breach_notice_missing",
        "请先向当事人送达不履行告知书，登记送达方式和到期以后的送达时间，再按不履行办理。",
    )
}

/// The day of the first part of the promise that was not kept.
fn missed(act: &Breach, attempt: &Attempt<'_>) -> Option<Date> {
    obligation::first_unpaid(attempt.context.view, attempt.facts, act.obligation)
}
