//! What is left to do for a phone that is out of service: to hand in what it had not sent.

use super::{Client, ClientError, STALLS, TimeSource};
use crate::{
    engine::{DepositItem, EngineError, row},
    http::{LineFault, LinkError, Tokens},
};
use hejie_case::reason::Explain;
use std::collections::BTreeSet;

impl Client {
    /// Hands in what was not sent, after the server said that phone, account or role are out of
    /// service; returns how many changes, identities and originals were handed in now. They stay on
    /// the phone, and the author reads where they are. [`Client::exchange`] does this by itself.
    ///
    /// # Errors
    /// [`ClientError`]; what was handed in until then is noted, and the next call goes on from
    /// there.
    pub fn deposit(&self, clock: TimeSource<'_>) -> Result<u64, ClientError> {
        let _line = self.line.lock();
        self.hand_in(clock)
    }

    pub(super) fn hand_in(&self, clock: TimeSource<'_>) -> Result<u64, ClientError> {
        let changes = match self.hand_in_changes(clock) {
            Err(ClientError::Link(error)) if error.is_of_one_piece() => Err(error),
            handed_in => Ok(handed_in?),
        };
        let items = self.hand_in_items()?;
        Ok(changes? + items)
    }

    /// Identities and originals, each from where it was cut off. One that the server does not take
    /// stands in nobody's way.
    fn hand_in_items(&self) -> Result<u64, ClientError> {
        let _sending = self.sending.lock();
        let (items, tokens) = {
            let engine = self.engine.lock();
            (engine.deposit_items()?, engine.own::<Tokens>(row::SESSION)?)
        };
        let (mut done, mut held) = (0, None);
        for item in &items {
            let token = tokens.as_ref().ok_or(ClientError::NotSignedIn)?;
            match self.hand_in_item(item, &token.refresh_token) {
                Ok(true) => {
                    self.engine.lock().take_deposited_item(item)?;
                    done += 1;
                }
                Ok(false) => return Ok(done),
                Err(
                    ClientError::Link(LinkError::Refused(_))
                    | ClientError::Engine(EngineError::NotPossible(_)),
                ) => {}
                Err(ClientError::Link(error)) if error.is_of_one_piece() => held = Some(error),
                Err(error) => return Err(error),
            }
        }
        held.map_or(Ok(done), |error| Err(error.into()))
    }

    /// Hands one in; false when the phone has handed in as much as it may.
    fn hand_in_item(&self, item: &DepositItem, token: &str) -> Result<bool, ClientError> {
        let (mut sent, mut stalls) = (0, 0);
        loop {
            let part = self.engine.lock().deposit_part(item, sent)?;
            let now = self.link.deposit_part(token, item, sent, &part)?;
            if now.full || now.received == item.size {
                return Ok(!now.full);
            }
            // A part that does not begin where the server stands is not kept, and the answer says
            // where that is.
            stalls += u32::from(now.received <= sent);
            if stalls > STALLS || now.received > item.size {
                return Err(LinkError::Held(LineFault::Garbled.reason()).into());
            }
            sent = now.received;
        }
    }

    fn hand_in_changes(&self, clock: TimeSource<'_>) -> Result<u64, ClientError> {
        let (mut done, mut not_taken, mut held) = (0, BTreeSet::new(), None);
        loop {
            let engine = self.engine.lock();
            let part = engine.begin_deposit(&not_taken)?;
            let tokens: Option<Tokens> = engine.own(row::SESSION)?;
            drop(engine);
            let Some(part) = part else {
                return held.map_or(Ok(done), |error: LinkError| Err(error.into()));
            };
            let token = tokens.ok_or(ClientError::NotSignedIn)?.refresh_token;
            let answer = match self.link.deposit(&token, &part.body) {
                Err(error) if error.is_of_one_piece() => {
                    not_taken.extend(part.changes);
                    held = Some(error);
                    continue;
                }
                answer => answer?,
            };
            let kept: BTreeSet<_> = answer.kept.intersection(&part.changes).copied().collect();
            self.engine.lock().take_deposited(&kept, clock())?;
            done += kept.len() as u64;
            if answer.full {
                return Ok(done);
            }
            not_taken.extend(part.changes.difference(&kept));
        }
    }
}
