//! E18 生效: all signatures and the seal, or an oral agreement of all (LW09, LW11, D05).

use super::prelude::*;
use crate::{
    facts::Decision,
    ids::EntryId,
    record::{AgreementForm, Signer},
    rule::guard::{
        agreement::{self, form},
        consent, standing,
    },
};

/// The agreement takes effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeEffect {
    /// The frozen draft.
    pub draft: EntryId,
    /// The number of the seal, for a written agreement, if whoever asks holds the seal.
    pub seal_no: Option<String>,
}

impl Transition for TakeEffect {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Effect,
        from: In(&[AgreementPending]),
        to: OneOf(&[AgreementEffective]),
        who: &[By(JudicialOffice)],
        asks: &[Lead],
        clocks: &[Begin(DeadlineKind::Confirmation)],
        offline: Offline::Request,
    };
    const GUARDS: &'static [Guard<Self>] = &[
        guard::not_held(),
        consent::none_refused(),
        Guard::new("生效的是现行定稿", of_the_frozen_draft),
        standing::in_order(),
        Guard::new(
            "调解员与各方当事人（或其监护人、代理人、代表人）已签名",
            all_signed,
        ),
        agreement::may_be_oral(),
        Guard::new("书面协议由持印人用印并填写编号", is_stamped),
        agreement::no_block(),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let number = number(facts);
        if let Some(agreement) = &mut facts.round.agreement {
            agreement.number = Some(number);
            agreement.effective_at = Some(attempt.context.now);
            agreement.seal_no.clone_from(&self.seal_no);
        }
        facts.stage = Stage::AgreementEffective;
    }

    /// An oral agreement needs no seal; a written one is sealed at the scene where the organisation
    /// lets its mediators carry the seal (D05).
    fn is_granted(&self, attempt: &Attempt<'_>) -> bool {
        form(attempt) == Some(AgreementForm::Oral) || holds_the_seal(attempt)
    }
}

fn number(facts: &Facts) -> String {
    let year = facts.case_no.as_str().get(7..11).unwrap_or_default();
    let nth = match facts.agreements().count() {
        0 | 1 => String::new(),
        nth => format!("-{nth}"),
    };
    format!("（{year}）人调字第{}{nth}号", facts.case_no)
}

fn of_the_frozen_draft(act: &TakeEffect, attempt: &Attempt<'_>) -> Result<(), Reason> {
    let frozen = attempt.facts.round.agreement.as_ref();
    need(
        frozen.is_some_and(|a| a.draft == act.draft),
        "not_the_frozen_draft",
        "申请生效的不是现行定稿，请刷新后重新申请。",
    )?;
    let draft = agreement::draft(attempt, act.draft)?;
    need(
        frozen.map(|a| &a.content_hash) == Some(&draft.content_hash),
        "draft_changed",
        "协议在定稿后又有改动，原签名仅对原稿有效，请另起一稿。",
    )
}

/// The mediator and all parties signed this text; of an oral agreement the mediator's record has
/// what each of them said to it (arts. 29, 30).
fn all_signed(_: &TakeEffect, attempt: &Attempt<'_>) -> Result<(), Reason> {
    need(
        has_signed(attempt, Signer::Mediator),
        "mediator_signature_missing",
        "调解员尚未签名，请签名后再申请生效。",
    )?;
    let (code, zh) = match form(attempt) {
        Some(AgreementForm::Oral) => (
            "assent_missing",
            "尚有当事人未对口头协议的内容表示同意，请逐一确认并记录后再申请生效。",
        ),
        _ => (
            "party_signature_missing",
            "尚有当事人未在现行定稿上签名或捺印，请补签后再申请生效。",
        ),
    };
    need(
        standing::all_say(attempt, |id| has_signed(attempt, Signer::Party(id))),
        code,
        zh,
    )
}

fn has_signed(attempt: &Attempt<'_>, signer: Signer) -> bool {
    let facts = attempt.facts;
    let person = |signer| match signer {
        Signer::Party(entry) => Signer::Party(facts.person(entry)),
        other => other,
    };
    let counts = |id: &EntryId| {
        let ruling = facts.rulings.get(id);
        ruling.is_none_or(|r| r.decision == Decision::Accepted) && !facts.spent.contains(id)
    };
    let signatures = attempt.context.view.signatures.iter();
    let mut signatures = signatures
        .filter(|(id, _)| counts(id))
        .map(|(_, s)| &s.value);
    signatures.any(|s| {
        person(s.signer) == signer
            && agreement::binds(attempt, s)
            && agreement::is_lawful(attempt, s.medium)
            && agreement::is_by_hand(attempt, s)
    })
}

/// A written agreement bears the committee's stamp (art. 29), whose number is recorded by who holds
/// the seal (D05): whoever does not asks for effect without one.
fn is_stamped(act: &TakeEffect, attempt: &Attempt<'_>) -> Result<(), Reason> {
    let has_number = act.seal_no.as_ref().is_some_and(|no| !no.trim().is_empty());
    need(
        form(attempt) != Some(AgreementForm::Written) || !holds_the_seal(attempt) || has_number,
        "seal_missing",
        "书面协议须加盖调解委员会印章，请填写用印编号。",
    )
}

fn holds_the_seal(attempt: &Attempt<'_>) -> bool {
    let by = attempt.motion.by;
    let org = attempt.facts.org(by.org);
    by.role == JudicialOffice || org.is_some_and(|org| org.carries_seal)
}
