//! Guards of the agreement: frozen, signed by all on one hash, sealed, or oral where that is allowed.

use super::{Scene, need, present};
use crate::{
    capital::capital,
    catalogue::{Catalogue, Esign},
    facts::{Decision, Difficulty},
    ids::EntryId,
    record::{AgreementForm, Ask, PromiseKind, Signature, SignatureMedium, Signer, Terms},
    rule::{Act, Refusal},
    view::{ConflictKind, DraftView, Severity},
};

/// No disagreement of grade block is open (docs/domain/merges.md#severity).
pub(crate) fn no_block(scene: &Scene<'_>) -> Result<(), Refusal> {
    need(
        !scene
            .facts
            .open_conflicts()
            .any(|c| c.severity == Severity::Block),
        "open_block",
        "案件文书中有须先裁定的分歧，请待督导员或分流员裁定后再办理。",
    )
}

/// No disagreement of grade block is open but the one about closing, which a ruling on closing settles (M01).
pub(crate) fn no_other_block(scene: &Scene<'_>) -> Result<(), Refusal> {
    let mut open = scene.facts.open_conflicts();
    let other = open.any(|c| c.severity == Severity::Block && c.kind != ConflictKind::Closings);
    need(
        !other,
        "open_block",
        "案件文书中有须先裁定的分歧，请裁定后再结案。",
    )
}

/// The draft is frozen, and nobody changed it since.
pub(crate) fn draft_frozen(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Some(Ask::Freeze { draft }) = scene.ask() else {
        return Ok(());
    };
    let draft = find(scene, *draft)?;
    need(
        !draft.clauses.is_empty(),
        "draft_empty",
        "协议没有条款，请补充后再定稿。",
    )?;
    need(
        draft.is_as_frozen(),
        "draft_changed",
        "协议在定稿后又有改动，请另起一稿重新定稿。",
    )
}

/// Every amount reads the same in figures and in capitals, and instalments add up.
pub(crate) fn words_agree_with_figures(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Some(Ask::Freeze { draft }) = scene.ask() else {
        return Ok(());
    };
    let draft = find(scene, *draft)?;
    let disputed = draft
        .clauses
        .iter()
        .any(|(_, clause)| clause.terms.is_disputed());
    need(
        !disputed,
        "rival_terms",
        "条款约定存在两种版本，请选定一种写入后再定稿。",
    )?;
    let mut terms = draft
        .clauses
        .iter()
        .filter_map(|(_, clause)| clause.terms.get()?.as_ref());
    need(
        terms.all(amounts_agree),
        "amounts_differ",
        "协议金额的大小写或分期合计不一致，请核对后另起一稿。",
    )
}

fn amounts_agree(terms: &Terms) -> bool {
    if terms.kind != PromiseKind::Pay {
        return true;
    }
    let parts = terms
        .schedule
        .iter()
        .try_fold(0_u64, |sum, part| sum.checked_add(part.amount.0));
    terms.amount_words == capital(terms.amount)
        && (terms.schedule.is_empty() || parts == Some(terms.amount.0))
}

/// The signature is on the draft that is frozen now, and on its hash (M03).
pub(crate) fn signs_the_frozen_draft(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Act::Sign(signature) = &scene.motion.act else {
        return Ok(());
    };
    need(
        binds(scene, signature),
        "signed_another_text",
        "签名对应的不是现行定稿，请在现行定稿上重新签名。",
    )
}

/// Whether a signature names the draft in force, its hash, and the heads at which somebody froze it with that hash.
fn binds(scene: &Scene<'_>, signature: &Signature) -> bool {
    let draft = scene.docket.view.drafts.get(&signature.draft);
    scene.facts.agreement.as_ref().is_some_and(|agreement| {
        agreement.draft == signature.draft
            && agreement.content_hash == signature.hash
            && draft.is_some_and(|d| d.value.was_frozen_as(&signature.hash, &signature.heads))
    })
}

/// The medium is one that the law allows for this situation (E-Signature Law art. 3).
pub(crate) fn medium_allowed(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Act::Sign(signature) = &scene.motion.act else {
        return Ok(());
    };
    need(
        is_lawful(scene, signature.medium),
        "esign_excluded",
        "本类纠纷依法不适用电子签名，请当事人在纸质协议上签名或捺印后拍照上传。",
    )
}

fn is_lawful(scene: &Scene<'_>, medium: SignatureMedium) -> bool {
    let electronic = matches!(
        medium,
        SignatureMedium::ESignature | SignatureMedium::Screen
    );
    let situation = Catalogue::current().lookup(&scene.facts.situation);
    !(electronic && situation.is_some_and(|s| s.esign == Esign::No))
}

/// What takes effect is the draft that is frozen now.
pub(crate) fn effect_of_the_frozen_draft(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Some(Ask::Effect { draft, .. }) = scene.ask() else {
        return Ok(());
    };
    let same = scene
        .facts
        .agreement
        .as_ref()
        .is_some_and(|a| a.draft == *draft);
    need(
        same,
        "not_the_frozen_draft",
        "申请生效的不是现行定稿，请刷新后重新申请。",
    )?;
    let changed = find(scene, *draft)?;
    let hash = scene.facts.agreement.as_ref().map(|a| &a.content_hash);
    need(
        hash == Some(&changed.content_hash),
        "draft_changed",
        "协议在定稿后又有改动，原签名仅对原稿有效，请另起一稿。",
    )
}

/// An oral agreement needs no seal; a written one is sealed at the scene where the organisation lets its mediators carry the seal
/// (D05).
pub(crate) fn seal_is_at_the_scene(scene: &Scene<'_>) -> bool {
    let oral = scene
        .facts
        .agreement
        .as_ref()
        .is_some_and(|a| a.form == AgreementForm::Oral);
    let org = scene.facts.org(scene.motion.by.org);
    oral || org.is_some_and(|org| org.carries_seal)
}

/// All parties and the mediator signed this text; an oral agreement needs the mediator's record only (arts. 29, 30).
pub(crate) fn all_signed(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Some(agreement) = &scene.facts.agreement else {
        return Ok(());
    };
    let view = scene.docket.view;
    let person = |signer| match signer {
        Signer::Party(entry) => Signer::Party(scene.facts.person(entry)),
        other => other,
    };
    let valid = |signer: Signer| {
        let counted = |id: &EntryId| {
            let ruling = scene.facts.rulings.get(id);
            ruling.is_none_or(|r| r.decision == Decision::Accepted)
                && !scene.facts.spent.contains(id)
        };
        let mut signatures = view.signatures.iter().filter(|(id, _)| counted(id));
        signatures.any(|(_, s)| {
            let s = &s.value;
            person(s.signer) == signer && binds(scene, s) && is_lawful(scene, s.medium)
        })
    };
    need(
        valid(Signer::Mediator),
        "mediator_signature_missing",
        "调解员尚未签名，请签名后再申请生效。",
    )?;
    let missing = present(scene).any(|id| !valid(Signer::Party(id)));
    need(
        agreement.form == AgreementForm::Oral || !missing,
        "party_signature_missing",
        "尚有当事人未在现行定稿上签名或捺印，请补签后再申请生效。",
    )
}

/// An oral agreement is for what is neither complex nor left for later (LW10).
pub(crate) fn oral_allowed(scene: &Scene<'_>) -> Result<(), Refusal> {
    let oral = scene
        .facts
        .agreement
        .as_ref()
        .is_some_and(|a| a.form == AgreementForm::Oral);
    need(
        !oral || scene.facts.difficulty != Difficulty::Complex,
        "written_required",
        "重大复杂纠纷应当制作书面调解协议。",
    )
}

/// A written agreement bears the committee's seal (art. 29).
pub(crate) fn sealed(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Some(Ask::Effect { seal_no, .. }) = scene.ask() else {
        return Ok(());
    };
    let written = scene
        .facts
        .agreement
        .as_ref()
        .is_some_and(|a| a.form == AgreementForm::Written);
    let has_seal = seal_no.as_ref().is_some_and(|no| !no.trim().is_empty());
    need(
        !written || has_seal,
        "seal_missing",
        "书面协议须加盖调解委员会印章，请填写用印编号。",
    )
}

fn find<'a>(scene: &Scene<'a>, draft: EntryId) -> Result<&'a DraftView, Refusal> {
    let entry = scene.docket.view.drafts.get(&draft);
    entry
        .map(|e| &e.value)
        .ok_or_else(|| Refusal::new("unknown_draft", "找不到该协议文稿，请刷新后重试。"))
}
