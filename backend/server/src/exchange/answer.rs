//! The answer: what moved for a person since the cursor of the phone, read from one snapshot of the
//! registry.
//!
//! First a phone without a cursor receives its caseload, page by page in the order of case ids;
//! then the feed is read from where it ended when that began; then cases whose digests differ are
//! sent whole. Reading and composing are apart: `AnswerInputs` is everything that was read, and
//! `compose` makes the message from it.

mod repair;

use super::{
    Exchange,
    admit::CaseAdmission,
    attest::{self, AnswerAttestations, AnswerScope},
    cursor::FeedPosition,
    destroyed,
    draft::{AnswerDraft, forget_foreign},
    page::{self, FeedPage, Room},
};
use crate::{access::PhoneCaller, identity, problem::Problem};
use hejie_case::{
    ids::{CaseId, ChangeHash, UserId},
    part::Extent,
};
use hejie_registry::{
    backup,
    case::report,
    danger, epoch,
    error::RegistryError,
    feed::{self, FeedHead},
    pool::{self, PgConnection},
    sync::{self, VisibleCases, WholeCase},
};
use hejie_wire::{
    chunk, limits,
    message::{Destroyed, Down, PROTOCOL, ReportReceipt, Up},
};
use jiff::Timestamp;
use repair::{repair, send_proved};
use serde_bytes::ByteBuf;
use std::{
    collections::{BTreeSet, HashMap},
    mem,
};

/// Rows of a feed that are looked at for one answer.
const ROWS: u32 = 1_000;

/// Cases that are looked at for one page of a first sync, or repaired or taken from the phone in
/// one answer.
const CASES: u32 = 256;

/// The least and the most that an answer is filled up to, whatever the phone asks for.
const LEAST_BYTES: u32 = 4 << 10;
const MOST_BYTES: u32 = 2 << 20;

/// The largest case that goes to a phone: beside it an answer may be as full as it gets, and it
/// must be encoded.
const LARGEST: usize = limits::DOWN_BYTES - (2 * MOST_BYTES as usize);

/// Everything that was read for an answer.
#[derive(Debug, Default)]
pub(super) struct AnswerInputs {
    head: FeedHead,
    position: Option<FeedPosition>,
    page: FeedPage,
    whole: Vec<WholeCase>,
    changes: Vec<(CaseId, Vec<u8>)>,
    facts: HashMap<CaseId, String>,
    /// Cases that moved and of which the person holds the work alone.
    work_alone: BTreeSet<CaseId>,
    /// Cases among `whole` that the phone holds in another state.
    repaired: BTreeSet<CaseId>,
    /// Those among the changes that the page says are refused of whose danger the police were told.
    told: BTreeSet<(CaseId, ChangeHash)>,
    /// Cases that stay away, because their stored document is not as it was saved.
    damaged: Vec<CaseId>,
    /// Cases that stay away, because no answer can hold them.
    oversized: Vec<CaseId>,
    /// Cases that the phone holds and its person may not see.
    foreign: Vec<CaseId>,
    /// Of cases that the request named, those that its person reported and may not see.
    receipts: Vec<ReportReceipt>,
    epoch: u64,
    /// Cases that the phone holds and the registry does not know.
    unknown: Vec<CaseId>,
    /// What was done about a registry that was set back.
    recovered: Recovered,
    /// What was acknowledged before this is in a backup.
    backed_up: Option<Timestamp>,
    destroyed: Vec<Destroyed>,
}

/// What was done about what the registry lost when it was set back.
#[derive(Debug, Default)]
pub struct Recovered {
    /// Cases whose proof was dealt with.
    pub proved: Vec<CaseId>,
    /// Cases whose relayed changes the registry has now.
    pub relayed: Vec<CaseId>,
}

/// Answers a request.
///
/// # Errors
/// When Postgres is away, or the person was put out by the moment that is read.
pub async fn answer(
    state: &Exchange,
    phone: &PhoneCaller,
    up: &Up,
    taken: Vec<CaseAdmission>,
    recovered: Recovered,
) -> Result<Down, Problem> {
    let mut tx = sync::begin_reading(&state.pool).await?;
    let now = state.clock.now();
    identity::look(&mut tx, &phone.caller, now).await?;
    let mut gathered = gather(&mut tx, phone, up, recovered).await?;
    for case in gathered.leave_out_damaged() {
        state.reconciler.doubt(case);
    }
    for case in gathered.leave_out_oversized() {
        tracing::error!(case.id = %case, device.id = %phone.device.id, "a case is larger than an answer may be, and stays away from phones");
    }
    let named: Vec<CaseId> = taken.iter().map(|one| one.case).collect();
    let named = [&named[..], &gathered.foreign].concat();
    gathered.receipts = report::list_receipts(&mut tx, phone.caller.user, &named).await?;
    gathered.backed_up = backup::last(&mut tx, now).await?.map(|last| last.covers());
    gathered.destroyed = destroyed::list(&mut tx, phone.caller.user, now).await?;
    let grounds = attest::gather(&mut tx, &gathered.answered(phone, up, &taken)).await?;
    pool::commit(tx).await?;
    let attested = grounds.sign(&*state.ring.ring()?);
    let attested = attested.map_err(Problem::internal)?;
    let most = state.file_limit_bytes;
    Ok(Down {
        token: up.token,
        file_bytes: (most != limits::FILE_BYTES).then_some(most),
        ..compose(gathered, taken, attested, now)
    })
}

impl AnswerInputs {
    /// Takes out cases whose stored document is not as it was saved: the digest brings the phone
    /// back when it is built anew.
    fn leave_out_damaged(&mut self) -> Vec<CaseId> {
        let mut out = self.leave_out(is_damaged);
        out.append(&mut self.damaged);
        out
    }

    /// Takes out cases that no answer can hold, so that they stop no other.
    fn leave_out_oversized(&mut self) -> Vec<CaseId> {
        let mut out = self.leave_out(|whole| {
            let unmerged = whole.unmerged.iter().map(Vec::len).sum::<usize>();
            whole.snapshot.len() + whole.facts.len() + unmerged > LARGEST
        });
        out.append(&mut self.oversized);
        out
    }

    fn leave_out(&mut self, stays_away: impl Fn(&WholeCase) -> bool) -> Vec<CaseId> {
        let out = self.whole.extract_if(.., |whole| stays_away(whole));
        let out: Vec<CaseId> = out.map(|whole| whole.case).collect();
        self.repaired.retain(|case| !out.contains(case));
        out
    }

    fn answered<'a>(
        &'a self,
        phone: &PhoneCaller,
        up: &'a Up,
        taken: &'a [CaseAdmission],
    ) -> AnswerScope<'a> {
        AnswerScope {
            user: phone.caller.user,
            up,
            taken,
            page: &self.page,
            whole: self.whole.iter().map(|whole| whole.case).collect(),
            read_to: match self.position {
                Some(FeedPosition::Feed(seq)) => Some(seq),
                Some(FeedPosition::First { .. }) | None => None,
            },
        }
    }
}

/// Whether the stored document is not as it was saved. The work alone is read from the log, change
/// by change.
fn is_damaged(whole: &WholeCase) -> bool {
    whole.extent == Extent::Whole && !chunk::is_saved_document(&whole.snapshot)
}

async fn gather(
    conn: &mut PgConnection,
    phone: &PhoneCaller,
    up: &Up,
    recovered: Recovered,
) -> Result<AnswerInputs, RegistryError> {
    let user = phone.caller.user;
    let mut room = Room::new(u64::from(up.limit_bytes.clamp(LEAST_BYTES, MOST_BYTES)));
    let mut gathered = AnswerInputs {
        head: feed::head(conn, user).await?,
        epoch: epoch::current(conn).await?,
        ..AnswerInputs::default()
    };
    let start = up.cursor.as_ref().and_then(FeedPosition::from_cursor);
    let start = start.unwrap_or(FeedPosition::First {
        from: gathered.head.last,
        after: None,
    });
    let position = match start {
        FeedPosition::First { from, after } => {
            read_caseload(conn, user, from, after, &mut room, &mut gathered).await?
        }
        feed => feed,
    };
    gathered.position = Some(position);
    if let FeedPosition::Feed(seq) = position {
        read_feed(conn, phone, seq, &mut room, &mut gathered).await?;
        if let Some(holdings) = &up.holdings {
            repair(conn, user, holdings, &mut room, &mut gathered).await?;
        }
        send_proved(conn, user, &recovered.proved, &mut gathered).await?;
    }
    gathered.recovered = recovered;
    Ok(gathered)
}

/// Reads the next cases of a first sync; the position is the feed's when they were the last.
async fn read_caseload(
    conn: &mut PgConnection,
    user: UserId,
    from: u64,
    after: Option<CaseId>,
    room: &mut Room,
    gathered: &mut AnswerInputs,
) -> Result<FeedPosition, RegistryError> {
    let sizes = sync::list_sizes(conn, user, after, CASES).await?;
    let fitting: Vec<CaseId> = sizes
        .iter()
        .take_while(|(_, bytes)| room.take(*bytes))
        .map(|(case, _)| *case)
        .collect();
    let visible = sync::list_visible(conn, user, &fitting).await?;
    gathered.whole = sync::list_whole(conn, &visible).await?;
    let is_last = fitting.len() == sizes.len() && sizes.len() < CASES as usize;
    let after = fitting.last().copied().or(after);
    Ok(if is_last {
        FeedPosition::Feed(from)
    } else {
        FeedPosition::First { from, after }
    })
}

async fn read_feed(
    conn: &mut PgConnection,
    phone: &PhoneCaller,
    seq: u64,
    room: &mut Room,
    gathered: &mut AnswerInputs,
) -> Result<(), RegistryError> {
    // A server set back to an earlier day numbers anew from there; the digest finds what that
    // hides.
    let seq = seq.min(gathered.head.last);
    let rows = feed::list_after(conn, phone.caller.user, seq, ROWS).await?;
    let mut page = page::cut(&rows, phone.device.actor, room);
    let named = page.cases(|_| true);
    let visible = sync::list_visible(conn, phone.caller.user, &named).await?;
    page.keep_visible(&visible);
    let held = |cases: Vec<CaseId>| -> VisibleCases {
        let held = cases.into_iter();
        held.filter_map(|case| Some((case, *visible.get(&case)?)))
            .collect()
    };
    let present: BTreeSet<CaseId> = gathered.whole.iter().map(|whole| whole.case).collect();
    let new: Vec<CaseId> = page
        .cases(|need| need.whole)
        .into_iter()
        .filter(|case| !present.contains(case))
        .collect();
    gathered
        .whole
        .extend(sync::list_whole(conn, &held(new)).await?);
    let facts = held(page.cases(|need| need.facts));
    gathered.facts = sync::list_facts(conn, &facts).await?;
    gathered.changes = sync::list_changes(conn, &page.changes(), &visible).await?;
    let alone = visible.iter().filter(|(_, held)| **held == Extent::Work);
    gathered.work_alone.extend(alone.map(|(case, _)| *case));
    gathered.told = danger::list_told(conn, &page.refused()).await?;
    gathered.position = Some(FeedPosition::Feed(page.last.unwrap_or(seq)));
    gathered.page = page;
    Ok(())
}

/// Makes the message.
fn compose(
    mut gathered: AnswerInputs,
    taken: Vec<CaseAdmission>,
    attested: AnswerAttestations,
    now: Timestamp,
) -> Down {
    let voucher = attested.voucher.clone();
    let draft = draft_cases(&mut gathered, taken, attested);
    let AnswerInputs {
        head,
        position,
        epoch,
        unknown,
        recovered: Recovered { proved, relayed },
        backed_up,
        destroyed,
        ..
    } = gathered;
    let position = position.unwrap_or(FeedPosition::Feed(head.last));
    Down {
        v: PROTOCOL,
        token: None,
        server_time: now,
        cursor: position.to_cursor(),
        digest: head.digest,
        more: position != FeedPosition::Feed(head.last),
        cases: draft.cases.into_values().collect(),
        forget: draft.forget.into_values().collect(),
        receipts: draft.receipts,
        voucher,
        epoch,
        prove: unknown
            .into_iter()
            .filter(|case| !proved.contains(case))
            .collect(),
        proved,
        relayed,
        backed_up,
        destroyed,
        file_bytes: None,
        claims: None,
    }
}

/// What the message says of each case.
fn draft_cases(
    gathered: &mut AnswerInputs,
    taken: Vec<CaseAdmission>,
    attested: AnswerAttestations,
) -> AnswerDraft {
    let mut draft = AnswerDraft {
        work_alone: mem::take(&mut gathered.work_alone),
        ..AnswerDraft::default()
    };
    taken.into_iter().for_each(|one| draft.add_taken(one));
    for one in gathered.whole.drain(..) {
        let is_repaired = gathered.repaired.contains(&one.case);
        draft.add_whole(one, is_repaired);
    }
    for (case, bytes) in gathered.changes.drain(..) {
        draft.case(case).changes.push(ByteBuf::from(bytes));
    }
    for (case, text) in gathered.facts.drain() {
        draft.case(case).facts = Some(ByteBuf::from(text));
    }
    draft.add_page(mem::take(&mut gathered.page), &gathered.told);
    draft.add_attested(attested);
    for case in gathered.foreign.drain(..) {
        let letting_go = draft.forget.entry(case);
        letting_go.or_insert_with(|| forget_foreign(case));
    }
    draft.add_receipts(mem::take(&mut gathered.receipts));
    draft.say_extents();
    draft
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_that_no_answer_can_hold_stays_away_and_stops_no_other() {
        let whole = |n: u128, bytes: usize| WholeCase {
            case: CaseId(uuid::Uuid::from_u128(n)),
            extent: Extent::Whole,
            snapshot: vec![0; bytes],
            unmerged: vec![vec![0; 2]],
            facts: "{}".to_owned(),
            known_heads: Vec::new(),
        };
        let mut gathered = AnswerInputs {
            whole: vec![whole(1, LARGEST - 4), whole(2, LARGEST - 3), whole(3, 1)],
            ..AnswerInputs::default()
        };
        let case = |n| CaseId(uuid::Uuid::from_u128(n));
        gathered.repaired.extend([case(1), case(2)]);
        assert_eq!(gathered.leave_out_oversized(), [case(2)]);
        let stay: Vec<CaseId> = gathered.whole.iter().map(|whole| whole.case).collect();
        assert_eq!(stay, [case(1), case(3)]);
        assert!(!gathered.repaired.contains(&case(2)));
    }
}
