//! The queue of originals (PP12): what waits is sent part by part until the server has hashed it
//! whole. Its bytes stay until a backup holds them (`kept`).

use super::{PART_BYTES, part_name, parts_of};
use crate::{
    encryption::RowChange,
    engine::{
        Engine, EngineError, Reason,
        row::{self, FileRow, FileState, ServerReceipt},
        secret::not_possible,
    },
    store::{Store, Table},
};
use hejie_case::ids::{CaseId, EntryId, FileHash};
use jiff::Timestamp;

/// An original on its way to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingFile {
    /// The case.
    pub case: CaseId,
    /// The piece of evidence.
    pub evidence: EntryId,
    /// Its hash.
    pub hash: FileHash,
    /// Bytes.
    pub size: u64,
    number: u64,
    at: Timestamp,
    /// The epoch of the registry as it was heard before it was sent.
    epoch: u64,
}

impl<S: Store> Engine<S> {
    /// The originals that wait, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outgoing_files(&self) -> Result<Vec<OutgoingFile>, EngineError> {
        self.files_in(|state| *state == FileState::Waiting)
    }

    /// The originals in some state, the oldest first.
    pub(in crate::engine) fn files_in(
        &self,
        is_wanted: impl Fn(&FileState) -> bool,
    ) -> Result<Vec<OutgoingFile>, EngineError> {
        let rows = row::read_files(&self.store, None)?.into_iter();
        let wanted = rows.filter(|(_, row)| is_wanted(&row.state));
        let mut wanted: Vec<_> = wanted
            .map(|(number, row)| OutgoingFile {
                case: row.case,
                evidence: row.evidence,
                hash: row.hash,
                size: row.size,
                number,
                at: row.at,
                epoch: self.epoch,
            })
            .collect();
        wanted.sort_by_key(|out| (out.at, out.evidence));
        Ok(wanted)
    }

    /// What is to be sent next of an original of which the server has so many bytes.
    ///
    /// # Errors
    /// [`EngineError::NotPossible`] when there is nothing to send, or when the store fails.
    pub fn file_part(&self, file: &OutgoingFile, offset: u64) -> Result<Vec<u8>, EngineError> {
        let (index, within) = place(offset);
        let part = match self.store.get(part_name(file.case, file.number, index)) {
            Err(error) if error.is_damage() => None,
            part => part?,
        };
        let rest = part.as_ref().and_then(|part| part.get(within..));
        match rest {
            Some(rest) if !rest.is_empty() => Ok(rest.to_vec()),
            _ => Err(not_possible(
                "file_lost",
                "本机没有该文件的内容，请重新采集该证据。",
            )),
        }
    }

    /// The server has it since then, by its clock: the bytes stay until a backup holds them; of a
    /// case that left, nothing stays.
    ///
    /// # Errors
    /// When the store fails; then the server is asked again, which does no harm.
    pub fn file_received(&mut self, file: &OutgoingFile, at: Timestamp) -> Result<(), EngineError> {
        let Some((number, row)) = self.waiting_file(file)? else {
            return Ok(());
        };
        if self.has_left(file.case) {
            let mut changes = drop_parts(&row, number);
            changes.push(RowChange::Delete(row::of_case(
                Table::File,
                file.case,
                number,
            )));
            self.commit(changes)?;
            self.files.forget(row.case, row.evidence);
            return Ok(());
        }
        let epoch = file.epoch;
        let state = FileState::UntilBackup {
            receipt: ServerReceipt { at, epoch },
        };
        let received = FileRow { state, ..row };
        self.commit(vec![row::put_file(number, &received)?])?;
        self.note_file(&received);
        self.keep_within_bounds()
    }

    /// Keeps why the server does not take an original; its bytes stay.
    ///
    /// # Errors
    /// When the store fails.
    pub fn file_refused(&mut self, file: &OutgoingFile, reason: Reason) -> Result<(), EngineError> {
        let Some((number, row)) = self.waiting_file(file)? else {
            return Ok(());
        };
        let state = FileState::Refused { reason };
        let refused = FileRow { state, ..row };
        self.commit(vec![row::put_file(number, &refused)?])?;
        self.note_file(&refused);
        Ok(())
    }

    /// Sends an original once more that the server did not take.
    ///
    /// # Errors
    /// [`EngineError::UnknownRefusal`], or when the store fails.
    pub fn retry_file(&mut self, case: CaseId, evidence: EntryId) -> Result<(), EngineError> {
        let (number, row) = self.refused_file(case, evidence)?;
        let state = FileState::Waiting;
        let waiting = FileRow { state, ..row };
        self.commit(vec![row::put_file(number, &waiting)?])?;
        self.note_file(&waiting);
        Ok(())
    }

    /// Lets go of an original that the server does not take, after its author has seen why.
    ///
    /// # Errors
    /// [`EngineError::UnknownRefusal`], or when the store fails.
    pub fn dismiss_file(&mut self, case: CaseId, evidence: EntryId) -> Result<(), EngineError> {
        let (number, row) = self.refused_file(case, evidence)?;
        let mut changes = drop_parts(&row, number);
        changes.push(RowChange::Delete(row::of_case(Table::File, case, number)));
        self.commit(changes)?;
        self.files.forget(case, evidence);
        Ok(())
    }

    /// Rows of a case that goes: what the server has goes with it, what waits stays and is still
    /// sent.
    pub(in crate::engine) fn files_of_forgotten(
        &self,
        case: CaseId,
    ) -> Result<Vec<RowChange>, EngineError> {
        let rows = row::read_files(&self.store, Some(case))?;
        let mut changes = Vec::new();
        for (number, row) in rows {
            match row.state {
                FileState::Waiting | FileState::Refused { .. } => continue,
                FileState::UntilBackup { .. } => changes.append(&mut drop_parts(&row, number)),
                FileState::Received { .. } => {}
            }
            changes.push(RowChange::Delete(row::of_case(Table::File, case, number)));
        }
        Ok(changes)
    }

    fn refused_file(&self, case: CaseId, evidence: EntryId) -> Result<(u64, FileRow), EngineError> {
        let found = self.file(case, evidence)?;
        found
            .filter(|(_, row)| matches!(row.state, FileState::Refused { .. }))
            .ok_or(EngineError::UnknownRefusal)
    }

    fn waiting_file(&self, file: &OutgoingFile) -> Result<Option<(u64, FileRow)>, EngineError> {
        let found = self.file(file.case, file.evidence)?;
        Ok(found.filter(|(_, row)| row.state == FileState::Waiting))
    }
}

/// The part in which a byte lies, and where within it.
fn place(offset: u64) -> (usize, usize) {
    let size = PART_BYTES as u64;
    // Both are far below the size of a file.
    ((offset / size) as usize, (offset % size) as usize)
}

/// What takes the bytes of an original off the phone.
pub(in crate::engine) fn drop_parts(row: &FileRow, number: u64) -> Vec<RowChange> {
    let part = |index| RowChange::Delete(part_name(row.case, number, index));
    (0..parts_of(row.size)).map(part).collect()
}
