//! A phone of a hundred lines around the session: it keeps hashes instead of documents.

use crate::server::{self, Server, Trouble};
use hejie_case::ids::{CaseId, ChangeHash, DeviceId};
use hejie_wire::{
    digest::Digest,
    exchange::{Effect, End, Event, Keep, Session, Start, Waiting},
    limits,
    message::Cursor,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What lasts on a phone between sessions, as far as the session is concerned.
#[derive(Default)]
pub(crate) struct Phone {
    cursor: Option<Cursor>,
    pub(crate) held: BTreeMap<CaseId, Vec<ChangeHash>>,
    pub(crate) outbox: Vec<Waiting>,
}

impl Phone {
    fn digest(&self) -> Digest {
        self.held
            .iter()
            .map(|(case, heads)| server::digest_of(*case, heads))
            .collect()
    }

    /// Runs one session against the server over a line with the given troubles.
    pub(crate) fn sync(&mut self, server: &mut Server, trouble: &mut Trouble) -> End {
        let start = Start {
            clock: None,
            device: DeviceId(Uuid::from_u128(7)),
            cursor: self.cursor.clone(),
            digest: self.digest(),
            waiting: self.outbox.clone(),
            attest: Vec::new(),
            limit_bytes: limits::DEFAULT_LIMIT_BYTES,
        };
        let mut session = Session::new(start);
        let mut event = Event::Begun;
        for _ in 0..1_000 {
            event = match session.handle(event).unwrap() {
                Effect::Send(up) => trouble
                    .carry(&up, server)
                    .map_or(Event::NoAnswer, |down| Event::Answered(Box::new(down))),
                Effect::Keep(keep) => {
                    for one in keep {
                        self.keep(one, &mut session);
                    }
                    Event::Kept(self.digest())
                }
                Effect::List(after) => {
                    let listed = self
                        .held
                        .iter()
                        .filter(|(c, _)| after.is_none_or(|a| **c > a));
                    Event::Listed(
                        listed
                            .map(|(c, heads)| (*c, server::digest_of(*c, heads).short()))
                            .collect(),
                    )
                }
                Effect::End(end) => return end,
            };
        }
        panic!("the session does not end");
    }

    fn keep(&mut self, keep: Keep, session: &mut Session) {
        match keep {
            Keep::Accepted(case, hashes) => {
                self.outbox.retain(|one| !hashes.contains(&one.hash));
                self.add(case, &hashes);
            }
            Keep::Merge {
                case,
                snapshot,
                changes,
            } => {
                let from_snapshot = snapshot
                    .map(|bytes| server::hashes_in(&bytes))
                    .unwrap_or_default();
                self.add(case, &from_snapshot);
                let hashes: Vec<_> = changes.iter().map(|c| server::hash_of(c)).collect();
                self.add(case, &hashes);
            }
            Keep::Offer(case, heads) => {
                let lacking = self
                    .held
                    .get(&case)
                    .into_iter()
                    .flatten()
                    .filter(|h| !heads.contains(h));
                let mut again: Vec<_> = lacking
                    .map(|h| Waiting {
                        case,
                        hash: *h,
                        bytes: server::bytes_of(*h),
                        deposited: Vec::new(),
                    })
                    .collect();
                again.extend(self.outbox.iter().filter(|one| one.case == case).cloned());
                self.held.insert(case, heads);
                self.outbox.retain(|one| one.case != case);
                self.outbox.extend(again.clone());
                session.handle(Event::Rewrote(case, again));
            }
            Keep::Forget(forget) => drop(self.held.remove(&forget.case)),
            Keep::Cursor(cursor) => self.cursor = Some(cursor),
            Keep::Facts(..) | Keep::Refused(..) => {}
        }
    }

    fn add(&mut self, case: CaseId, hashes: &[ChangeHash]) {
        let heads = self.held.entry(case).or_default();
        heads.extend(hashes);
        heads.sort_unstable();
        heads.dedup();
    }

    pub(crate) fn write(&mut self, case: CaseId, content: Vec<u8>) {
        self.outbox.push(Waiting {
            case,
            hash: server::hash_of(&content),
            bytes: content,
            deposited: Vec::new(),
        });
    }
}
