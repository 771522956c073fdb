//! Cases whose own row is gone, by what else there is of them.

use crate::{
    encryption::RowOwner,
    engine::{
        Engine, EngineError, Reason,
        row::{self, CaseRow, Intent},
    },
    store::{Store, Table},
};
use hejie_case::{document::CaseDoc, ids::CaseId};
use serde::Deserialize;
use std::collections::BTreeSet;

impl<S: Store> Engine<S> {
    /// The cases that are found by their other rows.
    pub(super) fn regained(&self) -> Result<Vec<CaseRow>, EngineError> {
        #[derive(Deserialize)]
        struct OfCase {
            case: CaseId,
        }
        let known: Vec<CaseId> = self.held.keys().copied().collect();
        let mut found = BTreeSet::new();
        let mut begun = BTreeSet::new();
        for (_, value) in self.store.orphans(Table::Document, &known)? {
            let meta = CaseDoc::load(&value).and_then(|doc| doc.view());
            found.extend(meta.ok().map(|view| view.meta.case_id));
        }
        for (number, value) in self.store.orphans(Table::Outgoing, &known)? {
            if let Ok(one) = row::split_outgoing(number, &value)
                && let Intent::Begin { meta, .. } = one.head.intent
            {
                begun.insert(meta.case_id);
            }
        }
        for table in [Table::Refusal, Table::Secret, Table::File] {
            for (_, value) in self.store.orphans(table, &known)? {
                found.extend(row::decode::<OfCase>(&value).ok().map(|row| row.case));
            }
        }
        found.extend(&begun);
        Ok(found
            .into_iter()
            .map(|case| CaseRow {
                acknowledged: !begun.contains(&case),
                gone: self.is_left_over(case).then(left),
                ..self.begun_anew(case)
            })
            .collect())
    }

    /// Whether there is no more of a case than what stays of one that left. Should it be one that
    /// is here, the digest brings it again.
    fn is_left_over(&self, case: CaseId) -> bool {
        let of_one_here = [
            Table::Document,
            Table::Facts,
            Table::Attestation,
            Table::Outgoing,
        ];
        let has = |table| !self.store.numbers(table, RowOwner::Case(case)).is_empty();
        !of_one_here.into_iter().any(has)
    }
}

/// Why a case is not here of which only what was refused, or goes beside the exchange, is left.
fn left() -> Reason {
    Reason::new(
        "case_left",
        "本案已不在本机办理；未被接受和尚未送达的内容仍保存在本机。",
    )
}
