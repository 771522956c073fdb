//! Freezing, effect and performance of an agreement.

use crate::{
    deadline,
    facts::{AgreementFact, Facts, Stage, Status},
    fold::ObligationState,
    ids::EntryId,
    rule::guard::{Scene, obligation_state, promises},
};

/// A frozen draft takes the place of an earlier one, with which its signatures stay (M03).
pub(super) fn freeze(scene: &Scene<'_>, facts: &mut Facts, draft: EntryId) {
    let Some(view) = scene.docket.view.drafts.get(&draft) else {
        return;
    };
    set_aside(scene, facts);
    facts.agreement = Some(AgreementFact {
        draft,
        form: view.value.head.form,
        content_hash: view.value.content_hash.clone(),
        number: None,
        effective_at: None,
        seal_no: None,
        void_at: None,
    });
    facts.stage = Stage::AgreementPending;
}

/// Puts the present agreement among the earlier ones; one that never took effect is void from now on.
pub(super) fn set_aside(scene: &Scene<'_>, facts: &mut Facts) {
    if let Some(mut earlier) = facts.agreement.take() {
        earlier.void_at.get_or_insert(scene.docket.now);
        facts.earlier_agreements.push(earlier);
    }
}

/// Gives the agreement its number and its effect.
pub(super) fn effect(scene: &Scene<'_>, facts: &mut Facts, seal_no: Option<String>) {
    let year = facts.case_no.as_str().get(7..11).unwrap_or_default();
    let nth = match facts.earlier_agreements.len() {
        0 => String::new(),
        earlier => format!("-{}", earlier + 1),
    };
    let number = format!("（{year}）人调字第{}{nth}号", facts.case_no);
    if let Some(agreement) = &mut facts.agreement {
        agreement.number = Some(number);
        agreement.effective_at = Some(scene.docket.now);
        agreement.seal_no = seal_no;
    }
    facts.stage = Stage::AgreementEffective;
}

/// All obligations done means that only visits remain; otherwise performance goes on.
pub(super) fn performed(scene: &Scene<'_>, facts: &mut Facts) {
    if facts.stage.status() > Status::FollowUp {
        return;
    }
    let view = scene.docket.view;
    let agreement = facts.agreement.as_ref();
    let Some(draft) = agreement.and_then(|a| view.drafts.get(&a.draft)) else {
        return;
    };
    let performed = |clause| obligation_state(view, facts, clause) == ObligationState::Performed;
    let all = promises(&draft.value.clauses).all(performed);
    facts.stage = if all {
        Stage::FollowUp
    } else {
        Stage::Performing
    };
    if all {
        deadline::start_visits(facts, scene.docket.policy, scene.docket.now);
    }
}
