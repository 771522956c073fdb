//! The rows that say how a case stands to others, and how its earlier rounds ended.

use super::{CaseKinRow, CaseRoundRow, Folding, KinRelation, micros};
use crate::ids::CaseId;

impl Folding<'_> {
    pub(super) fn kin(&mut self) {
        let kin = &self.facts.kin;
        let merged = kin.merged.as_ref().map(|m| m.into);
        let others = merged.map(|other| (KinRelation::Merged, "merged", other));
        let others = others
            .into_iter()
            .chain(named(&kin.absorbed, KinRelation::Absorbed, "absorbed"))
            .chain(
                kin.split_from
                    .map(|o| (KinRelation::SplitFrom, "split_from", o)),
            )
            .chain(named(&kin.split_into, KinRelation::SplitInto, "split_into"));
        for (relation, word, other) in others {
            self.put(&CaseKinRow {
                case_id: self.facts.case_id,
                id: format!("{word}:{other}"),
                relation,
                other_case: Some(other),
                channel: None,
                external_no: None,
                at: None,
            });
        }
        for call in &kin.repeats {
            self.put(&CaseKinRow {
                case_id: self.facts.case_id,
                id: format!("repeat:{}:{}", call.channel, call.external_no),
                relation: KinRelation::Repeat,
                other_case: None,
                channel: Some(call.channel.clone()),
                external_no: Some(call.external_no.clone()),
                at: Some(micros(call.received_at)),
            });
        }
    }

    pub(super) fn rounds(&mut self) {
        let facts = self.facts;
        for (id, past) in (1..).zip(&facts.past) {
            self.put(&CaseRoundRow {
                case_id: facts.case_id,
                id,
                outcome: past.outcome,
                closed_at: micros(past.closed_at),
                reopened_at: micros(past.reopened_at),
                agreed: past.round.is_agreed(),
            });
        }
    }
}

fn named<'a>(
    cases: &'a [CaseId],
    relation: KinRelation,
    word: &'static str,
) -> impl Iterator<Item = (KinRelation, &'static str, CaseId)> + 'a {
    cases.iter().map(move |case| (relation, word, *case))
}
