//! E27 结案: by whom D04 says, when nothing contradicts and the phones of the case were heard
//! (R126).

use super::{ending, prelude::*};
use crate::{
    deadline::{self, plus},
    facts::{Difficulty, Level, Resolution, SettledBy},
    record::CloseKind,
    rule::guard::agreement,
    view::ConflictKind,
};
use jiff::ToSpan;

/// The case is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Close {
    /// The asked outcome, or one of the disputed ones.
    pub outcome: CloseKind,
}

impl Transition for Close {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Close,
        from: In(&[PendingClose, CloseDisputed]),
        to: OneOf(&[Closed]),
        who: &[Rule, By(Dispatcher), By(JudicialOffice), By(Supervisor)],
        asks: &[],
        clocks: &[Meet(DeadlineKind::Feedback), Meet(DeadlineKind::Legal)],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        guard::violence::reported(),
        guard::not_held(),
        Guard::new("审核级别相符", rank_may_close),
        Guard::new("不审核本人主办的案件", |_, attempt| {
            let lead = attempt.facts.answering().map(|a| a.user);
            need(
                lead != Some(attempt.motion.by.user),
                "own_case",
                "不能审核本人主办的案件，请由他人审核结案。",
            )
        }),
        Guard::new("结案方式为申请的方式之一", |act, attempt| {
            need(
                asked(attempt.facts).contains(&act.outcome),
                "outcome_not_asked",
                "结案方式应为主办人申请的方式之一，请核对。",
            )
        }),
        Guard::new("没有申请人未见的新情况", nothing_unseen),
        agreement::no_other_block(),
        Guard::new("协议已生效（以履行结案的）", |act, attempt| {
            guard::agreement_in_force(act.outcome, attempt)
        }),
        Guard::instructive("协议已履行（以履行结案的）", |act, attempt| {
            guard::obligations_done(act.outcome, attempt)
        }),
        Guard::instructive("证据文件齐全或已免传", files_are_there),
        Guard::new("承办人的手机已同步，或已过等待期", devices_heard),
    ];

    /// Disagreements about the closing are settled by it.
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let feedback = match &facts.stage {
            Stage::PendingClose { feedback, .. } => feedback.clone(),
            _ => String::from("案件已由督导员裁定结案。"),
        };
        let (by, at) = (attempt.motion.by, attempt.context.now);
        let conflicts = facts.conflicts.values_mut();
        for known in conflicts.filter(|c| c.conflict.kind == ConflictKind::Closings) {
            known.settled.get_or_insert(Resolution {
                at,
                by: SettledBy::Closing { by },
            });
        }
        ending::end(attempt, facts, self.outcome, &feedback);
        if ends_the_dispute(self.outcome) {
            deadline::start_visits(facts, attempt.context.policy, at);
        }
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        let outcome = asked(facts).first().copied();
        vec![Self {
            outcome: outcome.unwrap_or(CloseKind::Invalid),
        }]
    }
}

/// The outcomes that were asked for.
fn asked(facts: &Facts) -> Vec<CloseKind> {
    match &facts.stage {
        Stage::PendingClose { outcome, .. } => vec![*outcome],
        Stage::CloseDisputed { outcomes, .. } => outcomes.values().copied().collect(),
        _ => Vec::new(),
    }
}

/// Whether visits follow.
fn ends_the_dispute(outcome: CloseKind) -> bool {
    matches!(
        outcome,
        CloseKind::OnSceneSettled
            | CloseKind::AgreementPerformed
            | CloseKind::OralAgreementPerformed
            | CloseKind::Reconciled
    )
}

/// Whoever closes has the rank for it (D04).
fn rank_may_close(_: &Close, attempt: &Attempt<'_>) -> Holds {
    let facts = attempt.facts;
    let complex = facts.difficulty == Difficulty::Complex
        || facts.colour.level == Level::Red
        || facts.round.joint;
    let disputed = matches!(facts.stage, Stage::CloseDisputed { .. });
    let may = match attempt.motion.by.role {
        System => facts.difficulty == Difficulty::Simple && !complex && !disputed,
        _ => (!complex && !disputed) || guard::is_of_county(attempt),
    };
    need(may, "rank_too_low", "本案应由县级督导员审核结案。")
}

/// Nothing came in between that the one who asked to close had not seen; else the closing needs a
/// ruling first (E28).
fn nothing_unseen(_: &Close, attempt: &Attempt<'_>) -> Holds {
    let Stage::PendingClose { request, .. } = attempt.facts.stage else {
        return Ok(());
    };
    need(
        attempt.context.unseen_by(request, attempt.facts).is_empty(),
        "closing_overtaken",
        "主办人申请结案时尚未看到新的证据、走访、拒绝、险情或重复报警，须先由督导员裁定，请刷新后查看。",
    )
}

/// Every piece of evidence has its file, or somebody waived it by name (M17).
fn files_are_there(_: &Close, attempt: &Attempt<'_>) -> Holds {
    let mut missing = attempt.facts.missing_files.iter();
    need(
        missing.all(|id| attempt.facts.waived_files.contains_key(id)),
        "files_missing",
        "仍有证据文件待上传，请等待上传完成，或由督导员说明理由后免传。",
    )
}

/// Every phone of the case that was in touch lately has exchanged since closing was asked for, or
/// enough time went by.
fn devices_heard(_: &Close, attempt: &Attempt<'_>) -> Holds {
    let (Stage::PendingClose { since, .. } | Stage::CloseDisputed { since, .. }) =
        &attempt.facts.stage
    else {
        return Ok(());
    };
    let (policy, now) = (attempt.context.policy, attempt.context.now);
    let waited = now >= plus(*since, i64::from(policy.close_wait_hours).hours());
    let lately = plus(now, -i64::from(policy.quiet_hours).hours());
    let mut devices = attempt.context.devices.iter();
    let silent = devices.any(|d| d.exchanged_at >= lately && d.exchanged_at < *since);
    need(
        waited || !silent,
        "device_not_heard",
        "仍有承办人的手机尚未同步，请待其同步后或四十八小时后再结案。",
    )
}
