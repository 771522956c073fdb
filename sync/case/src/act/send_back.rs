//! E27b 结案退回: the closing is sent back to where the case stood.

use super::prelude::*;

/// The closing is sent back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SendBack {
    /// Why.
    pub why: String,
}

impl Transition for SendBack {
    const ROW: &'static ActRow = &ActRow {
        event: Event::SendBack,
        from: In(&[PendingClose, CloseDisputed]),
        to: Back,
        who: &[By(Dispatcher), By(JudicialOffice), By(Supervisor)],
        asks: &[],
        clocks: &[Meet(DeadlineKind::CloseRuling)],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[Guard::new(guard::REASON, |act, _| guard::reason(&act.why))];

    fn perform(&self, _: &Attempt<'_>, facts: &mut Facts) {
        let (Stage::PendingClose { back, .. } | Stage::CloseDisputed { back, .. }) = facts.stage
        else {
            return;
        };
        facts.stage = Stage::plain(back).unwrap_or(Stage::FollowUp);
        facts.round.oral_register = None;
        end_ruling(facts);
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        let why = FILLED.into();
        vec![Self { why }]
    }
}

/// Nobody has to rule on a closing that is not asked for any more.
pub(super) fn end_ruling(facts: &mut Facts) {
    let rulings = facts.deadlines.iter_mut();
    for clock in rulings.filter(|d| d.kind == DeadlineKind::CloseRuling) {
        clock.ended_at.get_or_insert(clock.starts_at);
    }
}
