//! E11b 他处受理, E11c 他处办结: another body has the matter, and has it no more (LW16, LW37). While one
//! has it the committee does not accept it, and what it had accepted ends (E25).

use super::{bars::is_about, prelude::*};
use crate::{
    deadline::day_of,
    facts::{SeisedBody, SeisedMatter},
    limit::form,
    rule::Stages,
};
use jiff::civil::Date;

/// Matters of other bodies that one case may hold.
const MOST: usize = 20;

/// Another body has accepted the matter, or the law leaves it to one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NoteSeised {
    /// What kind of body.
    pub body: SeisedBody,
    /// Which one, by name.
    pub body_name: String,
    /// Under which number; empty where the law alone says whose it is.
    #[serde(default)]
    pub docket_no: String,
    /// On which day it was accepted there.
    pub accepted_on: Date,
}

/// The other body has the matter no more: withdrawn, dismissed, given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EndSeised {
    /// Which one, by name.
    pub body_name: String,
    /// Under which number it had it.
    #[serde(default)]
    pub docket_no: String,
    /// Since which day.
    pub ended_on: Date,
    /// How it ended there.
    pub why: String,
}

const fn row(event: Event, from: Stages) -> ActRow {
    ActRow {
        event,
        from,
        to: Same,
        who: &[Lead, By(Dispatcher), By(JudicialOffice), By(Supervisor)],
        asks: &[],
        clocks: &[],
        offline: Offline::Request,
    }
}

impl Transition for NoteSeised {
    const ROW: &'static ActRow = &row(Event::NoteSeised, Unfiled);
    const GUARDS: Guards<Self> = &[
        guard::open_or_merged(),
        Guard::new("写明受理机关和案号", |act, _| {
            let numbered = act.body == SeisedBody::Reserved || !form::is_blank(&act.docket_no);
            need(
                numbered && !form::is_blank(&act.body_name),
                "seised_incomplete",
                "请填写受理机关的名称和案号；依法由专门机关管辖的，请填写该机关名称。",
            )
        }),
        Guard::new("受理日期不晚于今日", |act, attempt| {
            need(
                act.accepted_on <= day_of(attempt.context.now),
                "seised_in_future",
                "受理日期不能晚于今日，请核对后重新填写。",
            )
        }),
        Guard::new("尚未登记", |act, attempt| {
            let mut standing = attempt.facts.seised_elsewhere();
            need(
                !standing.any(|matter| is_about(matter, &act.body_name, &act.docket_no)),
                "seised_already",
                "该机关受理本案的情况已经登记，无需重复登记。",
            )
        }),
        Guard::new("登记的受理机关不超过二十项", |_, attempt| {
            need(
                attempt.facts.seised.len() < MOST,
                "seised_full",
                "本案登记的其他机关受理情况过多，请联系分流员核对。",
            )
        }),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        facts.seised.push(SeisedMatter {
            body: self.body,
            body_name: self.body_name.trim().into(),
            docket_no: self.docket_no.trim().into(),
            accepted_on: self.accepted_on,
            noted_at: attempt.motion.received_at,
            ended_on: None,
            from: None,
        });
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        vec![Self {
            body: SeisedBody::Court,
            body_name: FILLED.into(),
            docket_no: FILLED.into(),
            accepted_on: day_of(facts.registered_at),
        }]
    }
}

impl Transition for EndSeised {
    const ROW: &'static ActRow = &row(Event::EndSeised, Open);
    const GUARDS: Guards<Self> = &[
        Guard::new(guard::REASON, |act, _| guard::reason(&act.why)),
        Guard::new("该机关正在办理", |act, attempt| {
            need(
                act.of(attempt.facts).is_some(),
                "not_seised",
                "没有登记该机关受理本案，或者已登记办结，请刷新后查看。",
            )
        }),
        Guard::new(
            "办结日期不早于受理，不晚于今日",
            |act, attempt| {
                let today = day_of(attempt.context.now);
                let since = act.of(attempt.facts).map(|matter| matter.accepted_on);
                need(
                    since.is_some_and(|since| (since..=today).contains(&act.ended_on)),
                    "seised_end_unfounded",
                    "办结日期应在受理之日至今日之间，请核对后重新填写。",
                )
            },
        ),
    ];

    fn perform(&self, _: &Attempt<'_>, facts: &mut Facts) {
        let standing = facts.seised.iter_mut();
        let about = |matter: &&mut SeisedMatter| {
            matter.ended_on.is_none() && is_about(matter, &self.body_name, &self.docket_no)
        };
        // It stands twice where a case brought it that goes on under this one.
        for matter in standing.filter(about) {
            matter.ended_on = Some(self.ended_on);
        }
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        let standing = facts.seised_elsewhere();
        let ended = standing.map(|matter| Self {
            body_name: matter.body_name.clone(),
            docket_no: matter.docket_no.clone(),
            ended_on: matter.accepted_on,
            why: FILLED.into(),
        });
        ended.collect()
    }
}

impl EndSeised {
    fn of<'a>(&self, facts: &'a Facts) -> Option<&'a SeisedMatter> {
        let standing = facts.seised_elsewhere();
        let meant = standing.filter(|matter| is_about(matter, &self.body_name, &self.docket_no));
        meant.max_by_key(|matter| matter.accepted_on)
    }
}
