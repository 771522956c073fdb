//! What the phone keeps of what the server has: originals, and identities as the bytes that were
//! sealed, until a backup holds them (docs/adr/0015).
//!
//! Every time here is the server's: when it received a piece, up to when everything is in a backup,
//! and what time it is. A piece leaves when a backup is reported that was begun later, after
//! [`limits::KEPT_DAYS`], the oldest ones beyond [`limits::KEPT_BYTES`], when the phone is full,
//! and with its case. When the registry was set back since the receipt, the piece is offered again.

use super::{
    Engine, EngineError,
    delivery::{Deliveries, KeptPiece},
    file,
    row::{self, FileRow, FileState, RetainedIdentity, SecretRow},
};
use crate::{encryption::RowChange, store::Store};
use hejie_case::ids::{CaseId, EntryId};
use hejie_wire::{
    limits,
    message::{Destroyed, Down},
};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24 * limits::KEPT_DAYS);
/// What a step may take beside its values: rows are sealed, and a page holds several.
const OVERHEAD: u64 = 256 << 10;

/// Some of what is kept.
#[derive(Debug, Default)]
struct PickedPieces {
    secrets: BTreeSet<(CaseId, EntryId)>,
    files: BTreeSet<(CaseId, EntryId)>,
}

/// Where a picked piece goes.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// It is offered again.
    Again,
    /// It leaves the phone.
    Gone,
}

/// What the phone keeps of what the server has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeptForBackup {
    /// Originals of evidence.
    pub files: u64,
    /// Identities, as the bytes that were sealed.
    pub identities: u64,
    /// Bytes of both.
    pub bytes: u64,
}

impl<S: Store> Engine<S> {
    /// What the phone keeps of what the server has, until a backup holds it.
    #[must_use]
    pub fn kept_for_backup(&self) -> KeptForBackup {
        KeptForBackup {
            files: self.files.kept.len() as u64,
            identities: self.secrets.kept.len() as u64,
            bytes: self.kept_pieces().map(|piece| piece.bytes).sum(),
        }
    }

    /// Keeps less than [`limits::KEPT_BYTES`] of what the server has, on a phone with little room.
    ///
    /// # Errors
    /// When the store fails.
    pub fn keep_at_most(&mut self, bytes: u64) -> Result<(), EngineError> {
        self.kept_bytes = bytes.min(limits::KEPT_BYTES);
        self.keep_within_bounds()
    }

    /// Offers again what a registry that was set back may have lost, and lets go of what is in a
    /// backup, too old, or destroyed by order.
    pub(super) fn take_backed_up(&mut self, down: &Down) -> Result<(), EngineError> {
        let epoch = self.epoch;
        let lost = self.picked(|piece| piece.receipt.epoch != epoch);
        self.send_off(&lost, Way::Again)?;
        for destroyed in &down.destroyed {
            self.let_go_of_destroyed(*destroyed)?;
        }
        let horizon = down.server_time.saturating_sub(KEPT_FOR);
        let horizon = horizon.unwrap_or(Timestamp::MIN);
        let until = down.backed_up.map_or(horizon, |at| at.max(horizon));
        let safe = self.picked(|piece| piece.receipt.at < until);
        self.send_off(&safe, Way::Gone)?;
        self.keep_relayed(until)
    }

    /// Lets go of the oldest that is beyond the bound.
    pub(super) fn keep_within_bounds(&mut self) -> Result<(), EngineError> {
        let beyond = self.kept_for_backup().bytes.saturating_sub(self.kept_bytes);
        let oldest = self.oldest(beyond);
        self.send_off(&oldest, Way::Gone)
    }

    /// A case has left with all that was kept of it.
    pub(super) fn forget_kept(&mut self, case: CaseId) {
        for kept in [&mut self.secrets.kept, &mut self.files.kept] {
            kept.retain(|(of, _), _| *of != case);
        }
    }

    pub(super) fn keeps_any(&self) -> bool {
        !self.secrets.kept.is_empty() || !self.files.kept.is_empty()
    }

    /// Whether what is kept could make room for these changes.
    pub(super) fn made_room(&mut self, changes: &[RowChange]) -> bool {
        let needed = changes.iter().map(|change| match change {
            RowChange::Put(_, value) => value.len() as u64,
            RowChange::Delete(_) => 0,
        });
        let needed: u64 = needed.sum::<u64>() + OVERHEAD;
        let oldest = self.oldest(needed);
        let has_any = !oldest.secrets.is_empty() || !oldest.files.is_empty();
        has_any && self.send_off(&oldest, Way::Gone).is_ok()
    }

    fn kept_pieces(&self) -> impl Iterator<Item = &KeptPiece> {
        self.secrets.kept.values().chain(self.files.kept.values())
    }

    fn picked(&self, is_wanted: impl Fn(&KeptPiece) -> bool) -> PickedPieces {
        let of = |deliveries: &Deliveries| {
            let kept = deliveries.kept.iter();
            let wanted = kept.filter(|(_, piece)| is_wanted(piece));
            wanted.map(|(at, _)| *at).collect()
        };
        PickedPieces {
            secrets: of(&self.secrets),
            files: of(&self.files),
        }
    }

    /// The oldest pieces that hold so many bytes together.
    fn oldest(&self, bytes: u64) -> PickedPieces {
        let secrets = self.secrets.kept.iter().map(|kept| (true, kept));
        let files = self.files.kept.iter().map(|kept| (false, kept));
        let mut all: Vec<_> = secrets.chain(files).collect();
        all.sort_unstable_by_key(|(is_secret, (at, piece))| (piece.receipt.at, *is_secret, **at));
        let (mut picked, mut found) = (PickedPieces::default(), 0);
        for (is_secret, (at, piece)) in all {
            if found >= bytes {
                break;
            }
            found += piece.bytes;
            let pieces = if is_secret {
                &mut picked.secrets
            } else {
                &mut picked.files
            };
            pieces.insert(*at);
        }
        picked
    }

    fn send_off(&mut self, picked: &PickedPieces, way: Way) -> Result<(), EngineError> {
        let (mut changes, mut secrets, mut files) = (Vec::new(), Vec::new(), Vec::new());
        for case in cases_of(&picked.secrets) {
            let rows = row::read_secrets(&self.store, Some(case))?.into_iter();
            for (number, row) in rows.filter(|(_, row)| picked.secrets.contains(&(case, row.party)))
            {
                let row = row.sent_off(way);
                changes.push(row::put_secret(number, &row)?);
                secrets.push(row);
            }
        }
        for case in cases_of(&picked.files) {
            let rows = row::read_files(&self.store, Some(case))?.into_iter();
            for (number, row) in
                rows.filter(|(_, row)| picked.files.contains(&(case, row.evidence)))
            {
                if matches!(way, Way::Gone) {
                    changes.append(&mut file::drop_parts(&row, number));
                }
                let row = row.sent_off(way);
                changes.push(row::put_file(number, &row)?);
                files.push(row);
            }
        }
        if changes.is_empty() {
            return Ok(());
        }
        self.commit_once(changes)?;
        secrets.iter().for_each(|row| self.note_secret(row));
        files.iter().for_each(|row| self.note_file(row));
        Ok(())
    }

    /// What was never received is refused when it is sent, and its author told.
    fn let_go_of_destroyed(&mut self, gone: Destroyed) -> Result<(), EngineError> {
        let at = (gone.case, gone.party);
        if !self.secrets.kept.contains_key(&at) && !self.secrets.waiting.contains(&at) {
            return Ok(());
        }
        let Some((number, row)) = self.secret(gone.case, gone.party)? else {
            return Ok(());
        };
        let is_received = matches!(
            row.kept,
            RetainedIdentity::UntilBackup { .. } | RetainedIdentity::Waiting { again: Some(_), .. }
        );
        if is_received {
            let row = row.sent_off(Way::Gone);
            self.commit_once(vec![row::put_secret(number, &row)?])?;
            self.note_secret(&row);
        }
        Ok(())
    }
}

impl SecretRow {
    fn sent_off(self, way: Way) -> Self {
        let kept = match (way, self.kept) {
            (Way::Again, RetainedIdentity::UntilBackup { sealed, receipt }) => {
                RetainedIdentity::Waiting {
                    sealed,
                    again: Some(receipt.at),
                }
            }
            (Way::Gone, RetainedIdentity::UntilBackup { receipt, .. }) => {
                RetainedIdentity::Received { at: receipt.at }
            }
            (
                Way::Gone,
                RetainedIdentity::Waiting {
                    again: Some(at), ..
                },
            ) => RetainedIdentity::Received { at },
            (_, kept) => kept,
        };
        Self { kept, ..self }
    }
}

impl FileRow {
    fn sent_off(self, way: Way) -> Self {
        let state = match (way, self.state) {
            (Way::Again, FileState::UntilBackup { .. }) => FileState::Waiting,
            (Way::Gone, FileState::UntilBackup { receipt }) => {
                FileState::Received { at: receipt.at }
            }
            (_, state) => state,
        };
        Self { state, ..self }
    }
}

fn cases_of(pieces: &BTreeSet<(CaseId, EntryId)>) -> BTreeSet<CaseId> {
    pieces.iter().map(|(case, _)| *case).collect()
}
