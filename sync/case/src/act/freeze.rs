//! E16 定稿: a draft without an open block is frozen by heads and hash (LW11).

use super::prelude::*;
use crate::{
    capital::capital,
    facts::AgreementFact,
    ids::EntryId,
    record::{PromiseKind, Terms},
    rule::guard::{agreement, consent, sharing, speakers},
};
use std::collections::BTreeMap;

/// A draft is frozen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// The draft.
    pub draft: EntryId,
}

impl Transition for Freeze {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Freeze,
        from: In(&[Mediating, AgreementPending]),
        to: OneOf(&[AgreementPending]),
        who: &[Lead],
        asks: &[],
        clocks: &[],
        offline: Offline::Observation,
    };
    const GUARDS: Guards<Self> = &[
        guard::not_held(),
        consent::none_refused(),
        speakers::lawful(),
        Guard::new("文稿有条款，定稿后未改动", as_frozen),
        Guard::new("金额大小写与分期合计一致", amounts_agree),
        agreement::no_block(),
        sharing::everybody_was_asked(),
    ];

    /// A frozen draft takes the place of an earlier one, with which its signatures stay (M03).
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let Some(view) = attempt.context.view.drafts.get(&self.draft) else {
            return;
        };
        let Some(frozen) = &view.value.frozen else {
            return;
        };
        let round = &mut facts.round;
        if let Some(mut earlier) = round.agreement.take() {
            earlier.void_at.get_or_insert(attempt.context.now);
            round.earlier_agreements.push(earlier);
        }
        round.agreement = Some(AgreementFact {
            draft: self.draft,
            form: view.value.head.form,
            // What was frozen, in the version of the phone that froze it.
            content_hash: frozen.hash.clone(),
            number: None,
            effective_at: None,
            seal_no: None,
            void_at: None,
            mediators: BTreeMap::new(),
        });
        facts.stage = Stage::AgreementPending;
    }
}

/// The draft is frozen, and nobody changed it since.
fn as_frozen(act: &Freeze, attempt: &Attempt<'_>) -> Holds {
    let draft = agreement::draft(attempt, act.draft)?;
    need(
        !draft.clauses.is_empty(),
        "draft_empty",
        "协议没有条款，请补充后再定稿。",
    )?;
    need(
        draft.is_as_frozen(),
        "draft_changed",
        "协议的条款、当事人或者纠纷事实在定稿后又有改动，请核对后另起一稿重新定稿。",
    )
}

/// Every amount reads the same in figures and in capitals, and instalments add up.
fn amounts_agree(act: &Freeze, attempt: &Attempt<'_>) -> Holds {
    let draft = agreement::draft(attempt, act.draft)?;
    let mut clauses = draft.clauses.iter();
    need(
        !clauses.any(|(_, clause)| clause.terms.is_disputed()),
        "rival_terms",
        "条款约定存在两种版本，请选定一种写入后再定稿。",
    )?;
    let clauses = draft.clauses.iter();
    let mut terms = clauses.filter_map(|(_, clause)| clause.terms.get()?.as_ref());
    need(
        terms.all(adds_up),
        "amounts_differ",
        "协议金额的大小写或分期合计不一致，请核对后另起一稿。",
    )
}

fn adds_up(terms: &Terms) -> bool {
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
