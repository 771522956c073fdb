//! E24 移交: to a body that has signed for it, the parties told (R114, LW03).

use super::{ending, prelude::*};
use crate::{
    limit::form,
    record::{CloseKind, Receiver},
};

/// Another body takes the case over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Transfer {
    /// To what kind of body.
    pub to: Receiver,
    /// To which one, by name.
    pub receiver: String,
    /// The number under which the receiver signed for it.
    pub receipt: String,
    /// The parties were given the handover notice (LW03, R114).
    pub notice_given: bool,
}

/// The handler thinks that another body should take the case: a desk that has its receipt transfers
/// it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferOut {
    /// To whom.
    pub to: Receiver,
    /// Why.
    pub why: String,
}

const ROW: &ActRow = &ActRow {
    event: Event::Transfer,
    from: Open,
    to: OneOf(&[Closed]),
    who: &[By(Dispatcher), By(Supervisor)],
    asks: &[First, Lead],
    clocks: &[],
    offline: Offline::Online,
};

/// How the printed table says that a case in danger is for the police.
const POLICE_ONLY: &str = "有险情的只移交公安";

impl Transition for Transfer {
    const ROW: &'static ActRow = ROW;
    const GUARDS: Guards<Self> = &[
        Guard::new(POLICE_ONLY, |act, attempt| {
            guard::danger_goes_to_the_police(act.to, attempt)
        }),
        Guard::instructive(guard::violence::REPORTED, |act, attempt| match act.to {
            Receiver::Police => Ok(()),
            Receiver::Department => guard::violence::is_reported(attempt),
        }),
        Guard::new("接收单位已签收", |act, _| {
            need(
                !form::is_blank(&act.receiver) && !form::is_blank(&act.receipt),
                "receipt_missing",
                "接收单位尚未签收，请填写接收单位和签收编号后再移交。",
            )
        }),
        Guard::new("已送达移交告知", |act, _| {
            need(
                act.notice_given,
                "notice_missing",
                "请先向当事人送达移交告知后再移交。",
            )
        }),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let (outcome, feedback) = match self.to {
            Receiver::Police => (CloseKind::TransferredPolice, "已移交公安机关处置。"),
            Receiver::Department => (
                CloseKind::TransferredDept,
                "已移交主管部门处理，并告知当事人。",
            ),
        };
        ending::end(attempt, facts, outcome, feedback);
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        vec![Self {
            to: Receiver::Police,
            receiver: FILLED.into(),
            receipt: FILLED.into(),
            notice_given: true,
        }]
    }
}

impl Transition for TransferOut {
    const ROW: &'static ActRow = ROW;
    const GUARDS: Guards<Self> = &[Guard::new(POLICE_ONLY, |act, attempt| {
        guard::danger_goes_to_the_police(act.to, attempt)
    })];

    fn perform(&self, _: &Attempt<'_>, _: &mut Facts) {
        // A desk transfers the case by an act of its own; whoever grants this request is told so.
    }
}
