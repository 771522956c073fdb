//! E26 申请结案: the lead asks, with what was reached and what the channel is told (R126).

use super::prelude::*;
use crate::{
    deadline,
    limit::form,
    record::{AgreementForm, CloseKind},
};
use std::collections::BTreeMap;

/// A request to close.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskClose {
    /// How the case ends.
    pub outcome: CloseKind,
    /// What the source channel is told (R126).
    pub feedback: String,
}

impl Transition for AskClose {
    const ROW: &'static ActRow = &ActRow {
        event: Event::AskClose,
        from: In(&[
            OnScene,
            AgreementEffective,
            Performing,
            FollowUp,
            PendingClose,
        ]),
        to: OneOf(&[PendingClose, CloseDisputed]),
        who: &[Lead],
        asks: &[],
        clocks: &[],
        offline: Offline::Request,
    };
    const GUARDS: Guards<Self> = &[
        guard::violence::reported(),
        Guard::new("写明反馈内容", |act, _| {
            need(
                !form::is_blank(&act.feedback),
                "feedback_missing",
                "请填写反馈内容后再申请结案。",
            )
        }),
        Guard::new("结案方式与案件情况相符", outcome_fits),
        Guard::new("协议已生效（以履行结案的）", |act, attempt| {
            guard::agreement_in_force(act.outcome, attempt)
        }),
        Guard::instructive("协议已履行（以履行结案的）", |act, attempt| {
            guard::obligations_done(act.outcome, attempt)
        }),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        ask(attempt, facts, self.outcome, &self.feedback);
    }
}

/// A second request with another outcome makes the closing disputed (E28); nobody wins silently
/// (M01).
pub(super) fn ask(attempt: &Attempt<'_>, facts: &mut Facts, outcome: CloseKind, feedback: &str) {
    let Some(request) = attempt.motion.entry else {
        return;
    };
    let since = attempt.motion.received_at;
    let asked = match &facts.stage {
        Stage::PendingClose {
            request: earlier,
            outcome: other,
            back,
            ..
        } if *other != outcome => Stage::CloseDisputed {
            outcomes: BTreeMap::from([(*earlier, *other), (request, outcome)]),
            since,
            back: *back,
        },
        Stage::PendingClose { .. } => return,
        stage => Stage::PendingClose {
            request,
            outcome,
            feedback: feedback.into(),
            since,
            back: stage.status(),
        },
    };
    if matches!(asked, Stage::CloseDisputed { .. }) {
        let policy = attempt.context.policy;
        deadline::start(facts, DeadlineKind::CloseRuling, policy, since);
    }
    facts.stage = asked;
}

/// The outcome is one that its lead may ask for; the others come about by their own events (E08,
/// E12, E24, E25, E30).
fn outcome_fits(act: &AskClose, attempt: &Attempt<'_>) -> Holds {
    let form = attempt.facts.round.agreement.as_ref().map(|a| a.form);
    let fits = match act.outcome {
        CloseKind::AgreementPerformed => form == Some(AgreementForm::Written),
        CloseKind::OralAgreementPerformed => form == Some(AgreementForm::Oral),
        CloseKind::Reconciled | CloseKind::Litigation => true,
        _ => false,
    };
    need(
        fits,
        "outcome_does_not_fit",
        "结案方式与案件情况不符：请按书面或口头协议履行、自行和解、转诉讼选择，其他情形请走相应程序。",
    )
}
