//! The conditions of the table that several acts share; the conditions of one act stand in its own
//! file under [`crate::act`].

pub(crate) mod agreement;
pub(crate) mod consent;
pub(crate) mod sharing;
mod sides;
pub(crate) mod speakers;
pub(crate) mod standing;
pub(crate) mod violence;

use super::{Attempt, Authority, Stages};
use crate::{
    act::{Transition, claim::RETURNS_UNTIL_COUNTY},
    facts::{DeadlineKind, Facts, ItemState, SeisedBody, SeisedMatter, Stage, Status, Subject},
    ids::CaseId,
    limit::form,
    obligation::{self, ObligationState, obligation_state},
    part::CasePart,
    reason::Reason,
    record::{CloseKind, Receiver},
    role::{Author, Role},
};

/// A condition of an act: what must hold, in words for the printed table, and the look at it.
#[derive(Debug)]
pub struct Guard<A> {
    /// What must hold, in Chinese.
    pub zh: &'static str,
    check: GuardFn<A>,
    is_instructive: bool,
}

/// What must hold for an act, in the order in which it is looked at: the first that does not hold
/// is the refusal.
pub type Guards<A> = &'static [Guard<A>];

/// What is in the way of an act: the first condition that does not hold.
#[derive(Debug)]
pub struct Obstacle {
    /// What its author is told.
    pub reason: Reason,
    /// A desk is shown the act all the same: somebody can see to the obstacle, and the sentence
    /// says how.
    pub is_instructive: bool,
}

impl From<Reason> for Obstacle {
    fn from(reason: Reason) -> Self {
        Self {
            reason,
            is_instructive: false,
        }
    }
}

/// What a look at a condition comes to: it holds, or why not and what to do.
pub(crate) type Holds = Result<(), Reason>;

/// A look at the act and at what lies before the one who rules.
pub(crate) type GuardFn<A> = fn(&A, &Attempt<'_>) -> Holds;

impl<A> Guard<A> {
    pub(crate) const fn new(zh: &'static str, check: GuardFn<A>) -> Self {
        Self {
            zh,
            check,
            is_instructive: false,
        }
    }

    /// As [`Self::new`], for a condition that is no reason to hide the act while it does not hold
    /// (see [`Obstacle`]).
    pub(crate) const fn instructive(zh: &'static str, check: GuardFn<A>) -> Self {
        Self {
            zh,
            check,
            is_instructive: true,
        }
    }

    /// Looks whether it holds.
    ///
    /// # Errors
    /// Why not, and what to do.
    pub fn check(&self, act: &A, attempt: &Attempt<'_>) -> Result<(), Obstacle> {
        (self.check)(act, attempt).map_err(|reason| Obstacle {
            reason,
            is_instructive: self.is_instructive,
        })
    }
}

/// Turns a condition into a guard's answer.
pub(crate) fn need(holds: bool, code: &str, zh: &str) -> Holds {
    if holds {
        Ok(())
    } else {
        Err(Reason::new(code, zh))
    }
}

/// The code of a condition that cannot be looked at on a phone that holds the work alone: what
/// comes of the act is for the server to say, and shown as 待确认 until then.
pub const UNKNOWN_HERE: &str = "confidential_not_here";

/// The confidential part is at hand, in which the condition lies.
pub(crate) fn known_here(attempt: &Attempt<'_>) -> Holds {
    need(
        attempt.context.view.extent.holds(CasePart::Confidential),
        UNKNOWN_HERE,
        "这项条件要看协议文稿或调查记录，不在本机，待服务器确认。",
    )
}

/// How the printed table says that a reason must be given.
pub(crate) const REASON: &str = "写明理由";

/// A reason is given in words.
pub(crate) fn reason(why: &str) -> Holds {
    need(
        !form::is_blank(why),
        "reason_missing",
        "请填写理由后再提交。",
    )
}

/// The case goes on, here or under another one: what was asked of it by somebody who knows nothing
/// of the merge is meant for the dispute (E30f).
pub(crate) const fn open_or_merged<A>() -> Guard<A> {
    Guard::new("尚未结案，或者已并入他案", |_, attempt| {
        let (status, kin) = (attempt.facts.stage.status(), &attempt.facts.kin);
        match kin.merged {
            Some(_) => Ok(()),
            None => Stages::Open.check(status),
        }
    })
}

/// No danger is reported that nobody has released (E23, LW06).
pub(crate) const fn not_held<A>() -> Guard<A> {
    Guard::new("没有待解除的险情", |_, attempt| {
        need(
            !attempt.facts.is_held(),
            "held_for_danger",
            "本案有险情待公安处置，请待指挥中心或督导员解除后再办理。",
        )
    })
}

/// While a danger is open, a case goes to nobody but the police.
pub(crate) fn danger_goes_to_the_police(to: Receiver, attempt: &Attempt<'_>) -> Holds {
    need(
        !attempt.facts.is_held() || to == Receiver::Police,
        "held_for_danger",
        "本案有险情，只能移交公安机关。",
    )
}

/// Whoever the case is offered to handles cases.
pub(crate) const fn target_can_handle<A: Transition>() -> Guard<A> {
    Guard::new(
        "承办人为人民调解员、民警或部门承办人",
        |act: &A, _| {
            let can = |target: &Author| {
                matches!(
                    target.role,
                    Role::Mediator | Role::Department | Role::PoliceOfficer
                )
            };
            need(
                act.targets().iter().all(can),
                "target_cannot_handle",
                "派单对象应为人民调解员、民警或部门承办人，请另选。",
            )
        },
    )
}

/// Whoever a case is given to has an account and the role: the page on which the person was chosen
/// may be old.
pub(crate) const fn target_is_there<A: Transition>() -> Guard<A> {
    Guard::new("所选人员在岗", |act: &A, attempt| {
        let is_gone = |target: &Author| attempt.context.departed.contains(target);
        need(
            !act.targets().iter().any(is_gone),
            "target_departed",
            "所选人员的账号已停用或岗位已撤销，请刷新后另选他人。",
        )
    })
}

/// Nobody is put on a case who stepped back from it (LW22).
pub(crate) const fn target_not_recused<A: Transition>() -> Guard<A> {
    Guard::new("所选人员未在本案回避", |act: &A, attempt| {
        let mut targets = act.targets().iter();
        not_recused(targets.any(|target| attempt.facts.is_recused(target.user)))
    })
}

pub(crate) fn not_recused(is_recused: bool) -> Holds {
    need(
        !is_recused,
        "recused",
        "该同志已在本案回避，不能再承办、协办、回访或者以调解员身份签名，请另选他人。",
    )
}

/// No other body has the matter, and the law leaves it to none (LW16, LW37).
pub(crate) const fn nowhere_else<A>() -> Guard<A> {
    Guard::new(
        "没有其他机关已经受理，不属专门机关管辖",
        |_, attempt| {
            let Some(matter) = attempt.facts.seised_elsewhere().next() else {
                return Ok(());
            };
            let SeisedMatter {
                body,
                body_name,
                docket_no,
                ..
            } = matter;
            if *body == SeisedBody::Reserved {
                let zh = format!("本案依法由{body_name}管辖，不能受理调解，请告知当事人并移交。");
                return Err(Reason::new("reserved_by_law", zh));
            }
            let zh = format!(
                "{body_name}已经受理本案（{docket_no}），不能受理调解，请告知当事人；\
                 在该处撤回或者办结的，请先登记“他处办结”。"
            );
            Err(Reason::new("seised_elsewhere", zh))
        },
    )
}

/// Somebody answers for the case and goes on answering for it (R027).
pub(crate) const fn somebody_answers<A>() -> Guard<A> {
    Guard::new("已有人签收承办", |_, attempt| {
        need(
            attempt.facts.answering().is_some(),
            "nobody_answers",
            "本案尚无人签收承办，请先派单并签收。",
        )
    })
}

/// A case that is handled jointly was not taken up from an agreement in force: that binds until it
/// is broken, whoever sits at a table about it.
pub(crate) const fn nothing_agreed_at_the_table<A>() -> Guard<A> {
    Guard::new(
        "联席会商的，会商前协议尚未生效",
        |_, attempt| {
            let (facts, bound) = (attempt.facts, Status::AgreementEffective);
            let is_bound = facts.round.joint_from.is_some_and(|stood| stood >= bound);
            need(
                !(is_bound && facts.stage == Stage::JointHandling),
                "agreement_in_force",
                "协议已经生效，对双方有约束力，调解不能再终止或撤回；一方不履行的，会商结束后按不履行办理。",
            )
        },
    )
}

/// Whoever decides is a supervisor of the county, and not of one of its towns (D04).
pub(crate) fn is_of_county(attempt: &Attempt<'_>) -> bool {
    Authority::OfCounty(Role::Supervisor).is(attempt.facts, attempt.motion)
}

/// After the second return the county decides who handles the case (R109).
pub(crate) const fn county_decides_after_two_returns<A>() -> Guard<A> {
    Guard::new("退回两次后由县级督导员指定", |_, attempt| {
        need(
            attempt.facts.round.returns < RETURNS_UNTIL_COUNTY || is_of_county(attempt),
            "county_decides",
            "本案已两次退回，由县级督导员指定承办人。",
        )
    })
}

/// An agreement that the outcome says was performed is in force.
pub(crate) fn agreement_in_force(outcome: CloseKind, attempt: &Attempt<'_>) -> Holds {
    let agreement = attempt.facts.round.agreement.as_ref();
    need(
        !says_performed(outcome) || agreement.is_some_and(|a| a.effective_at.is_some()),
        "agreement_not_effective",
        "协议尚未生效，不能以协议履行结案。",
    )
}

/// What the outcome claims has come about.
pub(crate) fn obligations_done(outcome: CloseKind, attempt: &Attempt<'_>) -> Holds {
    let (view, facts) = (attempt.context.view, attempt.facts);
    if says_performed(outcome) {
        known_here(attempt)?;
    }
    let state = |clause| obligation_state(view, facts, clause);
    let mut clauses = obligation::in_force(view, facts);
    need(
        !says_performed(outcome)
            || clauses.all(|clause| state(clause) == ObligationState::Performed),
        "obligations_open",
        "协议义务尚未全部履行，请登记履行情况后再申请结案。",
    )
}

fn says_performed(outcome: CloseKind) -> bool {
    matches!(
        outcome,
        CloseKind::AgreementPerformed | CloseKind::OralAgreementPerformed
    )
}

/// The case did not go on elsewhere.
pub(crate) const fn not_merged<A>() -> Guard<A> {
    Guard::new("没有并入他案", |_, attempt| {
        need(
            attempt.facts.kin.merged.is_none(),
            "merged",
            "本案已并入他案，请在并入的案件中办理。",
        )
    })
}

/// The case named is another one, and not one of this case's kin already.
pub(crate) fn another_case(other: CaseId, attempt: &Attempt<'_>) -> Holds {
    let (own, kin) = (attempt.facts.case_id, &attempt.facts.kin);
    need(
        other != own && !kin.absorbed.contains(&other) && !kin.split_into.contains(&other),
        "same_case",
        "不能与本案自身或已关联的同一案件并案、拆案。",
    )
}

/// What became of a measure of supervision, by its number.
pub(crate) fn item_state<'a>(attempt: &Attempt<'a>, no: u32) -> Option<&'a ItemState> {
    let mut items = attempt.facts.supervision.iter();
    items.find(|item| item.no == no).map(|item| &item.state)
}

/// Whether a visit is due, and neither done nor waived.
pub(crate) fn visit_runs(facts: &Facts, n: u8) -> bool {
    let mut clocks = facts.deadlines.iter();
    clocks.any(|d| d.subject == Some(Subject::Visit(n)) && d.is_running())
}

/// Whether the author of a motion knew that the dispute was reported again, if it was.
pub(crate) fn knows_of_calls(attempt: &Attempt<'_>) -> bool {
    let entry = attempt.motion.entry;
    entry.is_none_or(|entry| !attempt.context.unseen_by(entry, attempt.facts).came_back)
}

/// Whether a clock of a kind runs.
pub(crate) fn clock_runs(attempt: &Attempt<'_>, kind: DeadlineKind) -> bool {
    let mut clocks = attempt.facts.deadlines.iter();
    clocks.any(|d| d.kind == kind && d.is_running())
}
