//! What parties are given in words: the notice to whoever did not keep an agreement 不履行告知书
//! (LW07, LW12), and to all of them where their case goes 移交告知书 (LW03, R114).
//!
//! It is made from the case and not typed, so that it says which promise, since when, and every way
//! that the law leaves open; the phone shows the same words that the server keeps.

use crate::{
    deadline::day_of,
    facts::{AgreementFact, ConfirmationResult, Deadline, DeadlineKind, Facts},
    ids::EntryId,
    obligation::first_unpaid,
    record::{Receiver, Terms},
    view::{CaseView, ClauseView},
};
use jiff::civil::Date;

/// No clause is quoted further.
const QUOTED: usize = 200;

/// The notice about a promise of the agreement in force, as it is given on a day; none where no
/// such promise is in force.
#[must_use]
pub fn breach_notice(view: &CaseView, facts: &Facts, clause: EntryId, on: Date) -> Option<String> {
    let agreement = facts.round.agreement.as_ref()?;
    let effective = day_of(
        agreement
            .effective_at
            .filter(|_| agreement.void_at.is_none())?,
    );
    let clauses = &view.drafts.get(&agreement.draft)?.value.clauses;
    let (_, promise) = clauses.iter().find(|(id, _)| *id == clause)?;
    let terms = promise.terms.get()?.as_ref()?;
    let until = first_unpaid(view, facts, clause).unwrap_or(effective);
    let number = agreement.number.as_deref().unwrap_or("口头协议");
    Some(format!(
        "不履行告知书\n\n{obligor}：\n\
         \u{3000}\u{3000}您与{obligee}于{effective}达成调解协议（编号：{number}），其中约定：“{promise}”。\
         该项应于{until}前履行，期限已过，您没有履行。\n\
         \u{3000}\u{3000}调解协议对双方具有法律约束力，请您立即履行。仍不履行的：\n\
         \u{3000}\u{3000}一、对方当事人可以就协议的履行向人民法院提起诉讼（人民调解法第三十二条）；\n\
         \u{3000}\u{3000}二、{confirmation}（人民调解法第三十三条）；\n\
         \u{3000}\u{3000}三、您也可以说明理由，申请继续调解，调解不收取任何费用。\n\n{committee}\n{on}",
        obligor = name(view, terms, |terms| terms.obligor),
        obligee = name(view, terms, |terms| terms.obligee),
        effective = day(effective),
        until = day(until),
        promise = quoted(promise),
        confirmation = confirmation(facts, agreement, on),
        committee = committee(facts),
        on = day(on),
    ))
}

/// The notice that the case goes to another body, which signed for it under a number, as it is
/// given on a day.
#[must_use]
pub fn transfer_notice(
    facts: &Facts,
    (to, receiver, receipt): (Receiver, &str, &str),
    on: Date,
) -> String {
    let why = match to {
        Receiver::Police => "属公安机关职责",
        Receiver::Department => "属主管部门职责",
        Receiver::LabourArbitration => "属劳动人事争议仲裁范围",
    };
    format!(
        "移交告知书\n\n各方当事人：\n\
         \u{3000}\u{3000}你们的纠纷（编号：{number}）{why}，现移交{receiver}办理（签收编号：{receipt}），\
         有关材料一并移交，由{receiver}负责答复。\n\
         \u{3000}\u{3000}对移交有异议的，可以向本单位提出；移交不影响你们依法申请仲裁、行政处理或者提起诉讼。\n\n\
         {committee}\n{on}",
        number = facts.case_no,
        receiver = receiver.trim(),
        receipt = receipt.trim(),
        committee = committee(facts),
        on = day(on),
    )
}

/// What the law of confirmation leaves open on this day.
///
/// Until when is read from the clock that runs, and not reckoned anew: a phone knows no holidays of
/// the county, and says what the server will keep.
fn confirmation(facts: &Facts, agreement: &AgreementFact, on: Date) -> String {
    let of_this = |c: &&crate::facts::Confirmation| c.draft == agreement.draft;
    let mut decided = facts.round.confirmations().filter(of_this);
    let is_confirmed = |c: &crate::facts::Confirmation| {
        matches!(c.decided, Some((ConfirmationResult::Confirmed, _)))
    };
    if decided.any(is_confirmed) {
        return "协议已经人民法院司法确认，对方当事人可以向人民法院申请强制执行".into();
    }
    let mut clocks = facts.deadlines.iter().rev();
    let of_this = |clock: &&Deadline| {
        clock.kind == DeadlineKind::Confirmation && Some(clock.starts_at) == agreement.effective_at
    };
    let last = clocks
        .find(of_this)
        .and_then(|clock| day_of(clock.due_at).yesterday().ok());
    match last.filter(|last| on <= *last) {
        Some(last) => format!(
            "{}前，双方可以共同向人民法院申请司法确认，确认后一方不履行的，对方可以申请强制执行",
            day(last)
        ),
        None => "申请司法确认的期限已过，对方当事人可以直接提起诉讼".into(),
    }
}

fn name(view: &CaseView, terms: &Terms, who: impl Fn(&Terms) -> EntryId) -> String {
    let party = view.parties.get(&who(terms));
    party.map_or_else(
        || "当事人".into(),
        |entry| entry.value.party.name_masked.clone(),
    )
}

fn quoted(clause: &ClauseView) -> String {
    let text = clause.text.trim();
    let mut quoted: String = text.chars().take(QUOTED).collect();
    if text.chars().nth(QUOTED).is_some() {
        quoted.push('…');
    }
    quoted
}

fn committee(facts: &Facts) -> &str {
    let org = facts.answering().and_then(|lead| facts.org(lead.org));
    org.map_or("人民调解委员会", |org| &org.name)
}

fn day(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}
