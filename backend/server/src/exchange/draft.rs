//! An answer in the making, by case.

use super::{admit::CaseAdmission, attest::AnswerAttestations, page::FeedPage};
use hejie_case::{
    ids::{CaseId, ChangeHash},
    part::Extent,
    reason::Reason,
};
use hejie_registry::sync::WholeCase;
use hejie_wire::{
    code,
    message::{CaseDown, Forget, Refused, ReportReceipt},
};
use serde_bytes::ByteBuf;
use std::collections::{BTreeMap, BTreeSet};

/// An answer in the making, by case.
#[derive(Default)]
pub(super) struct AnswerDraft {
    pub(super) cases: BTreeMap<CaseId, CaseDown>,
    pub(super) forget: BTreeMap<CaseId, Forget>,
    pub(super) receipts: Vec<ReportReceipt>,
    /// Cases of which the person holds the work alone.
    pub(super) work_alone: BTreeSet<CaseId>,
}

impl AnswerDraft {
    /// What is said of a case.
    pub(super) fn case(&mut self, case: CaseId) -> &mut CaseDown {
        self.cases
            .entry(case)
            .or_insert_with(|| CaseDown::new(case))
    }

    /// Says of each case that comes or moved how much of it the person holds.
    pub(super) fn say_extents(&mut self) {
        for (case, down) in &mut self.cases {
            down.work_alone = self.work_alone.contains(case);
        }
    }

    /// What became of what the request brought.
    pub(super) fn add_taken(&mut self, taken: CaseAdmission) {
        let is_beyond = |no: &Refused| no.reason.code == code::OTHER_EXTENT;
        if taken.refused.iter().any(is_beyond) {
            // The phone has not heard yet that its person holds the work alone.
            self.work_alone.insert(taken.case);
        }
        let down = self.case(taken.case);
        down.accepted.extend(taken.accepted);
        down.refused.extend(taken.refused);
        if let Some(forget) = taken.forget {
            self.forget.insert(taken.case, forget);
        }
    }

    /// A case as a whole; if it is a repair, with its heads.
    pub(super) fn add_whole(&mut self, whole: WholeCase, is_repaired: bool) {
        if whole.extent == Extent::Work {
            self.work_alone.insert(whole.case);
        }
        let down = self.case(whole.case);
        down.snapshot = Some(ByteBuf::from(whole.snapshot));
        down.changes
            .extend(whole.unmerged.into_iter().map(ByteBuf::from));
        down.facts = Some(ByteBuf::from(whole.facts));
        down.heads = is_repaired.then_some(whole.known_heads);
    }

    /// What the server signed.
    pub(super) fn add_attested(&mut self, attested: AnswerAttestations) {
        for (case, attestation) in attested.attestations {
            self.case(case).attestation = Some(attestation);
        }
        for (case, actors) in attested.actors {
            self.case(case).actors = actors;
        }
    }

    /// What the feed says of cases that go or whose changes were refused; of the dangers in some of
    /// these the police were told.
    pub(super) fn add_page(&mut self, page: FeedPage, told: &BTreeSet<(CaseId, ChangeHash)>) {
        for (case, need) in page.needs {
            for (change, why) in need.refused {
                let refused = Refused {
                    change: Some(change),
                    reason: why,
                    passing: false,
                    told: told.contains(&(case, change)),
                };
                self.case(case).refused.push(refused);
            }
            if let Some(why) = need.forget {
                let forget = Forget { case, reason: why };
                self.forget.insert(case, forget);
            }
        }
    }

    /// Receipts take cases off the phone as well, and say more than that they go.
    pub(super) fn add_receipts(&mut self, receipts: Vec<ReportReceipt>) {
        for receipt in &receipts {
            self.forget.remove(&receipt.case);
        }
        self.receipts = receipts;
    }
}

/// Tells a phone to let go of a case that is not its person's.
pub(super) fn forget_foreign(case: CaseId) -> Forget {
    let zh = "本案不在您的承办范围内，手机上的副本将移除。";
    Forget {
        case,
        reason: Reason::new(code::NOT_YOURS, zh),
    }
}
