//! The two messages of the exchange: [`Up`] from the phone, [`Down`] from the server.
//!
//! Field names are one or two letters on the wire. A field is never renamed, never changes its type
//! and never becomes required; new ones are optional, and a peer that does not know a field ignores
//! it. `exchange.cddl` beside this crate is the specification for other languages.

mod holdings;
mod refused;

use crate::{
    attest::{Actors, Attestation, AttesterVoucher, CaseProof},
    batch::{Batch, BatchSignature, DeviceSecret},
    claim::{ClaimsDown, ClaimsUp},
    digest::{Digest, ShortDigest},
    limits,
};
use hejie_case::{
    ids::{CaseId, CaseNo, ChangeHash, DeviceId, EntryId, PublicCode},
    reason::Reason,
    record::Anchor,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// The version of this protocol. New fields do not raise it; only what an older peer would misread
/// does.
pub const PROTOCOL: u16 = 1;

/// The content type of both bodies.
pub const CONTENT_TYPE: &str = "application/vnd.hejie.exchange+cbor";

/// How far a device has read the feed of its user. Only the server knows what is in it; the device
/// keeps and returns it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(#[serde(with = "serde_bytes")] pub Vec<u8>);

/// Names one request of a phone, so that its answer is told from every other: random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestToken(#[serde(with = "crate::bytes")] pub [u8; 8]);

/// What a phone sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Up {
    /// [`PROTOCOL`] as the phone speaks it.
    #[serde(rename = "v")]
    pub v: u16,
    /// Which phone. Must be the device of the access token.
    #[serde(rename = "d")]
    pub device: DeviceId,
    /// Drawn anew for each request; the answer says it again. Absent where no answer is waited for.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub token: Option<RequestToken>,
    /// Where the last answer ended; absent at the first exchange and after a repair from nothing.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<Cursor>,
    /// What the phone believes it holds of the server's state: unacknowledged edits left out.
    #[serde(rename = "g", default)]
    pub digest: Digest,
    /// New changes of the phone's own actor.
    #[serde(rename = "s", default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<CaseUp>,
    /// The phone has more to send than this request holds: it has not said everything yet.
    #[serde(rename = "m", default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    /// How well the phone knows the time, beside changes: it says whether their claimed times count
    /// (M19).
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<Anchor>,
    /// The state of each case, sent after a digest mismatch.
    #[serde(rename = "h", default, skip_serializing_if = "Option::is_none")]
    pub holdings: Option<Holdings>,
    /// Cases whose last attestation the phone could not verify: attest them anew, with the key's
    /// voucher and all their actors.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub attest: Vec<CaseId>,
    /// Cases that the server was found not to know, or to know less of than it signed once: a
    /// registry that was set back to a backup.
    #[serde(rename = "p", default, skip_serializing_if = "Vec::is_empty")]
    pub proofs: Vec<CaseProof>,
    /// Changes of others that the server lost and nothing proves: the phone hands them in, and does
    /// not vouch for them.
    #[serde(rename = "r", default, skip_serializing_if = "Vec::is_empty")]
    pub relayed: Vec<CaseUp>,
    /// What the phone claims, and whether it asks for what may be claimed.
    #[serde(rename = "y", default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<ClaimsUp>,
    /// About how many bytes the answer may have; one case may exceed it.
    #[serde(rename = "l", default = "default_limit")]
    pub limit_bytes: u32,
}

impl Up {
    /// Signs the changes of each case for the phone that sends them.
    pub fn sign(&mut self, key: &DeviceSecret) {
        for case in &mut self.cases {
            case.signature = Some(key.sign(&case.batch(self.device)));
        }
    }
}

/// New changes of one case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseUp {
    /// The case.
    #[serde(rename = "i")]
    pub case: CaseId,
    /// Chunks of type 1 or 2, in causal order.
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ByteBuf>,
    /// The phone's signature over them, without which none is taken; never over what it relays.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<BatchSignature>,
    /// Those of them whose work was deposited while the phone was out of service.
    #[serde(rename = "d", default, skip_serializing_if = "Vec::is_empty")]
    pub deposited: Vec<WrittenAgain>,
}

/// A change that is a deposited one, written again since the phone is in service again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenAgain {
    /// The change.
    #[serde(rename = "h")]
    pub change: ChangeHash,
    /// The change that was deposited.
    #[serde(rename = "d")]
    pub deposited: ChangeHash,
}

impl CaseUp {
    /// Changes of a case that nobody signed yet.
    #[must_use]
    pub fn new(case: CaseId, changes: Vec<ByteBuf>) -> Self {
        Self {
            case,
            changes,
            signature: None,
            deposited: Vec::new(),
        }
    }

    /// The changes by name, as this phone sends them.
    #[must_use]
    pub fn batch(&self, device: DeviceId) -> Batch {
        let changes = self.changes.iter().map(|bytes| &bytes[..]);
        Batch::of(self.case, device, changes)
    }
}

/// A contiguous part of a device's cases, by id: what is not listed between `after` and `through`
/// is not held.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Holdings {
    /// The part begins behind this case; absent = at the beginning.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub after: Option<CaseId>,
    /// The part ends with this case; absent = it reaches the end.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub through: Option<CaseId>,
    /// Each case with its digest, by ascending id; 24 bytes each on the wire.
    #[serde(rename = "h", with = "holdings")]
    pub held: Vec<(CaseId, ShortDigest)>,
}

impl Holdings {
    /// The part that begins behind a case, of holdings by ascending id from there on: as many as a
    /// request may name.
    #[must_use]
    pub fn part(
        after: Option<CaseId>,
        held: impl IntoIterator<Item = (CaseId, ShortDigest)>,
    ) -> Self {
        let mut rest = held.into_iter();
        let held: Vec<_> = rest.by_ref().take(limits::HOLDINGS_PER_UP).collect();
        let last = held.last().map(|(case, _)| *case);
        Self {
            after,
            through: last.filter(|_| rest.next().is_some()),
            held,
        }
    }
}

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Down {
    /// [`PROTOCOL`] as the server speaks it.
    #[serde(rename = "v")]
    pub v: u16,
    /// The token of the request that this answers. A phone takes no answer that says another, or
    /// none.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub token: Option<RequestToken>,
    /// The server's clock, in milliseconds on the wire.
    #[serde(
        rename = "t",
        with = "jiff::fmt::serde::timestamp::millisecond::required"
    )]
    pub server_time: Timestamp,
    /// Where this answer ends in the feed. Keep it only after everything in the answer has been
    /// kept.
    #[serde(rename = "c")]
    pub cursor: Cursor,
    /// What a device that has read up to `cursor` holds.
    #[serde(rename = "g", default)]
    pub digest: Digest,
    /// There is more to read at once.
    #[serde(rename = "m", default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    /// What moved, per case.
    #[serde(rename = "s", default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<CaseDown>,
    /// Cases that must leave the phone.
    #[serde(rename = "f", default, skip_serializing_if = "Vec::is_empty")]
    pub forget: Vec<Forget>,
    /// The key that attests now, when the phone has no cursor yet or asked for attestations anew.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub voucher: Option<AttesterVoucher>,
    /// How often the registry was set back, counted from 1; what was signed under an earlier number
    /// may be lost there.
    #[serde(
        rename = "e",
        default = "first_epoch",
        skip_serializing_if = "is_first_epoch"
    )]
    pub epoch: u64,
    /// Cases that the phone holds and this registry does not know: prove them.
    #[serde(rename = "p", default, skip_serializing_if = "Vec::is_empty")]
    pub prove: Vec<CaseId>,
    /// Cases whose proof in the request was dealt with; follow the server again.
    #[serde(rename = "q", default, skip_serializing_if = "Vec::is_empty")]
    pub proved: Vec<CaseId>,
    /// Cases whose relayed changes the registry has now, in whatever way: do not relay them again.
    #[serde(rename = "r", default, skip_serializing_if = "Vec::is_empty")]
    pub relayed: Vec<CaseId>,
    /// What the server acknowledged before this is in a backup; absent while none was reported. In
    /// milliseconds on the wire.
    #[serde(
        rename = "b",
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub backed_up: Option<Timestamp>,
    /// Identities that were destroyed by order: what is kept of them must go.
    #[serde(rename = "d", default, skip_serializing_if = "Vec::is_empty")]
    pub destroyed: Vec<Destroyed>,
    /// Bytes of the largest original that this server takes; absent = [`limits::FILE_BYTES`].
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub file_bytes: Option<u64>,
    /// What became of claims, and what may be claimed.
    #[serde(rename = "y", default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<ClaimsDown>,
    /// Cases that the phone's person reported and does not work on: they leave the phone, all but
    /// what of them waits.
    #[serde(rename = "w", default, skip_serializing_if = "Vec::is_empty")]
    pub receipts: Vec<ReportReceipt>,
}

/// What somebody who only reports (R130) gets for a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportReceipt {
    /// The case that the report became.
    #[serde(rename = "i")]
    pub case: CaseId,
    /// Its number.
    #[serde(rename = "n")]
    pub case_no: CaseNo,
    /// Its public code, by which anybody may ask for its progress.
    #[serde(rename = "c")]
    pub public_code: PublicCode,
    /// When the server received the report, in milliseconds on the wire.
    #[serde(
        rename = "t",
        with = "jiff::fmt::serde::timestamp::millisecond::required"
    )]
    pub received_at: Timestamp,
}

/// An identity that was destroyed by order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destroyed {
    /// The case.
    #[serde(rename = "i")]
    pub case: CaseId,
    /// The party.
    #[serde(rename = "p")]
    pub party: EntryId,
}

/// What moved in one case, and what became of the phone's changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseDown {
    /// The case.
    #[serde(rename = "i")]
    pub case: CaseId,
    /// Changes of the request that are now durable, linted, bound and within rights.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<ChangeHash>,
    /// Changes that were not accepted, now or (after a failed merge) of an earlier request.
    #[serde(rename = "r", default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refused>,
    /// A saved document, when the device has none or holds a different state. Merge it, never
    /// replace by it.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<ByteBuf>,
    /// Changes of others, in causal order.
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ByteBuf>,
    /// The facts as JSON, when their version moved. Kept as they came, so that fields of a newer
    /// server survive.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<ByteBuf>,
    /// What whoever is on the way is told before arrival (R139), as JSON, kept as it came.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub brief: Option<ByteBuf>,
    /// What the server knows of the document, when it asks the device to offer again what lies
    /// beyond.
    #[serde(rename = "h", default, skip_serializing_if = "Option::is_none")]
    pub heads: Option<Vec<ChangeHash>>,
    /// What the server signs of the case as the phone holds it after this answer, when it moved.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub attestation: Option<Attestation>,
    /// The person holds the work alone: nothing confidential comes, and what of it is on the phone
    /// goes. Counts where the facts or a saved document come with it.
    #[serde(rename = "o", default, skip_serializing_if = "std::ops::Not::not")]
    pub work_alone: bool,
    /// Who stands behind actors that are new to the phone; behind all of them where the case comes
    /// whole or was asked for.
    #[serde(rename = "w", default, skip_serializing_if = "Actors::is_empty")]
    pub actors: Actors,
}

impl CaseDown {
    /// An answer that says nothing yet about `case`.
    #[must_use]
    pub fn new(case: CaseId) -> Self {
        Self {
            case,
            accepted: Vec::new(),
            refused: Vec::new(),
            snapshot: None,
            changes: Vec::new(),
            facts: None,
            brief: None,
            heads: None,
            attestation: None,
            work_alone: false,
            actors: Actors::default(),
        }
    }
}

/// A change that was not accepted. The phone keeps its content and shows the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "refused::OfChange", into = "refused::OfChange")]
pub struct Refused {
    /// Which one; absent = all that the request held for this case.
    pub change: Option<ChangeHash>,
    /// Why, and what can be done.
    pub reason: Reason,
    /// The same bytes may be sent again later. Otherwise they never will be accepted.
    pub passing: bool,
    /// The police were told of the danger in it.
    pub told: bool,
}

/// A case that must leave the phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "refused::OfCase", into = "refused::OfCase")]
pub struct Forget {
    /// The case.
    pub case: CaseId,
    /// Why.
    pub reason: Reason,
}

fn default_limit() -> u32 {
    limits::DEFAULT_LIMIT_BYTES
}

/// The epoch of a registry that was never set back, which goes without saying.
const fn first_epoch() -> u64 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_first_epoch(epoch: &u64) -> bool {
    *epoch == first_epoch()
}
