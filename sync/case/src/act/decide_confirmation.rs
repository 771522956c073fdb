//! E32c 司法确认结果: what the court decided (LW14), in whichever round the application was sent.

use super::prelude::*;
use crate::facts::{Confirmation, ConfirmationResult, Round};

/// The court has decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DecideConfirmation {
    /// What.
    pub result: ConfirmationResult,
    /// The number of the agreement; needed where the applications for several wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement_no: Option<String>,
}

impl Transition for DecideConfirmation {
    const ROW: &'static ActRow = &ActRow {
        event: Event::DecideConfirmation,
        from: Any,
        to: Same,
        who: &[By(Court), By(JudicialOffice), By(Exchange)],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new("申请在法院待答复", |act, attempt| {
            need(
                act.waits(attempt.facts),
                "confirmation_not_sent",
                "没有法院待答复的司法确认申请。",
            )
        }),
        Guard::instructive(
            "几件申请待答复的，写明协议编号",
            |act, attempt| {
                need(
                    act.waiting(attempt.facts).count() == 1,
                    "confirmation_ambiguous",
                    "本案有几件司法确认申请待法院答复，请写明是哪一份协议（协议编号）。",
                )
            },
        ),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let Some((no, draft)) = self.waiting(facts).next().map(|(no, of)| (no, of.draft)) else {
            return;
        };
        let waits = |of: &&mut Confirmation| of.draft == draft && of.waits();
        let round = facts.rounds_mut().nth(no);
        if let Some(confirmation) = round.and_then(|of| of.confirmations_mut().find(waits)) {
            confirmation.decided = Some((self.result, attempt.context.now));
        }
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        vec![Self {
            result: ConfirmationResult::Confirmed,
            agreement_no: None,
        }]
    }
}

impl DecideConfirmation {
    /// Whether an application that may be meant waits for the court.
    #[must_use]
    pub fn waits(&self, facts: &Facts) -> bool {
        self.waiting(facts).next().is_some()
    }

    /// Whether the court has decided just so on one that may be meant.
    #[must_use]
    pub fn stands(&self, facts: &Facts) -> bool {
        let mut decided = self.sent(facts).filter_map(|(_, of)| of.decided);
        decided.any(|(result, _)| result == self.result)
    }

    /// The courts to which what may be meant was sent, by name: what waits, or else what is
    /// decided.
    #[must_use]
    pub fn courts<'a>(&'a self, facts: &'a Facts) -> Vec<&'a str> {
        let waits = self.waits(facts);
        let meant = self.sent(facts);
        let meant = meant.filter(|(_, of)| !waits || of.decided.is_none());
        meant.map(|(_, of)| of.court.as_str()).collect()
    }

    fn waiting<'a>(&'a self, facts: &'a Facts) -> impl Iterator<Item = (usize, &'a Confirmation)> {
        self.sent(facts).filter(|(_, of)| of.waits())
    }

    /// What was sent to a court, of the agreement that is named or of any, each with its round.
    fn sent<'a>(&'a self, facts: &'a Facts) -> impl Iterator<Item = (usize, &'a Confirmation)> {
        facts.rounds().enumerate().flat_map(move |(no, round)| {
            let all = round.confirmations();
            let meant = all.filter(|of| of.sent_at.is_some() && self.is_of(round, of));
            meant.map(move |of| (no, of))
        })
    }

    fn is_of(&self, round: &Round, of: &Confirmation) -> bool {
        let named = self.agreement_no.as_deref().map(str::trim);
        named.is_none_or(|no| round.agreement_no(of.draft) == Some(no))
    }
}
