//! The phone's half of an exchange as a machine without I/O: [`Session::handle`] takes what happened and says what to do.
//!
//! A session goes round and round: send a request, keep the answer, say what is now held. It ends when nothing is left to send
//! or read and both sides hold the same, or when it cannot go on. It may be dropped at any moment: all that must last is in the
//! outbox and the cursor of whoever drives it, and the next session begins from there.
//!
//! - At most one piece of changes ([`limits::CHUNK_BYTES`]) is unacknowledged at a time, so that a cut line costs no more.
//! - A change stays waiting until it is accepted or refused by name. What the server puts off, or does not mention, waits for
//!   the next session: no session asks the same thing twice, and none gives up for good.
//! - If the digests differ at the end, the session names its holdings once, part by part, and the server answers for the cases
//!   that differ.

mod outbox;

pub use outbox::Waiting;

use crate::{
    digest::{Digest, ShortDigest},
    limits,
    message::{CaseDown, Cursor, Down, Forget, Holdings, PROTOCOL, Refused, Up},
};
use hejie_case::{
    ids::{CaseId, ChangeHash, DeviceId},
    record::Anchor,
};
use outbox::Outbox;
use serde_bytes::ByteBuf;

/// What a session begins with.
#[derive(Debug, Clone)]
pub struct Start {
    /// This phone.
    pub device: DeviceId,
    /// Where the last answer that was kept ended.
    pub cursor: Option<Cursor>,
    /// The digest of what is held.
    pub digest: Digest,
    /// What waits to be sent, in the order written.
    pub waiting: Vec<Waiting>,
    /// How well the phone knows the time.
    pub clock: Option<Anchor>,
    /// Cases to be attested anew; what is beyond [`limits::ATTEST_PER_UP`] is not asked for in this session.
    pub attest: Vec<CaseId>,
    /// How much an answer should hold.
    pub limit_bytes: u32,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The session begins.
    Begun,
    /// An answer came.
    Answered(Box<Down>),
    /// The request failed, or no answer came in time.
    NoAnswer,
    /// Everything in the last [`Effect::Keep`] is durable; this is held now.
    Kept(Digest),
    /// The holdings asked for: the first of them behind the case named, at most [`limits::HOLDINGS_PER_UP`] plus one.
    Listed(Vec<(CaseId, ShortDigest)>),
    /// A change was written meanwhile.
    Wrote(Waiting),
    /// The waiting changes of a case were made anew: after a refusal, or because the server asked for what it lacks.
    Rewrote(CaseId, Vec<Waiting>),
}

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Send this and report [`Event::Answered`] or [`Event::NoAnswer`].
    Send(Box<Up>),
    /// Make all of this durable in its order, then report [`Event::Kept`].
    Keep(Vec<Keep>),
    /// List the holdings by ascending id, behind this case, and report [`Event::Listed`].
    List(Option<CaseId>),
    /// The session is over.
    End(End),
}

/// One thing of an answer to make durable.
#[derive(Debug, Clone, PartialEq)]
pub enum Keep {
    /// These changes are on the server.
    Accepted(CaseId, Vec<ChangeHash>),
    /// This change never will be. It and all that waits behind it in the case must be made anew or shown with the reason.
    Refused(CaseId, Refused),
    /// To lint, then merge with the document.
    Merge {
        /// The case.
        case: CaseId,
        /// A saved document.
        snapshot: Option<ByteBuf>,
        /// Changes of others.
        changes: Vec<ByteBuf>,
    },
    /// New facts as JSON.
    Facts(CaseId, ByteBuf),
    /// The server knows no more than these heads: report by [`Event::Rewrote`] what it lacks of this phone's changes.
    Offer(CaseId, Vec<ChangeHash>),
    /// A case leaves the phone.
    Forget(Forget),
    /// How far the answer reached. The last of all.
    Cursor(Cursor),
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Both sides hold the same, and nothing waits.
    UpToDate,
    /// Changes wait that the server put off or did not mention: try later.
    PutOff,
    /// The repair did not make both sides equal: try later.
    Differs,
    /// No answer: try later, and ask for less.
    NoAnswer,
}

/// One run of requests and answers.
#[derive(Debug)]
pub struct Session {
    device: DeviceId,
    cursor: Option<Cursor>,
    digest: Digest,
    clock: Option<Anchor>,
    attest: Vec<CaseId>,
    limit_bytes: u32,
    outbox: Outbox,
    repair: Repair,
    state: State,
}

#[derive(Debug, PartialEq)]
enum State {
    New,
    Sent,
    Keeping { server: Digest, more: bool },
    Listing,
    Ended,
}

/// Where the naming of holdings stands.
#[derive(Debug, PartialEq)]
enum Repair {
    NotNeeded,
    /// The next part begins behind this case.
    From(Option<CaseId>),
    Done,
}

impl Session {
    /// A session that has not begun.
    #[must_use]
    pub fn new(start: Start) -> Self {
        let mut attest = start.attest;
        attest.truncate(limits::ATTEST_PER_UP);
        Self {
            attest,
            device: start.device,
            cursor: start.cursor,
            digest: start.digest,
            clock: start.clock,
            limit_bytes: start.limit_bytes,
            outbox: Outbox::new(start.waiting),
            repair: Repair::NotNeeded,
            state: State::New,
        }
    }

    /// Takes what happened and says what to do. What does not fit the moment, such as an answer that comes a second time, does
    /// nothing.
    pub fn handle(&mut self, event: Event) -> Option<Effect> {
        match (&self.state, event) {
            (State::New, Event::Begun) => Some(self.send(None)),
            (State::Sent, Event::Answered(down)) => Some(self.keep(*down)),
            (State::Sent, Event::NoAnswer) => Some(self.end(End::NoAnswer)),
            (State::Keeping { server, more }, Event::Kept(held)) => {
                let (server, more) = (*server, *more);
                self.digest = held;
                Some(self.go_on(server, more))
            }
            (State::Listing, Event::Listed(held)) => Some(self.name_holdings(held)),
            (_, Event::Wrote(waiting)) => {
                self.outbox.add(waiting);
                None
            }
            (_, Event::Rewrote(case, waiting)) => {
                self.outbox.replace(case, waiting);
                None
            }
            _ => None,
        }
    }

    fn send(&mut self, holdings: Option<Holdings>) -> Effect {
        self.state = State::Sent;
        let cases = self.outbox.next_piece();
        Effect::Send(Box::new(Up {
            v: PROTOCOL,
            device: self.device,
            // Whoever hands the request out draws it.
            token: None,
            cursor: self.cursor.clone(),
            digest: self.digest,
            clock: self.clock.filter(|_| !cases.is_empty()),
            cases,
            more: self.outbox.holds_more(),
            holdings,
            attest: std::mem::take(&mut self.attest),
            proofs: Vec::new(),
            relayed: Vec::new(),
            limit_bytes: self.limit_bytes,
        }))
    }

    fn keep(&mut self, down: Down) -> Effect {
        self.state = State::Keeping {
            server: down.digest,
            more: down.more,
        };
        let mut keep = Vec::new();
        for case in down.cases {
            self.keep_case(case, &mut keep);
        }
        self.outbox.put_off_unanswered();
        keep.extend(down.forget.into_iter().map(Keep::Forget));
        keep.push(Keep::Cursor(down.cursor.clone()));
        self.cursor = Some(down.cursor);
        Effect::Keep(keep)
    }

    fn keep_case(&mut self, down: CaseDown, keep: &mut Vec<Keep>) {
        let case = down.case;
        if !down.accepted.is_empty() {
            self.outbox.accepted(case, &down.accepted);
            keep.push(Keep::Accepted(case, down.accepted));
        }
        if down.snapshot.is_some() || !down.changes.is_empty() {
            keep.push(Keep::Merge {
                case,
                snapshot: down.snapshot,
                changes: down.changes,
            });
        }
        for refused in down.refused {
            if refused.passing {
                self.outbox.put_off(case);
            } else {
                self.outbox.refused(case, refused.change);
                keep.push(Keep::Refused(case, refused));
            }
        }
        keep.extend(down.facts.map(|facts| Keep::Facts(case, facts)));
        keep.extend(down.heads.map(|heads| Keep::Offer(case, heads)));
    }

    fn go_on(&mut self, server: Digest, more: bool) -> Effect {
        if let Repair::From(Some(after)) = self.repair {
            return self.list(Some(after));
        }
        if more || self.outbox.is_sendable() {
            return self.send(None);
        }
        match (server == self.digest, &self.repair) {
            (false, Repair::NotNeeded) => self.list(None),
            (false, _) => self.end(End::Differs),
            (true, _) if self.outbox.is_empty() => self.end(End::UpToDate),
            (true, _) => self.end(End::PutOff),
        }
    }

    fn list(&mut self, after: Option<CaseId>) -> Effect {
        self.repair = Repair::From(after);
        self.state = State::Listing;
        Effect::List(after)
    }

    fn name_holdings(&mut self, mut held: Vec<(CaseId, ShortDigest)>) -> Effect {
        let after = if let Repair::From(after) = self.repair {
            after
        } else {
            None
        };
        let more_follow = held.len() > limits::HOLDINGS_PER_UP;
        held.truncate(limits::HOLDINGS_PER_UP);
        let through = held.last().map(|(case, _)| *case).filter(|_| more_follow);
        self.repair = through.map_or(Repair::Done, |last| Repair::From(Some(last)));
        self.send(Some(Holdings {
            after,
            through,
            held,
        }))
    }

    fn end(&mut self, end: End) -> Effect {
        self.state = State::Ended;
        Effect::End(end)
    }
}
