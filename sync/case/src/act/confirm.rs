//! E32 司法确认: prepared by both parties within 30 days of effect (LW13, LW14).

use super::prelude::*;
use crate::{
    catalogue::{Catalogue, Confirmability},
    facts::Confirmation,
};

/// The joint request for judicial confirmation is prepared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirm {
    /// The court, by name.
    pub court: String,
    /// Both parties ask for it together (LW13).
    pub jointly: bool,
}

impl Transition for Confirm {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Confirm,
        from: In(&[AgreementEffective, Performing, FollowUp]),
        to: Same,
        who: &[Lead],
        asks: &[],
        clocks: &[],
        offline: Offline::Request,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new("双方共同申请，并选定法院", |act, _| {
            need(
                act.jointly && !act.court.trim().is_empty(),
                "not_joint",
                "司法确认须由双方当事人共同申请，并选定管辖法院。",
            )
        }),
        guard::agreement::may_still_be_confirmed(),
        Guard::new("不涉及身份关系", |_, attempt| {
            let situation = Catalogue::current().lookup(&attempt.facts.situation);
            need(
                situation.is_none_or(|s| s.confirmation != Confirmability::No),
                "not_confirmable",
                "涉及婚姻、亲子、收养等身份关系的协议不能申请司法确认。",
            )
        }),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        facts.round.confirmation = facts
            .round
            .agreement
            .as_ref()
            .map(|agreement| Confirmation {
                draft: agreement.draft,
                court: self.court.clone(),
                asked_at: attempt.motion.received_at,
                sent_at: None,
                decided: None,
            });
    }
}
