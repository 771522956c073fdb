//! Originals of evidence on the phone (R016): cut into parts and sealed into the store in the same commit as their entry, sent in a
//! queue of their own (P12), and let go of when the server has hashed them whole.

use super::{
    Delivery, Engine, EngineError, Reason,
    row::{self, FileRow, FileState},
    secret::not_possible,
};
use crate::{
    seal::Change,
    store::{Store, Table},
};
use hejie_case::{
    edit::{Edit, NewEntry},
    ids::{CaseId, EntryId, FileHash},
    record::{Evidence, EvidenceKind, Place},
};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// Bytes of a part, as it is stored and as it is sent: on a slow line (60 kbit/s) one takes some 17 seconds.
pub const PART_BYTES: usize = 128 << 10;
/// The largest original that a phone takes in.
pub const FILE_BYTES: usize = 64 << 20;

/// What a phone knows of a piece of evidence besides its bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvidence {
    /// The kind.
    pub kind: EvidenceKind,
    /// Media type, such as `image/jpeg`.
    pub mime: String,
    /// When it was taken.
    pub taken_at: Timestamp,
    /// Where it was taken.
    pub place: Option<Place>,
    /// Where it came from, in words.
    pub origin: String,
    /// What it shows.
    pub caption: String,
}

/// An original that was taken in on this phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapturedFile {
    /// The case.
    pub case: CaseId,
    /// The piece of evidence.
    pub evidence: EntryId,
    /// Bytes.
    pub size: u64,
    /// Where it is.
    pub whereabouts: super::Whereabouts,
}

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
}

impl<S: Store> Engine<S> {
    /// Takes a piece of evidence: its entry and its original, in one commit.
    ///
    /// # Errors
    /// [`EngineError::NotPossible`] when there are no bytes, or too many; or as [`Engine::edit`].
    pub fn add_evidence(
        &mut self,
        case: CaseId,
        new: NewEvidence,
        original: &[u8],
        now: Timestamp,
    ) -> Result<EntryId, EngineError> {
        check_size(original)?;
        let hash = FileHash(Sha256::digest(original).into());
        let evidence = Evidence {
            kind: new.kind,
            sha256: hash.to_string(),
            size: original.len() as u64,
            mime: new.mime,
            taken_at: new.taken_at,
            place: new.place,
            origin: new.origin,
        };
        let id = self.new_entry_id(now)?;
        let row = FileRow {
            case,
            evidence: id,
            hash,
            size: evidence.size,
            at: now,
            state: FileState::Waiting,
        };
        let number = self.next_file(case)?;
        let mut rows = vec![row::put_file(number, &row)?];
        for (index, part) in original.chunks(PART_BYTES).enumerate() {
            rows.push(Change::Put(part_name(case, number, index), part.to_vec()));
        }
        let entry = NewEntry::Evidence(evidence, new.caption);
        self.edit_with(case, vec![Edit::Add { id, entry }], rows, now)?;
        self.note_file(&row);
        Ok(id)
    }

    /// The originals of a case that were taken in on this phone.
    ///
    /// # Errors
    /// When the store fails.
    pub fn files(&self, case: CaseId) -> Result<Vec<CapturedFile>, EngineError> {
        let rows = row::read_files(&self.store, Some(case))?;
        Ok(rows.into_iter().map(|(_, row)| row.into()).collect())
    }

    /// Every original that the server does not take, with its reason.
    ///
    /// # Errors
    /// When the store fails.
    pub fn refused_files(&self) -> Result<Vec<CapturedFile>, EngineError> {
        let rows = row::read_files(&self.store, None)?.into_iter();
        let refused = rows.filter(|(_, row)| matches!(row.state, FileState::Refused { .. }));
        Ok(refused.map(|(_, row)| row.into()).collect())
    }

    /// The bytes of an original, while this phone has them; none when the server has them alone.
    ///
    /// # Errors
    /// When the store fails.
    pub fn original(
        &self,
        case: CaseId,
        evidence: EntryId,
    ) -> Result<Option<Vec<u8>>, EngineError> {
        let Some((number, row)) = self.file(case, evidence)? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        for index in 0..parts_of(row.size) {
            match self.store.get(part_name(case, number, index))? {
                Some(part) => bytes.extend_from_slice(&part),
                None => return Ok(None),
            }
        }
        Ok(Some(bytes))
    }

    /// The originals that wait, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outgoing_files(&self) -> Result<Vec<OutgoingFile>, EngineError> {
        let rows = row::read_files(&self.store, None)?.into_iter();
        let waiting = rows.filter(|(_, row)| row.state == FileState::Waiting);
        let mut waiting: Vec<_> = waiting
            .map(|(number, row)| OutgoingFile {
                case: row.case,
                evidence: row.evidence,
                hash: row.hash,
                size: row.size,
                number,
                at: row.at,
            })
            .collect();
        waiting.sort_by_key(|out| (out.at, out.evidence));
        Ok(waiting)
    }

    /// What is to be sent next of an original of which the server has so many bytes.
    ///
    /// # Errors
    /// [`EngineError::NotPossible`] when there is nothing to send, or when the store fails.
    pub fn file_part(&self, file: &OutgoingFile, offset: u64) -> Result<Vec<u8>, EngineError> {
        let (index, within) = place(offset);
        let part = self.store.get(part_name(file.case, file.number, index))?;
        let rest = part.as_ref().and_then(|part| part.get(within..));
        match rest {
            Some(rest) if !rest.is_empty() => Ok(rest.to_vec()),
            _ => Err(not_possible(
                "file_lost",
                "本机没有该文件的内容，请重新采集该证据。",
            )),
        }
    }

    /// The server has it: the bytes go, the row stays to say so; of a case that left, nothing stays.
    ///
    /// # Errors
    /// When the store fails; then the server is asked again, which does no harm.
    pub fn file_received(&mut self, file: &OutgoingFile, at: Timestamp) -> Result<(), EngineError> {
        let Some((number, row)) = self.waiting_file(file)? else {
            return Ok(());
        };
        let is_gone = self.held.get(&file.case).is_none_or(|h| h.gone.is_some());
        let mut changes = drop_parts(&row, number);
        changes.push(if is_gone {
            Change::Delete(row::of_case(Table::File, file.case, number))
        } else {
            let state = FileState::Received { at };
            row::put_file(number, &FileRow { state, ..row })?
        });
        self.commit(changes)?;
        self.files.forget(row.case, row.evidence);
        Ok(())
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

    /// Lets go of an original that the server does not take, after its author has seen why.
    ///
    /// # Errors
    /// [`EngineError::UnknownRefusal`], or when the store fails.
    pub fn dismiss_file(&mut self, case: CaseId, evidence: EntryId) -> Result<(), EngineError> {
        let (number, row) = self
            .file(case, evidence)?
            .filter(|(_, row)| matches!(row.state, FileState::Refused { .. }))
            .ok_or(EngineError::UnknownRefusal)?;
        let mut changes = drop_parts(&row, number);
        changes.push(Change::Delete(row::of_case(Table::File, case, number)));
        self.commit(changes)?;
        self.files.forget(case, evidence);
        Ok(())
    }

    /// Rows of a case that goes: what the server has goes with it, what waits stays and is still sent.
    pub(super) fn files_of_forgotten(&self, case: CaseId) -> Result<Vec<Change>, EngineError> {
        let rows = row::read_files(&self.store, Some(case))?;
        let received = rows
            .into_iter()
            .filter(|(_, row)| matches!(row.state, FileState::Received { .. }));
        Ok(received
            .map(|(number, _)| Change::Delete(row::of_case(Table::File, case, number)))
            .collect())
    }

    pub(super) fn note_file(&mut self, row: &FileRow) {
        let standing = match row.state {
            FileState::Waiting => Delivery::Waiting,
            FileState::Received { .. } => Delivery::Done,
            FileState::Refused { .. } => Delivery::Refused,
        };
        self.files.note(row.case, row.evidence, standing);
    }

    fn file(&self, case: CaseId, evidence: EntryId) -> Result<Option<(u64, FileRow)>, EngineError> {
        let rows = row::read_files(&self.store, Some(case))?;
        Ok(rows.into_iter().find(|(_, row)| row.evidence == evidence))
    }

    fn waiting_file(&self, file: &OutgoingFile) -> Result<Option<(u64, FileRow)>, EngineError> {
        let found = self.file(file.case, file.evidence)?;
        Ok(found.filter(|(_, row)| row.state == FileState::Waiting))
    }

    fn next_file(&self, case: CaseId) -> Result<u64, EngineError> {
        let rows = row::read_files(&self.store, Some(case))?;
        Ok(rows.iter().map(|(number, _)| number + 1).max().unwrap_or(0))
    }
}

impl From<FileRow> for CapturedFile {
    fn from(row: FileRow) -> Self {
        Self {
            case: row.case,
            evidence: row.evidence,
            size: row.size,
            whereabouts: match row.state {
                FileState::Waiting => super::Whereabouts::Waiting,
                FileState::Received { at } => super::Whereabouts::Received(at),
                FileState::Refused { reason } => super::Whereabouts::Refused(reason),
            },
        }
    }
}

fn check_size(original: &[u8]) -> Result<(), EngineError> {
    match original.len() {
        0 => Err(not_possible(
            "file_empty",
            "文件是空的，请重新拍摄或选择文件。",
        )),
        1..=FILE_BYTES => Ok(()),
        _ => Err(not_possible(
            "file_too_large",
            "文件超过 64 MB，请压缩或分段拍摄后再添加。",
        )),
    }
}

/// The row of a part: behind the number of its file, the number of the part.
fn part_name(case: CaseId, file: u64, index: usize) -> crate::seal::RowName {
    row::of_case(Table::Part, case, (file << 20) | index as u64)
}

/// The part in which a byte lies, and where within it.
fn place(offset: u64) -> (usize, usize) {
    let size = PART_BYTES as u64;
    // Both are far below the size of a file.
    ((offset / size) as usize, (offset % size) as usize)
}

fn parts_of(size: u64) -> usize {
    size.div_ceil(PART_BYTES as u64) as usize
}

fn drop_parts(row: &FileRow, number: u64) -> Vec<Change> {
    let part = |index| Change::Delete(part_name(row.case, number, index));
    (0..parts_of(row.size)).map(part).collect()
}
