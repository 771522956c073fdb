//! E18 生效: all signatures and the seal, or an oral agreement of all (LW09, LW11, D05).

use super::prelude::*;
use crate::{
    deadline::{at_hour, day_of, trust::occurred},
    facts::Decision,
    ids::EntryId,
    limit, obligation,
    record::{AgreementForm, Ask, Signature, Signer},
    rule::{
        guard::{
            agreement::{self, form},
            consent, speakers, standing,
        },
        happened,
    },
    signed_text::MovedPart,
};
use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use std::collections::BTreeSet;

/// The agreement takes effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeEffect {
    /// The frozen draft.
    pub draft: EntryId,
    /// The number of the seal, for a written agreement, if whoever asks holds the seal.
    pub seal_no: Option<String>,
    /// The day on which it was sealed, or agreed by word of mouth; if nothing is said, that of the
    /// request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_on: Option<Date>,
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
    const GUARDS: Guards<Self> = &[
        guard::not_held(),
        consent::none_refused(),
        Guard::new("生效的是现行定稿", of_the_frozen_draft),
        speakers::in_order(),
        Guard::new("条款约定的当事人都已登记", binds_who_is_there),
        Guard::new(
            "调解员与各方当事人（或其监护人、代理人、代表人）已签名",
            all_signed,
        ),
        Guard::new(
            "口头协议只用于当场履行、非复杂、非医疗、无人要求书面的纠纷",
            |act, attempt| agreement::may_be_oral(attempt, day_of(effective_at(act, attempt))),
        ),
        Guard::instructive("纸质签名的影像已上传，或者已免传", pictures_are_here),
        Guard::new("书面协议由持印人用印并填写编号", is_stamped),
        Guard::new("生效日期不早于最后签名，不晚于今日", is_dated),
        agreement::no_block(),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let (number, dated) = (number(facts), effective_at(self, attempt));
        if let Some(agreement) = &mut facts.round.agreement {
            agreement.number = Some(number);
            agreement.effective_at = Some(dated);
            agreement.seal_no.clone_from(&self.seal_no);
        }
        facts.stage = Stage::AgreementEffective;
    }

    /// An oral agreement needs no seal; a written one is sealed at the scene where the organisation
    /// lets its mediators carry the seal (D05). While pictures of signatures are on their way, the
    /// office sees to it: they go up after what was written, so that the lead would have to ask
    /// twice.
    fn is_granted(&self, attempt: &Attempt<'_>) -> bool {
        let has_a_seal = form(attempt) == Some(AgreementForm::Oral) || holds_the_seal(attempt);
        has_a_seal && !any_picture_awaited(attempt)
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

fn of_the_frozen_draft(act: &TakeEffect, attempt: &Attempt<'_>) -> Holds {
    let frozen = attempt.facts.round.agreement.as_ref();
    need(
        frozen.is_some_and(|a| a.draft == act.draft),
        "not_the_frozen_draft",
        "申请生效的不是现行定稿，请刷新后重新申请。",
    )?;
    let draft = agreement::draft(attempt, act.draft)?;
    let moved = frozen.and_then(|agreement| draft.moved_since(&agreement.content_hash));
    let Some(part) = moved else { return Ok(()) };
    let zh = match part {
        MovedPart::Clauses => "协议条款在定稿后又有改动，原签名仅对原稿有效，请另起一稿。",
        MovedPart::Rest => {
            "当事人、协议形式或者纠纷事实在定稿后又有改动，原签名仅对原稿有效：请核对后更正，\
             或者另起一稿重新签名。"
        }
    };
    Err(Reason::new("draft_changed", zh))
}

/// The mediator and all parties signed this text, and whomever else it binds; of an oral agreement
/// the mediator's record has what each of them said to it (arts. 29, 30).
fn all_signed(_: &TakeEffect, attempt: &Attempt<'_>) -> Holds {
    let Some((code, zh)) = missing_signature(attempt) else {
        return Ok(());
    };
    let all = attempt.context.view.signatures.values();
    let mut bound = all.filter(|entry| agreement::binds(attempt, &entry.value));
    bound.try_for_each(|entry| agreement::is_wanted(attempt, entry.value.medium))?;
    Err(Reason::new(code, zh))
}

fn missing_signature(attempt: &Attempt<'_>) -> Option<(&'static str, &'static str)> {
    if !has_signed(attempt, Signer::Mediator) {
        return Some((
            "mediator_signature_missing",
            "调解员尚未签名，请签名后再申请生效。",
        ));
    }
    let signed = |id| has_signed(attempt, Signer::Party(id));
    let mut bound = obligation::bound(attempt.context.view, attempt.facts);
    if standing::all_say(attempt, signed)
        && bound.all(|id| standing::is_said_by(attempt, id, signed))
    {
        return None;
    }
    Some(match form(attempt) {
        Some(AgreementForm::Oral) => (
            "assent_missing",
            "尚有当事人未对口头协议的内容表示同意，请逐一确认并记录后再申请生效。",
        ),
        _ => (
            "party_signature_missing",
            "尚有当事人未在现行定稿上签名或捺印，请补签后再申请生效。",
        ),
    })
}

/// Nobody is bound who takes no part any more (art. 29: an agreement is the parties').
fn binds_who_is_there(_: &TakeEffect, attempt: &Attempt<'_>) -> Holds {
    let facts = attempt.facts;
    let present: BTreeSet<EntryId> = consent::present(attempt).collect();
    let mut bound = obligation::bound(attempt.context.view, facts);
    need(
        bound.all(|id| present.contains(&facts.person(id))),
        "bound_party_missing",
        "协议条款约定的当事人未登记或者已撤销登记，请更正后另起一稿，由其签名后再申请生效。",
    )
}

fn has_signed(attempt: &Attempt<'_>, signer: Signer) -> bool {
    let facts = attempt.facts;
    let person = |signer| match signer {
        Signer::Party(entry) => Signer::Party(facts.person(entry)),
        other => other,
    };
    signatures(attempt).any(|(_, signature)| person(signature.signer) == signer)
}

/// The signatures that count, each with when it was put, as far as its clock is believed.
fn signatures<'a>(attempt: &Attempt<'a>) -> impl Iterator<Item = (Timestamp, &'a Signature)> {
    let facts = attempt.facts;
    let all = attempt.context.view.signatures.iter();
    let begun_at = agreed_at_the_earliest(attempt);
    all.filter_map(move |(id, entry)| {
        let (signature, ruling) = (&entry.value, facts.rulings.get(id));
        let counts = ruling.is_none_or(|r| r.decision == Decision::Accepted)
            && !facts.spent.contains(id)
            && agreement::binds(attempt, signature)
            && agreement::is_lawful(attempt, signature.medium)
            && agreement::is_wanted(attempt, signature.medium).is_ok()
            && agreement::is_by_hand(attempt, signature)
            && agreement::is_pictured(attempt, signature).is_ok();
        let heard_at = ruling.map_or(attempt.context.now, |ruling| ruling.at);
        let (signed_at, _) = occurred(signature.into(), heard_at, attempt.context.policy);
        counts.then_some((signed_at.max(begun_at).min(heard_at), signature))
    })
}

/// Whoever decides has the pictures of what was signed on paper before him, or a desk waived them
/// by name (E27c).
fn pictures_are_here(_: &TakeEffect, attempt: &Attempt<'_>) -> Holds {
    let decides = attempt.motion.by.role == JudicialOffice;
    need(
        !decides || !any_picture_awaited(attempt),
        "scan_not_here",
        "纸质签名的影像尚未上传，请待上传完成后再准予生效；确实无法上传的，先办理免传。",
    )
}

fn any_picture_awaited(attempt: &Attempt<'_>) -> bool {
    signatures(attempt).any(|(_, signature)| agreement::is_picture_awaited(attempt, signature))
}

/// Nobody signs what is not written yet: no signature is older than the freeze of its draft, nor
/// than the round. Of a case that was begun on a phone the server knows no beginning of its own.
fn agreed_at_the_earliest(attempt: &Attempt<'_>) -> Timestamp {
    let (facts, view) = (attempt.facts, attempt.context.view);
    let draft = facts.round.agreement.as_ref().map(|of| of.draft);
    let is_freeze = |ask: &Ask| matches!(ask, Ask::Freeze(of) if Some(of.draft) == draft);
    let frozen = view.requests.iter().filter_map(|(id, entry)| {
        let ruling = facts.rulings.get(id)?;
        let counts = ruling.decision == Decision::Accepted && is_freeze(&entry.value.ask);
        let claim = (&entry.value).into();
        counts.then(|| occurred(claim, ruling.at, attempt.context.policy).0)
    });
    let by_phone = facts.past.is_empty() && view.meta.created_by_device.is_some();
    let begun = (!by_phone).then(|| facts.round_began_at());
    let earliest = frozen.min().into_iter().chain(begun).max();
    earliest.unwrap_or(Timestamp::MIN)
}

/// Nothing takes effect before it was signed, nor in the future (arts. 29, 30).
fn is_dated(act: &TakeEffect, attempt: &Attempt<'_>) -> Holds {
    let days = day_of(last_signed_at(attempt))..=day_of(attempt.context.now);
    need(
        act.effective_on.is_none_or(|day| days.contains(&day)),
        "effect_date_unfounded",
        "生效日期应在最后一人签名（口头协议为表示同意）之日至今日之间，请核对后重新填写。",
    )
}

/// When it took effect: on the day that is said, or when this was asked for, as far as the clock of
/// that phone is believed; never before the last signature.
fn effective_at(act: &TakeEffect, attempt: &Attempt<'_>) -> Timestamp {
    let (now, asked_at) = (attempt.context.now, happened(attempt).0);
    let said = act.effective_on.map(|day| match day {
        today if today == day_of(now) => now,
        day if day == day_of(asked_at) => asked_at,
        day => at_hour(day, Time::midnight()),
    });
    said.unwrap_or(asked_at)
        .max(last_signed_at(attempt))
        .min(now)
}

/// The earliest time at which it was signed by all, as far as is known.
fn last_signed_at(attempt: &Attempt<'_>) -> Timestamp {
    let last = signatures(attempt).map(|(at, _)| at).max();
    last.unwrap_or(attempt.context.now)
}

/// A written agreement bears the committee's stamp (art. 29), whose number is recorded by who holds
/// the seal (D05): whoever does not asks for effect without one.
fn is_stamped(act: &TakeEffect, attempt: &Attempt<'_>) -> Holds {
    let has_number = act
        .seal_no
        .as_ref()
        .is_some_and(|no| !limit::form::is_blank(no));
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
