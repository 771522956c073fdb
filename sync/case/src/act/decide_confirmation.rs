//! E32c 司法确认结果: what the court decided (LW14).

use super::prelude::*;
use crate::facts::ConfirmationResult;

/// The court has decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DecideConfirmation {
    /// What.
    pub result: ConfirmationResult,
}

impl Transition for DecideConfirmation {
    const ROW: &'static ActRow = &ActRow {
        event: Event::DecideConfirmation,
        from: Unfiled,
        to: Same,
        who: &[By(Court), By(JudicialOffice), By(Exchange)],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[Guard::new("申请在法院待答复", |_, attempt| {
        let waits = attempt.facts.round.confirmation.as_ref();
        need(
            waits.is_some_and(|c| c.sent_at.is_some() && c.decided.is_none()),
            "confirmation_not_sent",
            "没有法院待答复的司法确认申请。",
        )
    })];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        if let Some(confirmation) = &mut facts.round.confirmation {
            confirmation.decided = Some((self.result, attempt.context.now));
        }
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        vec![Self {
            result: ConfirmationResult::Confirmed,
        }]
    }
}
