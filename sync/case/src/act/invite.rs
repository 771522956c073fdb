//! R003 邀请联调: somebody of another body is invited into one case, for what and until when; R003b
//! 邀请答复: comes, or does not. Until the answer the invited reads what whoever is offered a case
//! reads, afterwards what guests read, and nothing more when the term is over.

use super::{candidate::somebody, joining::join_until, prelude::*};
use crate::{
    deadline::day_of,
    facts::{Duty, Invitation, InvitationAnswer},
    limit::form,
    role::Author,
};
use jiff::{ToSpan, civil::Date};

/// A term has no more days.
const MOST_DAYS: i64 = 90;
/// No round has more invitations.
const MOST: usize = 20;

/// An invitation into the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Invite {
    /// Who.
    pub target: Author,
    /// For what.
    pub expected: String,
    /// The last day of the term.
    pub until: Date,
}

/// The answer of whoever was invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AnswerInvitation {
    /// Comes, or does not.
    pub accepts: bool,
    /// Why not, or what is to be known.
    #[serde(default)]
    pub answer: String,
}

impl Transition for Invite {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Invite,
        from: Open,
        to: Same,
        who: &[By(Dispatcher), By(Supervisor), Lead],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new("写明请其办理的事项", |act, _| {
            need(
                !form::is_blank(&act.expected),
                "expectation_missing",
                "请写明请受邀人员办理的事项。",
            )
        }),
        Guard::instructive("期限自今日起，不超过九十日", |act, attempt| {
            let today = day_of(attempt.context.now);
            need(
                (today..=today.saturating_add(MOST_DAYS.days())).contains(&act.until),
                "term_out_of_range",
                "邀请期限应自今日起，最长九十日；到期后可再次邀请。",
            )
        }),
        Guard::new("未在本案工作，也没有待答复的邀请", is_new),
        guard::target_is_there(),
        guard::target_not_recused(),
        guard::sharing::consented(),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        facts.round.invitations.push(Invitation {
            to: self.target,
            by: attempt.motion.by,
            expected: self.expected.clone(),
            until: self.until,
            asked_at: attempt.context.now,
            answer: None,
            lapsed_at: None,
        });
    }

    fn targets(&self) -> &[Author] {
        std::slice::from_ref(&self.target)
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        vec![Self {
            target: somebody(Department),
            expected: FILLED.into(),
            until: day_of(facts.registered_at),
        }]
    }
}

fn is_new(act: &Invite, attempt: &Attempt<'_>) -> Holds {
    let (facts, who) = (attempt.facts, act.target.user);
    let mut present = facts.assignments.iter().filter(|a| a.to.is_none());
    let mut invited = facts.round.invitations.iter().filter(|i| i.waits());
    need(
        !present.any(|a| a.user == who) && !invited.any(|i| i.to.user == who),
        "already_invited",
        "该同志已在本案工作，或已收到邀请、尚未答复。",
    )?;
    need(
        facts.round.invitations.len() < MOST,
        "too_many_invitations",
        "本轮已发出二十次邀请，请先核对是否仍需邀请。",
    )
}

impl Transition for AnswerInvitation {
    const ROW: &'static ActRow = &ActRow {
        event: Event::AnswerInvitation,
        from: Open,
        to: Same,
        who: &[Guest],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[Guard::new("不能参加的，说明理由", |act, _| {
        need(
            act.accepts || !form::is_blank(&act.answer),
            "answer_empty",
            "不能参加的，请说明理由。",
        )
    })];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let (by, at) = (attempt.motion.by, attempt.context.now);
        let mut waiting = facts.round.invitations.iter_mut().filter(|i| i.waits());
        let Some(own) = waiting.find(|i| (i.to.user, i.to.role) == (by.user, by.role)) else {
            return;
        };
        own.answer = Some(InvitationAnswer {
            accepts: self.accepts,
            answer: self.answer.clone(),
            at,
        });
        let (to, until, expected) = (own.to, own.until, own.expected.clone());
        if self.accepts {
            join_until(attempt, facts, (&to, Duty::Co), (until, &expected));
        }
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        vec![Self {
            accepts: true,
            answer: String::new(),
        }]
    }
}
