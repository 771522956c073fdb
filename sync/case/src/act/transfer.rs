//! E24 移交: to a body that has signed for it, the parties told (R114, LW03).

use super::{ending, prelude::*};
use crate::{
    deadline::day_of,
    facts::{NoticeGiven, TransferRecord},
    limit::form,
    notice,
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
    /// How the parties were given the notice 移交告知书, in writing (LW03, R114).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<NoticeGiven>,
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

/// How the printed table says what labour arbitration takes.
const ONLY_LABOUR: &str = "移交劳动仲裁的属劳动争议";

/// The commission takes labour disputes alone (LW17).
fn is_for_arbitration(to: Receiver, attempt: &Attempt<'_>) -> Holds {
    let is_labour = attempt.context.policy.is_labour(attempt.facts);
    need(
        to != Receiver::LabourArbitration || is_labour,
        "not_labour",
        "本案不属劳动争议，劳动人事争议仲裁委员会不予受理；请核对情形，或移交其他部门。",
    )
}

impl Transition for Transfer {
    const ROW: &'static ActRow = ROW;
    const GUARDS: Guards<Self> = &[
        Guard::new(POLICE_ONLY, |act, attempt| {
            guard::danger_goes_to_the_police(act.to, attempt)
        }),
        Guard::instructive(guard::violence::REPORTED, |act, attempt| match act.to {
            Receiver::Police => Ok(()),
            Receiver::Department | Receiver::LabourArbitration => {
                guard::violence::is_reported(attempt)
            }
        }),
        Guard::new(ONLY_LABOUR, |act, attempt| {
            is_for_arbitration(act.to, attempt)
        }),
        Guard::new("接收单位已签收", |act, _| {
            need(
                !form::is_blank(&act.receiver) && !form::is_blank(&act.receipt),
                "receipt_missing",
                "接收单位尚未签收，请填写接收单位和签收编号后再移交。",
            )
        }),
        Guard::new("本轮已书面送达移交告知", was_given_notice),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        facts.round.transferred = self.record(attempt);
        let (outcome, feedback) = match self.to {
            Receiver::Police => (CloseKind::TransferredPolice, "已移交公安机关处置。"),
            Receiver::Department => (
                CloseKind::TransferredDept,
                "已移交主管部门处理，并告知当事人。",
            ),
            Receiver::LabourArbitration => (
                CloseKind::TransferredDept,
                "已移交劳动人事争议仲裁委员会，并告知当事人。",
            ),
        };
        ending::end(attempt, facts, outcome, feedback);
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        vec![Self {
            to: Receiver::Police,
            receiver: FILLED.into(),
            receipt: FILLED.into(),
            notice: Some(NoticeGiven::in_person(facts.round_began_at())),
        }]
    }
}

impl Transfer {
    fn record(&self, attempt: &Attempt<'_>) -> Option<TransferRecord> {
        let given = self.notice?;
        let body = (self.to, self.receiver.as_str(), self.receipt.as_str());
        Some(TransferRecord {
            to: self.to,
            receiver: self.receiver.clone(),
            receipt: self.receipt.clone(),
            text: notice::transfer_notice(attempt.facts, body, day_of(given.at)),
            given,
            by: attempt.motion.by,
        })
    }
}

/// In this round, and not in time to come.
fn was_given_notice(act: &Transfer, attempt: &Attempt<'_>) -> Holds {
    let since = attempt.facts.round_began_at();
    let given = act.notice.filter(|given| given.is_in_writing());
    need(
        given.is_some_and(|given| (since..=attempt.context.now).contains(&given.at)),
        "notice_missing",
        "请先向当事人当面或以短信送达移交告知书，登记送达方式和送达时间后再移交。",
    )
}

impl Transition for TransferOut {
    const ROW: &'static ActRow = ROW;
    const GUARDS: Guards<Self> = &[
        Guard::new(POLICE_ONLY, |act, attempt| {
            guard::danger_goes_to_the_police(act.to, attempt)
        }),
        Guard::new(ONLY_LABOUR, |act, attempt| {
            is_for_arbitration(act.to, attempt)
        }),
    ];

    fn perform(&self, _: &Attempt<'_>, _: &mut Facts) {
        // A desk transfers the case by an act of its own; whoever grants this request is told so.
    }
}
