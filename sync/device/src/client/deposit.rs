//! What is left to do for a phone that is out of service: to hand in what it had not sent.

use super::{Client, ClientError, Clock};
use crate::{engine::row, http::Tokens};
use std::collections::BTreeSet;

impl Client {
    /// Hands in what was not sent, after the server said that phone, account or role are out of service; returns how many changes were
    /// handed in now. They stay on the phone, and the author reads where they are. [`Client::exchange`] does this by itself.
    ///
    /// # Errors
    /// [`ClientError`]; what was handed in until then is noted, and the next call goes on from there.
    pub fn deposit(&self, clock: Clock<'_>) -> Result<u64, ClientError> {
        let _line = self.line.lock();
        self.hand_in(clock)
    }

    pub(super) fn hand_in(&self, clock: Clock<'_>) -> Result<u64, ClientError> {
        let (mut done, mut not_taken) = (0, BTreeSet::new());
        loop {
            let engine = self.engine.lock();
            let part = engine.begin_deposit(&not_taken)?;
            let tokens: Option<Tokens> = engine.own(row::SESSION)?;
            drop(engine);
            let Some(part) = part else {
                return Ok(done);
            };
            let token = tokens.ok_or(ClientError::NotSignedIn)?.refresh_token;
            let answer = self.link.deposit(&token, &part.body)?;
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
