//! Reports of somebody who only reports (R130): with the receipt the case leaves the phone, and
//! what stays is the receipt.
//!
//! What was written before the receipt came still waits, and is still sent. After that nothing is
//! left by which the phone could show the server what it lost, should it be set back to an earlier
//! day: a receipt that no backup held by then is in doubt, and the phone says so.

use super::{Engine, EngineError, card::Card, row};
use crate::store::Store;
use hejie_case::reason::Reason;
use hejie_wire::message::{Down, ReportReceipt};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What the phone keeps of a report that the server took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportTaken {
    /// The receipt.
    pub receipt: ReportReceipt,
    /// The server was set back since, perhaps to before the report: whoever reported asks for it by
    /// its public code, and reports again what is not there.
    pub in_doubt: bool,
}

/// A receipt as it lies in the row of its case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptReceipt {
    pub receipt: ReportReceipt,
    /// The epoch of the registry that gave it.
    pub epoch: u64,
    /// A backup of that epoch holds the report.
    pub backed_up: bool,
}

impl KeptReceipt {
    /// As people read it in an epoch of the registry.
    pub(super) fn seen_in(&self, epoch: u64) -> ReportTaken {
        ReportTaken {
            receipt: self.receipt.clone(),
            in_doubt: self.epoch < epoch && !self.backed_up,
        }
    }
}

impl<S: Store> Engine<S> {
    /// The server has the report: the case leaves, with all but what of it waits. Tells whether
    /// that may be sent now, as [`Self::take_forget`] does.
    pub(super) fn take_receipt(
        &mut self,
        receipt: &ReportReceipt,
        now: Timestamp,
    ) -> Result<bool, EngineError> {
        let epoch = self.epoch;
        self.let_go(receipt.case, now, |held| {
            let kept = held.receipt.take();
            let is_same = |kept: &KeptReceipt| kept.receipt == *receipt && kept.epoch == epoch;
            let known = kept.filter(is_same);
            held.receipt = known.or_else(|| {
                Some(KeptReceipt {
                    receipt: receipt.clone(),
                    epoch,
                    backed_up: false,
                })
            });
            held.gone = Some(taken(receipt));
            held.card = Card {
                case_no: Some(receipt.case_no.clone()),
                danger: held.card.danger,
                ..Card::default()
            };
        })
    }

    /// Notes which receipts are safe, whatever the registry is set back to.
    pub(super) fn note_receipts(&mut self, down: &Down) -> Result<(), EngineError> {
        let (Some(until), epoch) = (down.backed_up, self.epoch) else {
            return Ok(());
        };
        let is_safe = |kept: &&mut KeptReceipt| {
            !kept.backed_up && kept.epoch == epoch && kept.receipt.received_at < until
        };
        let mut safe = Vec::new();
        for held in self.held.values() {
            let mut held = held.clone();
            if let Some(kept) = held.receipt.as_mut().filter(is_safe) {
                kept.backed_up = true;
                safe.push(held);
            }
        }
        if safe.is_empty() {
            return Ok(());
        }
        let rows = safe.iter().map(row::put_case_row);
        self.commit(rows.collect::<Result<_, _>>()?)?;
        safe.into_iter().for_each(|held| self.keep(held));
        Ok(())
    }
}

fn taken(receipt: &ReportReceipt) -> Reason {
    let zh = format!(
        "您的报告已收到，编号{}。报告内容已从本机移除，由有关人员处理；凭查询码{}可查询进展。",
        receipt.case_no, receipt.public_code
    );
    Reason::new("report_taken", zh)
}
