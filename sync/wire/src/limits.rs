//! Every cap of the exchange. What a peer sends beyond one of them is refused, never truncated.

/// A request body as it arrives.
pub const UP_BYTES: usize = 1 << 20;
/// A request body after decompression.
pub const UP_RAW_BYTES: usize = 8 << 20;
/// An answer as it arrives. The server stays far below, since it follows `Up::limit_bytes`, but for
/// one case that is larger.
pub const DOWN_BYTES: usize = 32 << 20;
/// An answer after decompression.
pub const DOWN_RAW_BYTES: usize = 40 << 20;
/// CBOR items in one message, counted at every depth: bounds what decoding may allocate.
pub const MESSAGE_ITEMS: usize = 200_000;
/// Arrays and maps within each other in one message, fields of newer peers included.
pub const MESSAGE_DEPTH: usize = 12;
/// Bytes of a cursor.
pub const CURSOR_BYTES: usize = 128;

/// One change as a chunk of type 1, in which it is stored and passed on; however it was sent.
pub const CHANGE_BYTES: usize = 256 << 10;
/// A deflated change may always inflate to this much, ...
pub const INFLATED_FREE_BYTES: usize = 64 << 10;
/// ... and beyond it to this multiple of its bytes: a request full of tiny bombs must not keep a
/// core busy.
pub const INFLATED_RATIO: usize = 20;
/// Operations of one change; a long note typed at once has one for each character.
pub const OPERATIONS: u64 = 50_000;
/// Predecessors of all operations of one change together.
pub const PREDECESSORS: u64 = 100_000;
/// Dependencies of one change: the heads that its author saw.
pub const DEPENDENCIES: u64 = 1_000;
/// Actors that one change refers to.
pub const ACTORS: u64 = 1_000;
/// Bytes of the message of a change.
pub const CHANGE_MESSAGE_BYTES: u64 = 1 << 10;
/// Bytes of a key of a map.
pub const KEY_BYTES: u64 = 512;
/// Changes of one case in one request.
pub const CHANGES_PER_CASE: usize = 1_000;
/// Cases in one request.
pub const CASES_PER_UP: usize = 1_000;
/// Holdings in one request; more follow in further ones.
pub const HOLDINGS_PER_UP: usize = 20_000;
/// Cases that one request asks to have attested anew; the rest is asked for in a later one.
pub const ATTEST_PER_UP: usize = 256;
/// Proofs of cases in one request; the rest follows in later ones.
pub const PROOFS_PER_UP: usize = 64;
/// About how many bytes of proofs one request holds. A larger one goes in a request of its own, ...
pub const PROOF_BYTES: usize = 512 << 10;
/// ... which may be this large, as it arrives and decompressed; everything beside the proof keeps
/// to [`UP_BYTES`].
pub const LARGE_UP_BYTES: usize = 32 << 20;
/// Changes of others without a proof that a case keeps in quarantine of one person who hands them
/// in.
pub const RELAYED_CHANGES: u64 = 500;
/// Bytes of these changes, in all.
pub const RELAYED_BYTES: u64 = 1 << 20;
/// Of such changes those that report a danger have a share of their own, so that other words take
/// no room from a danger.
pub const RELAYED_REPORTS: u64 = 64;
/// Bytes of these, in all: more than any one of them has, so that none stands before the others for
/// ever.
pub const RELAYED_REPORTS_BYTES: u64 = 2 * CHANGE_BYTES as u64;
/// Cases of which one request relays changes of others.
pub const RELAYED_PER_UP: usize = 64;
/// About how many bytes of such changes one request holds; a single one may exceed it.
pub const RELAYED_UP_BYTES: usize = 64 << 10;
/// Claims in one request.
pub const CLAIMS_PER_UP: usize = 8;
/// Claims that a phone keeps waiting; and of those that were answered, how many it goes on
/// showing.
pub const CLAIMS_KEPT: usize = 32;
/// Cases in a list of what may be claimed, those that have waited longest.
pub const CLAIMABLE: usize = 100;
/// Claims of one person on one case whose answers are known again.
pub const CLAIMS_OF_A_CASE: usize = 8;
/// Changes that a phone sends before it waits for their acknowledgement (PP4), in bytes.
pub const CHUNK_BYTES: usize = 16 << 10;
/// What a phone asks for in one answer when it knows nothing of its line.
pub const DEFAULT_LIMIT_BYTES: u32 = 256 << 10;
/// Days for which a phone keeps what the server acknowledged while no backup is reported: weekly
/// backups may fail twice, and sealed identities do not lie on phones for ever (P06).
pub const KEPT_DAYS: i64 = 14;
/// Bytes of all that a phone so keeps, the oldest going first: a day of video or some hundred
/// photographs, and little beside what else a phone holds.
pub const KEPT_BYTES: u64 = 256 << 20;
/// Changes that a phone which is out of service may deposit, in all.
pub const DEPOSIT_CHANGES: u64 = 2_000;
/// Bytes of these changes, in all.
pub const DEPOSIT_BYTES: u64 = 8 << 20;
/// Originals and sealed identities that such a phone may deposit, in all.
pub const DEPOSIT_FILES: u64 = 500;
/// Bytes of those that it begins within 24 hours.
pub const DEPOSIT_FILE_BYTES_A_DAY: u64 = 256 << 20;
/// Bytes of the largest original of a piece of evidence, where the server says nothing else.
pub const FILE_BYTES: u64 = 64 << 20;
/// The least that a server may say of it; no phone keeps to less, since what is not taken at the
/// scene is lost.
pub const LEAST_FILE_BYTES: u64 = 1 << 20;
/// Bytes of a deposited identity, with the name of its key.
pub const DEPOSIT_IDENTITY_BYTES: u64 = 16 << 10;
