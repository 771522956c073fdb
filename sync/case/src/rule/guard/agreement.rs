//! Conditions of the agreement: no block is open, and a signature binds to one frozen text.

use super::{Guard, Holds, consent, known_here, need};
use crate::{
    catalogue::{Catalogue, Esign},
    deadline, difficulty,
    facts::{DeadlineKind, Difficulty},
    ids::EntryId,
    reason::Reason,
    record::{AgreementForm, ConsentSubject, Signature, SignatureMedium, Signer},
    rule::Attempt,
    view::{ConflictKind, DraftView, Severity},
};
use jiff::civil::Date;

/// No disagreement of grade block is open (docs/domain/merges.md#severity).
pub(crate) const fn no_block<A>() -> Guard<A> {
    Guard::instructive("没有须先裁定的分歧", |_, attempt| {
        let mut open = attempt.facts.open_conflicts();
        need(
            !open.any(|c| c.severity == Severity::Block),
            "open_block",
            "案件文书中有须先裁定的分歧，请待督导员或分流员裁定后再办理。",
        )
    })
}

/// No disagreement of grade block is open but the one about closing, which a ruling on closing
/// settles (M01).
pub(crate) const fn no_other_block<A>() -> Guard<A> {
    Guard::instructive(
        "除结案方式外没有须先裁定的分歧",
        |_, attempt| {
            let mut open = attempt.facts.open_conflicts();
            let blocks =
                open.any(|c| c.severity == Severity::Block && c.kind != ConflictKind::Closings);
            need(
                !blocks,
                "open_block",
                "案件文书中有须先裁定的分歧，请裁定后再结案。",
            )
        },
    )
}

/// The draft, as the document has it.
///
/// # Errors
/// There is none.
pub(crate) fn draft<'a>(attempt: &Attempt<'a>, draft: EntryId) -> Result<&'a DraftView, Reason> {
    known_here(attempt)?;
    let entry = attempt.context.view.drafts.get(&draft);
    entry
        .map(|e| &e.value)
        .ok_or_else(|| Reason::new("unknown_draft", "找不到该协议文稿，请刷新后重试。"))
}

/// Whether a signature names the draft in force, its hash, and the heads at which somebody froze it
/// with that hash.
pub(crate) fn binds(attempt: &Attempt<'_>, signature: &Signature) -> bool {
    let draft = attempt.context.view.drafts.get(&signature.draft);
    attempt
        .facts
        .round
        .agreement
        .as_ref()
        .is_some_and(|agreement| {
            agreement.draft == signature.draft
                && agreement.content_hash == signature.hash
                && draft.is_some_and(|d| d.value.was_frozen_as(&signature.hash, &signature.heads))
        })
}

/// Whether the law lets a signature of this medium stand for this situation (E-Signature Law art.
/// 3).
pub(crate) fn is_lawful(attempt: &Attempt<'_>, medium: SignatureMedium) -> bool {
    let situation = Catalogue::current().lookup(&attempt.facts.situation);
    !(is_electronic(medium) && situation.is_some_and(|s| s.esign == Esign::No))
}

/// Nobody takes an electronic signature for one who did not agree to it (E-Signature Law art. 3).
///
/// # Errors
/// A party refused electronic signatures, and this is one.
pub(crate) fn is_wanted(attempt: &Attempt<'_>, medium: SignatureMedium) -> Holds {
    need(
        !is_electronic(medium) || !consent::anybody_refuses(attempt, ConsentSubject::Esign),
        "esign_refused",
        "有当事人不同意电子签名，电子签名不计：请在纸质协议上签名或捺印后拍照上传；\
         其又同意电子签名的，请先记录。",
    )
}

fn is_electronic(medium: SignatureMedium) -> bool {
    matches!(
        medium,
        SignatureMedium::ESignature | SignatureMedium::Screen
    )
}

/// Whether somebody has put a hand to it who has to: what a party only said stands for a signature
/// in an oral agreement alone (Mediation Law arts. 29, 30).
pub(crate) fn is_by_hand(attempt: &Attempt<'_>, signature: &Signature) -> bool {
    let by_party = matches!(signature.signer, Signer::Party(_));
    signature.medium != SignatureMedium::Spoken
        || (by_party && form(attempt) == Some(AgreementForm::Oral))
}

/// A signature on paper names the picture of it among the evidence, and nobody took that back.
///
/// # Errors
/// It is one, and there is none.
pub(crate) fn is_pictured(attempt: &Attempt<'_>, signature: &Signature) -> Holds {
    let evidence = &attempt.context.view.evidence;
    let picture = signature.scan.and_then(|id| evidence.get(&id));
    need(
        !signature.medium.is_on_paper()
            || picture.is_some_and(|entry| entry.value.withdrawn.is_none()),
        "scan_missing",
        "纸质签名、捺印须拍照登记为证据并在签名中注明：请拍照登记后重新登记该签名。",
    )
}

/// Whether the picture of a signature on paper is still on a phone, and nobody waived it (E27c).
pub(crate) fn is_picture_awaited(attempt: &Attempt<'_>, signature: &Signature) -> bool {
    let facts = attempt.facts;
    let awaited =
        |id: EntryId| facts.missing_files.contains(&id) && !facts.waived_files.contains_key(&id);
    signature.medium.is_on_paper() && signature.scan.is_some_and(awaited)
}

/// The form of the agreement that was frozen.
pub(crate) fn form(attempt: &Attempt<'_>) -> Option<AgreementForm> {
    attempt.facts.round.agreement.as_ref().map(|a| a.form)
}

/// An agreement by word of mouth is one that need not be written (LW10, LW16).
///
/// # Errors
/// It is one, and must be written.
pub(crate) fn may_be_oral(attempt: &Attempt<'_>, agreed_on: Date) -> Holds {
    match must_be_written(attempt, agreed_on) {
        Some(why) if form(attempt) == Some(AgreementForm::Oral) => {
            let zh = format!("{why}，应当制作书面调解协议，请另起书面文稿。");
            Err(Reason::new("written_required", zh))
        }
        _ => Ok(()),
    }
}

/// Why the agreement must be written, if it must.
pub(crate) fn must_be_written(attempt: &Attempt<'_>, agreed_on: Date) -> Option<&'static str> {
    let (context, facts) = (attempt.context, attempt.facts);
    // By what is written today: the exchange that asks for it may be the one that says how many.
    let difficulty = difficulty::at_least(context.view, facts, context.policy);
    if difficulty == Difficulty::Complex {
        Some("重大复杂纠纷")
    } else if context.policy.is_medical(facts) {
        Some("医疗纠纷")
    } else if consent::anybody_refuses(attempt, ConsentSubject::OralForm) {
        Some("有当事人要求书面协议")
    } else if is_left_for_later(attempt, agreed_on) {
        Some("协议不能当场履行")
    } else {
        None
    }
}

/// Something that was promised is due on a later day than that of the agreement. What names no day
/// is due at once; a later one that only the words of a clause name, nobody but its reader sees.
fn is_left_for_later(attempt: &Attempt<'_>, agreed_on: Date) -> bool {
    let agreement = attempt.facts.round.agreement.as_ref();
    let draft = agreement.and_then(|a| attempt.context.view.drafts.get(&a.draft));
    let clauses = draft.into_iter().flat_map(|draft| &draft.value.clauses);
    let mut terms = clauses.filter_map(|(_, clause)| clause.terms.get()?.as_ref());
    terms.any(|terms| terms.schedule.iter().any(|part| part.due > agreed_on))
}

/// The days since the agreement in force took effect, in which its parties may apply for judicial
/// confirmation, are not over (Mediation Law art. 33).
pub(crate) const fn may_still_be_confirmed<A>() -> Guard<A> {
    Guard::new("自协议生效未过三十日", |_, attempt| {
        let (facts, context) = (attempt.facts, attempt.context);
        let agreement = facts.round.agreement.as_ref();
        let since = agreement.and_then(|a| a.effective_at.filter(|_| a.void_at.is_none()));
        let ends = |since| deadline::due(DeadlineKind::Confirmation, facts, context.policy, since);
        need(
            since.is_some_and(|since| context.now < ends(since).0),
            "confirmation_too_late",
            "协议生效已超过三十日，不能再申请司法确认；一方不履行协议的，可向人民法院起诉。",
        )
    })
}
