//! Originals of evidence on the phone (R016): cut into parts and sealed into the store in the same
//! commit as their entry; `queue` is their way to the server.

mod queue;

pub use queue::OutgoingFile;
pub(super) use queue::drop_parts;

use super::{
    Delivery, Engine, EngineError, Whereabouts,
    delivery::KeptPiece,
    row::{self, FileRow, FileState},
    secret::not_possible,
};
use crate::{
    encryption::RowChange,
    store::{Store, Table},
};
use hejie_case::{
    edit::{Edit, NewEntry},
    ids::{CaseId, EntryId, FileHash},
    record::{Evidence, EvidenceKind, Place},
};
use hejie_wire::limits;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// Bytes of a part, as it is stored and as it is sent: on a slow line (60 kbit/s) one takes some 17
/// seconds.
pub const PART_BYTES: usize = 128 << 10;

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
    pub whereabouts: Whereabouts,
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
        check_size(original, self.file_bytes())?;
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
        let number = row::next_number(&row::read_files(&self.store, Some(case))?);
        let mut rows = vec![row::put_file(number, &row)?];
        for (index, part) in original.chunks(PART_BYTES).enumerate() {
            rows.push(RowChange::Put(
                part_name(case, number, index),
                part.to_vec(),
            ));
        }
        let entry = NewEntry::Evidence(evidence, new.caption);
        self.edit_with(case, vec![Edit::Add { id, entry }], rows, now)?;
        self.note_file(&row);
        Ok(id)
    }

    /// The largest original that the server takes, in bytes, as it was last heard.
    #[must_use]
    pub fn file_bytes(&self) -> u64 {
        let said = self.progress.file_bytes;
        let believed = said.filter(|bytes| *bytes >= limits::LEAST_FILE_BYTES);
        believed.unwrap_or(limits::FILE_BYTES)
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

    pub(super) fn note_file(&mut self, row: &FileRow) {
        let standing = match row.state {
            FileState::Waiting => Delivery::Waiting,
            FileState::UntilBackup { receipt } => Delivery::Kept(KeptPiece {
                receipt,
                bytes: row.size,
            }),
            FileState::Received { .. } => Delivery::Done,
            FileState::Refused { .. } => Delivery::Refused,
        };
        self.files.note(row.case, row.evidence, standing);
    }

    fn file(&self, case: CaseId, evidence: EntryId) -> Result<Option<(u64, FileRow)>, EngineError> {
        let rows = row::read_files(&self.store, Some(case))?;
        Ok(rows.into_iter().find(|(_, row)| row.evidence == evidence))
    }
}

impl From<FileRow> for CapturedFile {
    fn from(row: FileRow) -> Self {
        Self {
            case: row.case,
            evidence: row.evidence,
            size: row.size,
            whereabouts: match row.state {
                FileState::Waiting => Whereabouts::Waiting,
                FileState::UntilBackup { receipt } => Whereabouts::Received(receipt.at),
                FileState::Received { at } => Whereabouts::Received(at),
                FileState::Refused { reason } => Whereabouts::Refused(reason),
            },
        }
    }
}

fn check_size(original: &[u8], most: u64) -> Result<(), EngineError> {
    if original.is_empty() {
        let zh = "文件是空的，请重新拍摄或选择文件。";
        return Err(not_possible("file_empty", zh));
    }
    if original.len() as u64 > most {
        let mib = most >> 20;
        let zh = format!("文件超过 {mib} MB，请压缩或分段拍摄后再添加。");
        return Err(not_possible("file_too_large", &zh));
    }
    Ok(())
}

/// The row of a part: behind the number of its file, the number of the part.
fn part_name(case: CaseId, file: u64, index: usize) -> crate::encryption::RowName {
    row::of_case(Table::Part, case, (file << 20) | index as u64)
}

fn parts_of(size: u64) -> usize {
    size.div_ceil(PART_BYTES as u64) as usize
}
