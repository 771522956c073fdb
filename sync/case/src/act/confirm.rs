//! E32 司法确认: prepared by both parties within 30 days of effect (LW13, LW14), once, and anew when
//! the court did not confirm.

use super::prelude::*;
use crate::{
    catalogue::{Catalogue, Confirmability},
    facts::{Confirmation, ConfirmationResult},
    limit::form,
    record::AgreementForm,
    rule::guard::agreement,
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
        from: SinceAcceptance,
        to: Same,
        who: &[Lead],
        asks: &[],
        clocks: &[],
        offline: Offline::Request,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new("双方共同申请，并选定法院", |act, _| {
            need(
                act.jointly && !form::is_blank(&act.court),
                "not_joint",
                "司法确认须由双方当事人共同申请，并选定管辖法院。",
            )
        }),
        Guard::new("书面协议已生效", in_force_in_writing),
        agreement::may_still_be_confirmed(),
        Guard::new("没有在法院待答复或已获确认的申请", nothing_stands),
        Guard::new("不涉及身份关系", |_, attempt| {
            let situation = Catalogue::current().lookup(&attempt.facts.situation);
            need(
                situation.is_none_or(|s| s.confirmation != Confirmability::No),
                "not_confirmable",
                "涉及婚姻、亲子、收养等身份关系的协议不能申请司法确认。",
            )
        }),
    ];

    /// What lay before the court is kept beside the new application; what was never sent is not.
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let round = &mut facts.round;
        let Some(agreement) = &round.agreement else {
            return;
        };
        let prepared = Confirmation {
            draft: agreement.draft,
            court: self.court.clone(),
            asked_at: attempt.motion.received_at,
            sent_at: None,
            decided: None,
        };
        let earlier = round.confirmation.replace(prepared);
        let sent = earlier.filter(|earlier| earlier.sent_at.is_some());
        round.earlier_confirmations.extend(sent);
    }
}

/// The court is given the agreement itself, so that there must be one in writing (LW14).
fn in_force_in_writing(_: &Confirm, attempt: &Attempt<'_>) -> Holds {
    need(
        attempt.facts.round.is_agreed(),
        "agreement_not_effective",
        "协议尚未生效，不能申请司法确认；请在协议生效之日起三十日内申请。",
    )?;
    need(
        agreement::form(attempt) == Some(AgreementForm::Written),
        "written_agreement_missing",
        "申请司法确认须向法院提交书面调解协议，口头协议不能申请；一方不履行的，可向人民法院起诉。",
    )
}

/// One agreement is applied for once: while the court has it, and after it has confirmed it, there
/// is nothing to apply for.
fn nothing_stands(_: &Confirm, attempt: &Attempt<'_>) -> Holds {
    let round = &attempt.facts.round;
    let draft = round.agreement.as_ref().map(|agreement| agreement.draft);
    let present = round.confirmation.as_ref();
    let Some(present) = present.filter(|of| Some(of.draft) == draft) else {
        return Ok(());
    };
    need(
        !present.waits(),
        "confirmation_sent",
        "司法确认申请已提交法院，请等待法院答复，不要重复申请。",
    )?;
    let decided = present.decided.map(|(result, _)| result);
    need(
        decided != Some(ConfirmationResult::Confirmed),
        "confirmed_already",
        "法院已确认本协议，无须再次申请。",
    )
}
