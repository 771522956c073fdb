//! Originals of evidence on their way up, beside the exchange and one after the other.

use super::{Client, ClientError, STALLS, TimeSource};
use crate::{
    engine::{EngineError, OutgoingFile},
    http::{LineFault, LinkError, UploadState},
};
use hejie_case::reason::Explain;
use jiff::Timestamp;

impl Client {
    /// Sends the originals of evidence that wait, each from where it was cut off, and returns how
    /// many the server has taken. An exchange may run meanwhile.
    ///
    /// # Errors
    /// [`ClientError`]; what was sent until then stays sent, and the next call goes on from there.
    pub fn send_files(&self, clock: TimeSource<'_>) -> Result<u32, ClientError> {
        let _sending = self.sending.lock();
        let waiting = self.engine.lock().outgoing_files()?;
        let (mut taken, mut held) = (0, None);
        for file in &waiting {
            match self.send_file(file, clock) {
                Ok(received_at) => {
                    self.engine.lock().file_received(file, received_at)?;
                    taken += 1;
                }
                Err(ClientError::Link(LinkError::Early(reason))) => {
                    if !self.is_on_the_way(file.case, file.evidence)? {
                        self.engine.lock().file_refused(file, reason)?;
                    }
                }
                Err(
                    ClientError::Link(LinkError::Refused(reason))
                    | ClientError::Engine(EngineError::NotPossible(reason)),
                ) => self.engine.lock().file_refused(file, reason)?,
                // It waits, and the others go on.
                Err(ClientError::Link(error)) if error.is_of_one_piece() => held = Some(error),
                Err(error) => return Err(error),
            }
        }
        held.map_or(Ok(taken), |error| Err(error.into()))
    }

    /// Sends one, and returns when the server had it whole.
    fn send_file(
        &self,
        file: &OutgoingFile,
        clock: TimeSource<'_>,
    ) -> Result<Timestamp, ClientError> {
        let begin = || self.with_token(clock, |token| self.link.begin_file(token, file));
        let mut sent = begin()?;
        let mut stalls = 0;
        loop {
            let offset = match sent {
                UploadState::Whole(received_at) => return Ok(received_at),
                UploadState::Until(offset) if offset < file.size => offset,
                UploadState::Until(_) => return Err(LinkError::line(LineFault::Foreign).into()),
            };
            let part = self.engine.lock().file_part(file, offset)?;
            let send = |token: &str| self.link.send_part(token, file, offset, &part);
            sent = match self.with_token(clock, send) {
                // An answer of before was lost on the way, or the server lost what it had.
                Err(ClientError::Link(LinkError::Again(_))) => begin()?,
                answer => answer?,
            };
            stalls += u32::from(!sent.is_beyond(offset));
            if stalls > STALLS {
                return Err(LinkError::Held(LineFault::Garbled.reason()).into());
            }
        }
    }
}
