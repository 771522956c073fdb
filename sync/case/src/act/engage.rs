//! R069 委托、联合、邀请: by which letter another body engages people's mediation, or is engaged by it; a
//! court also by 委派 before it takes the suit (R066, LW04).

use super::prelude::*;
use crate::{
    deadline::day_of,
    facts::{Engagement, EngagementMode, EngagingBody},
    limit::form,
};
use jiff::civil::Date;

/// Letters that one round may hold.
const MOST: usize = 20;

/// A letter engages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Engage {
    /// In which way.
    pub mode: EngagementMode,
    /// What kind of body.
    pub body: EngagingBody,
    /// Which one, by name.
    pub body_name: String,
    /// The number of the letter.
    pub letter_no: String,
    /// The day of the letter.
    pub letter_on: Date,
}

impl Transition for Engage {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Engage,
        from: Unfiled,
        to: Same,
        who: &[
            By(Dispatcher),
            By(JudicialOffice),
            By(Supervisor),
            By(Exchange),
            Lead,
        ],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new(
            "写明机关名称和函件编号，日期不晚于今日；只有法院委派，劳动仲裁的函件只用于劳动争议",
            |act, attempt| {
                let is_labour = attempt.context.policy.is_labour(attempt.facts);
                act.fits(day_of(attempt.context.now), is_labour)
            },
        ),
        Guard::new(
            "该函件尚未登记，本轮最多二十份",
            |act, attempt| {
                need(
                    !act.stands(attempt.facts),
                    "letter_known",
                    "该函件已经登记，无需重复登记。",
                )?;
                need(
                    attempt.facts.round.engagements.len() < MOST,
                    "too_many_letters",
                    "本轮登记的函件过多，请联系分流员核对。",
                )
            },
        ),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        facts.round.engagements.push(Engagement {
            mode: self.mode,
            body: self.body,
            body_name: self.body_name.trim().into(),
            letter_no: self.letter_no.trim().into(),
            letter_on: self.letter_on,
            noted_at: attempt.context.now,
        });
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        vec![Self {
            mode: EngagementMode::Entrusted,
            body: EngagingBody::Administration,
            body_name: FILLED.into(),
            letter_no: FILLED.into(),
            letter_on: day_of(facts.registered_at),
        }]
    }
}

impl Engage {
    /// Whether it is a letter that there may be, about a labour dispute or another one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn fits(&self, today: Date, is_labour: bool) -> Holds {
        need(
            !form::is_blank(&self.body_name) && !form::is_blank(&self.letter_no),
            "letter_incomplete",
            "请填写机关名称和函件编号。",
        )?;
        need(
            self.letter_on <= today,
            "letter_in_future",
            "函件日期不能晚于今日，请核对。",
        )?;
        need(
            self.mode != EngagementMode::Delegated || self.body == EngagingBody::Court,
            "only_courts_delegate",
            "立案前委派调解的只能是人民法院；其他机关请选择委托、联合或者邀请。",
        )?;
        need(
            is_labour || self.body != EngagingBody::LabourArbitration,
            "not_labour",
            "本案不属劳动争议，不能登记劳动人事争议仲裁委员会的函件，请核对情形。",
        )
    }

    /// Whether the letter stands in some round of the case already.
    #[must_use]
    pub fn stands(&self, facts: &Facts) -> bool {
        let is_this = |known: &Engagement| {
            known.body_name == self.body_name.trim() && known.letter_no == self.letter_no.trim()
        };
        let mut rounds = facts.rounds();
        rounds.any(|round| round.engagements.iter().any(is_this))
    }
}
