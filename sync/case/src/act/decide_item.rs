//! R091 督办决定: a measure that no rule may take is taken or dropped by a person
//! (docs/domain/rules.md#supervision).

use super::prelude::*;
use crate::facts::ItemState;

/// A measure that was proposed is taken or dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DecideItem {
    /// Its number.
    pub no: u32,
    /// Taken or dropped.
    pub take: bool,
    /// Why; needed when it is dropped.
    #[serde(default)]
    pub why: String,
}

impl Transition for DecideItem {
    const ROW: &'static ActRow = &ActRow {
        event: Event::DecideItem,
        from: Unfiled,
        to: Same,
        who: &[By(Supervisor), By(Leader)],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new("督办事项待决定", |act, attempt| {
            need(
                guard::item_state(attempt, act.no) == Some(&ItemState::Proposed),
                "item_not_proposed",
                "没有待决定的这一督办事项，请刷新后查看。",
            )
        }),
        Guard::new("不采取的写明理由", |act, _| {
            if act.take {
                Ok(())
            } else {
                guard::reason(&act.why)
            }
        }),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let (by, at) = (attempt.motion.by, attempt.context.now);
        let decided = if self.take {
            ItemState::Taken { by, at }
        } else {
            let why = self.why.clone();
            ItemState::Dropped { by, at, why }
        };
        set(facts, self.no, decided);
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        let items = facts.supervision.iter().map(|item| Self {
            no: item.no,
            take: true,
            why: FILLED.into(),
        });
        items.collect()
    }
}

/// Says what became of a measure.
pub(super) fn set(facts: &mut Facts, no: u32, state: ItemState) {
    if let Some(item) = facts.supervision.iter_mut().find(|item| item.no == no) {
        item.state = state;
    }
}
