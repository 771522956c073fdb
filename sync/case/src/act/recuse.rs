//! E11d 回避: who has an interest in a case, or stands too near to a party, does not handle it
//! (LW22): by his own word, because a party asks for it, or because a desk finds it. He is not
//! assigned again, and what he answered for goes back to be dispatched.

use super::{candidate::NOBODY, prelude::*, resume::end_pause};
use crate::{
    deadline,
    facts::{Assignment, Bars, Recusal, RecusalGround},
    ids::{EntryId, UserId},
};

/// Whoever says this steps back from the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recuse {
    /// Why.
    pub ground: RecusalGround,
    /// The party who asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<EntryId>,
    /// More of it, in words.
    pub why: String,
}

/// A desk lets somebody who works on the case step back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RecuseHandler {
    /// Who.
    pub handler: UserId,
    /// Why.
    pub ground: RecusalGround,
    /// The party who asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<EntryId>,
    /// More of it, in words.
    pub why: String,
}

const ROW: &ActRow = &ActRow {
    event: Event::Recuse,
    from: In(&[
        Dispatched,
        SignedFor,
        OnScene,
        PendingAcceptance,
        Accepted,
        Mediating,
        Suspended,
        AgreementPending,
        Closed,
    ]),
    to: OneOf(&[PendingDispatch]),
    who: &[Member, By(Dispatcher), By(JudicialOffice), By(Supervisor)],
    asks: &[],
    clocks: &[],
    offline: Offline::Request,
};

/// How the printed table says that a party who asks is one of the case.
const PARTY: &str = "申请回避的当事人已登记（当事人申请的）";

/// How the printed table says that the person works on the case.
const WORKS: &str = "回避的人员承担本案职责";

impl Transition for Recuse {
    const ROW: &'static ActRow = ROW;
    const GUARDS: Guards<Self> = &[
        guard::open_or_merged(),
        guard::not_held(),
        Guard::new(guard::REASON, |act, _| guard::reason(&act.why)),
        Guard::new(PARTY, |act, attempt| party_is_known(act.party, attempt)),
        Guard::new(WORKS, |_, attempt| {
            works_on_it(attempt.motion.by.user, attempt)
        }),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        step_back(
            attempt,
            facts,
            Recusal {
                user: attempt.motion.by.user,
                ground: self.ground,
                party: self.party,
                by: attempt.motion.by,
                at: attempt.context.now,
                from: None,
            },
        );
    }
}

impl Transition for RecuseHandler {
    const ROW: &'static ActRow = ROW;
    const GUARDS: Guards<Self> = &[
        guard::open_or_merged(),
        guard::not_held(),
        Guard::new(guard::REASON, |act, _| guard::reason(&act.why)),
        Guard::new(
            "由分流员、司法所或督导员决定",
            |_, attempt| {
                need(
                    matches!(
                        attempt.motion.by.role,
                        Dispatcher | JudicialOffice | Supervisor
                    ),
                    "not_yours",
                    "他人的回避由分流员、司法所或督导员决定；本人回避的，请在手机上办理。",
                )
            },
        ),
        Guard::new(PARTY, |act, attempt| party_is_known(act.party, attempt)),
        Guard::new(WORKS, |act, attempt| works_on_it(act.handler, attempt)),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        step_back(
            attempt,
            facts,
            Recusal {
                user: self.handler,
                ground: self.ground,
                party: self.party,
                by: attempt.motion.by,
                at: attempt.context.now,
                from: None,
            },
        );
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        let answering = facts.answering().or(facts.offered());
        vec![Self {
            handler: answering.map_or(NOBODY, |handler| handler.user),
            ground: RecusalGround::Relative,
            party: None,
            why: FILLED.into(),
        }]
    }
}

fn party_is_known(party: Option<EntryId>, attempt: &Attempt<'_>) -> Holds {
    let parties = &attempt.context.view.parties;
    need(
        party.is_none_or(|party| parties.contains_key(&party)),
        "unknown_party",
        "找不到申请回避的当事人，请刷新后重新选择。",
    )
}

fn works_on_it(user: UserId, attempt: &Attempt<'_>) -> Holds {
    let (facts, kin) = (attempt.facts, &attempt.facts.kin);
    let at_the_merge = kin.merged.iter().flat_map(|merged| &merged.assignments);
    let mut present = facts.assignments.iter().chain(at_the_merge);
    let is_known = facts.is_recused(user);
    need(
        !is_known && present.any(|a| a.user == user && a.to.is_none()),
        "not_on_the_case",
        "该人员现不承担本案职责，无需回避，请刷新后查看。",
    )
}

/// He has no duty in the case any more. Where it went on under another one he has none there
/// either, which hears of it at once (E30f), and none here when the two are parted.
fn step_back(attempt: &Attempt<'_>, facts: &mut Facts, recusal: Recusal) {
    facts.recused.push(recusal);
    keep_away(attempt, facts);
}

/// The work of whoever must not handle the case ends; if he answered for it, it waits for another,
/// and so does what was frozen under him. Since an agreement is in force nobody takes the case up
/// anew: he sees and does nothing more, and a desk hands his duty over (R027).
pub(super) fn keep_away(attempt: &Attempt<'_>, facts: &mut Facts) {
    let barred = facts.bars();
    void_signatures(facts, &barred);
    let is_barred = |a: &Assignment| a.to.is_none() && barred.is_recused(a.user);
    if !facts.assignments.iter().any(is_barred) {
        return;
    }
    let answers = facts.answering().or(facts.offered());
    let answers = answers.is_some_and(is_barred);
    let goes_back = answers && is_taken_up_anew(facts);
    let stays = |a: &Assignment| answers && !goes_back && a.duty.answers() && a.signed_at.is_some();
    let handlers = facts.assignments.iter_mut();
    let ends = |a: &&mut Assignment| {
        let is_offer = goes_back && a.duty.answers() && a.signed_at.is_none();
        is_offer || (is_barred(a) && !stays(a))
    };
    for assignment in handlers.filter(ends) {
        assignment.to.get_or_insert(attempt.context.now);
    }
    if goes_back {
        give_back(attempt, facts);
    }
}

fn is_taken_up_anew(facts: &Facts) -> bool {
    let status = facts.stage.status();
    status.is_open() && ROW.from.check(status).is_ok()
}

/// What they signed as the mediator who must not handle the case counts no more. Another mediator
/// is as free of their interest as before, and each party gave a word of its own: what they signed
/// stands with its text, if whoever takes the case up freezes that anew.
fn void_signatures(facts: &mut Facts, barred: &Bars) {
    let signed = facts.agreements().flat_map(|(of, _)| &of.mediators);
    let own = signed
        .filter(|(_, by)| barred.is_recused(**by))
        .map(|(entry, _)| *entry);
    let own: Vec<EntryId> = own.collect();
    facts.spent.extend(own);
}

fn give_back(attempt: &Attempt<'_>, facts: &mut Facts) {
    let (policy, now) = (attempt.context.policy, attempt.context.now);
    if matches!(facts.stage, Stage::Suspended { .. }) {
        end_pause(attempt, facts);
    }
    if let Some(mut agreement) = facts.round.agreement.take() {
        agreement.void_at.get_or_insert(now);
        facts.round.earlier_agreements.push(agreement);
    }
    // Whoever takes the case up accepts it himself; the clocks of the law go on.
    facts.round.accepted_at = None;
    facts.stage = Stage::PendingDispatch;
    deadline::start(facts, DeadlineKind::Dispatch, policy, now);
}
