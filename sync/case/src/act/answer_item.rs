//! R054 督办答复: a measure of supervision is answered by whom it is aimed at
//! (docs/domain/rules.md#supervision).

use super::{decide_item::set, prelude::*};
use crate::facts::{ItemState, Subject};

/// The answer to a measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AnswerItem {
    /// The number of the measure within the case.
    pub no: u32,
    /// The answer.
    pub answer: String,
}

impl Transition for AnswerItem {
    const ROW: &'static ActRow = &ActRow {
        event: Event::AnswerItem,
        from: Unfiled,
        to: Same,
        who: &[Offered, First, Lead, By(Dispatcher), By(PoliceDesk)],
        asks: &[],
        clocks: &[Meet(DeadlineKind::OrderAnswer)],
        offline: Offline::Request,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new("督办事项待答复", |act, attempt| {
            let waits = |s: &ItemState| matches!(s, ItemState::Issued | ItemState::Taken { .. });
            need(
                guard::item_state(attempt, act.no).is_some_and(waits),
                "item_not_waiting",
                "没有待答复的这一督办事项，请刷新后查看。",
            )
        }),
        Guard::new(guard::REASON, |act, _| guard::reason(&act.answer)),
    ];

    /// The clock that gave rise to the measure goes on; that of an order is met by its answer.
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let answered = ItemState::Answered {
            by: attempt.motion.by,
            at: attempt.context.now,
            text: self.answer.clone(),
        };
        set(facts, self.no, answered);
    }

    fn clock(&self) -> Option<Subject> {
        Some(Subject::Measure(self.no))
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        let items = facts.supervision.iter().map(|item| item.no);
        let answer = || FILLED.into();
        let candidates = items.map(|no| Self {
            no,
            answer: answer(),
        });
        candidates.collect()
    }
}
