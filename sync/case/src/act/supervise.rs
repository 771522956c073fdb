//! R025 督办交办: a person orders something in a case, due on a day, of whoever handles it
//! (docs/domain/rules.md#supervision). What rules order follows from clocks; this begins one.

use super::prelude::*;
use crate::{
    deadline::{self, day_of},
    facts::{ItemState, Measure, SupervisionItem},
};
use jiff::{Timestamp, civil::Date};

/// No order leaves more days: what takes longer is a plan.
const MOST_DAYS: i32 = 60;
/// No case has more orders of people that wait for an answer: the facts go to every phone of it.
const MOST_OPEN: usize = 5;

/// An order of supervision 督办单, as a person writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Supervise {
    /// What is to be done, without names.
    pub what: String,
    /// The last day for the answer; as many days as the county gives, if none is named.
    #[serde(default)]
    pub due_on: Option<Date>,
}

impl Transition for Supervise {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Supervise,
        from: Open,
        to: Same,
        who: &[By(Supervisor), By(Leader)],
        asks: &[],
        clocks: &[BeginEach(DeadlineKind::OrderAnswer)],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new(guard::REASON, |act, _| guard::reason(&act.what)),
        Guard::new("办理期限在今日起六十日内", |act, attempt| {
            let is_near = |day: Date| is_within_days(attempt.context.now, day);
            need(
                act.due_on.is_none_or(is_near),
                "order_day_out_of_range",
                "督办期限应在今日起六十日内，请重新选择日期。",
            )
        }),
        Guard::new("待答复的交办不超过五件", |_, attempt| {
            let items = attempt.facts.supervision.iter();
            let open = items.filter(|item| item.by.is_some() && item.state.is_open());
            need(
                open.count() < MOST_OPEN,
                "too_many_orders",
                "本案已有五件督办待答复，请先催办已发的督办单。",
            )
        }),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let (now, policy) = (attempt.context.now, attempt.context.policy);
        let no = next_no(facts);
        let clock = deadline::start_order(facts, no, self.due_on, policy, now);
        facts.supervision.push(SupervisionItem {
            no,
            clock,
            measure: Measure::Order,
            percent: 0,
            at: now,
            state: ItemState::Issued,
            zh: self.what.clone(),
            by: Some(attempt.motion.by),
        });
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        vec![Self {
            what: FILLED.into(),
            due_on: None,
        }]
    }
}

fn next_no(facts: &Facts) -> u32 {
    let numbers = facts.supervision.iter().map(|item| item.no + 1);
    numbers.max().unwrap_or(1)
}

fn is_within_days(now: Timestamp, day: Date) -> bool {
    let today = day_of(now);
    today
        .until(day)
        .is_ok_and(|span| (0..=MOST_DAYS).contains(&span.get_days()))
}
