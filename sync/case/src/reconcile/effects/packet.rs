//! What a court gets with an application for judicial confirmation (LW14, R066): which agreement,
//! and which papers the committee hands in with it. Names and texts are no part of it: the court
//! reads them in the case, which it may since then.

use crate::{
    facts::{Confirmation, Facts, Round},
    ids::{CaseId, CaseNo, EntryId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The papers that go with an application, as the court names them (LW14).
pub const PAPERS: [&str; 4] = [
    "司法确认申请书",
    "调解协议书",
    "申请人身份证明",
    "调解组织出具的证明材料",
];

/// An application for judicial confirmation, as it goes to the court.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmationPacket {
    /// The court, by name.
    pub court: String,
    /// The number of the case.
    pub case_no: CaseNo,
    /// The draft whose agreement is to be confirmed.
    pub draft: EntryId,
    /// The number of the agreement.
    pub agreement_no: String,
    /// The SHA-256 of what was signed.
    pub content_hash: String,
    /// In effect since when: the thirty days of the law run from that day.
    pub effective_at: Timestamp,
    /// Sent when.
    pub sent_at: Timestamp,
    /// The round whose agreement it is, from 1.
    pub round: usize,
    /// How many applications for the same agreement went before.
    pub earlier: usize,
}

impl ConfirmationPacket {
    pub(super) fn key(&self, case: CaseId) -> Uuid {
        let (round, draft, earlier) = (self.round, self.draft, self.earlier);
        case.derive(&format!("confirmation {round} {draft} {earlier}"))
    }
}

/// The applications of every round that were sent.
pub(super) fn sent(facts: &Facts) -> impl Iterator<Item = ConfirmationPacket> {
    let rounds = facts.rounds().zip(1..);
    rounds.flat_map(|(round, no)| {
        let sent = round.confirmations().filter(|of| of.sent_at.is_some());
        let all: Vec<&Confirmation> = sent.collect();
        let packet = |(place, of): (usize, &&Confirmation)| {
            let before = all[..place].iter().filter(|known| known.draft == of.draft);
            packet(facts, (round, no), of, before.count())
        };
        let packets: Vec<ConfirmationPacket> = all.iter().enumerate().filter_map(packet).collect();
        packets
    })
}

fn packet(
    facts: &Facts,
    (round, no): (&Round, usize),
    of: &Confirmation,
    earlier: usize,
) -> Option<ConfirmationPacket> {
    let mut agreements = round.earlier_agreements.iter().chain(&round.agreement);
    let agreement = agreements.find(|known| known.draft == of.draft)?;
    Some(ConfirmationPacket {
        court: of.court.trim().into(),
        case_no: facts.case_no.clone(),
        draft: of.draft,
        agreement_no: agreement.number.clone()?,
        content_hash: agreement.content_hash.clone(),
        effective_at: agreement.effective_at?,
        sent_at: of.sent_at?,
        round: no,
        earlier,
    })
}
