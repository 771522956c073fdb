//! What lies beside the marks and does not read anywhere, so that it keeps somebody out, or says
//! nothing: for an operator to see to.

use super::{
    MarkError, Marks,
    lifted::LiftNote,
    record::{MarkRecord, lifted_by},
    revoked::{RevocationNote, is_strange, revocation_of},
};
use hejie_registry::identity::revocation::Revocation;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// A file of what was taken back or given back that reads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadRecord {
    /// Its name.
    pub file: String,
    /// What was taken or given back; none where not even the name says so.
    pub about: Option<Revocation>,
}

impl Marks {
    /// Lists what reads nowhere of what was taken back from people and channels, and given back to
    /// them. Changes nothing.
    ///
    /// # Errors
    /// When a place cannot be read.
    pub async fn list_unread(&self, registry: Uuid) -> Result<Vec<UnreadRecord>, MarkError> {
        let of = (registry, MarkRecord::Revoked);
        let mut unread = Vec::new();
        for file in self.list_records(of).await? {
            if is_strange(&file) {
                unread.push(UnreadRecord { file, about: None });
                continue;
            }
            let lifted = lifted_by(&file);
            let revocation = revocation_of(lifted.unwrap_or(&file));
            // Of all others the name says enough: what does not read counts.
            let about = revocation.filter(Revocation::can_be_lifted);
            if about.is_none() {
                continue;
            }
            let places = self.read_records(of, &file).await?;
            let reads = match lifted {
                Some(_) => reads_in_one::<LiftNote>(&places),
                None => reads_in_one::<RevocationNote>(&places),
            };
            if !reads {
                unread.push(UnreadRecord { file, about });
            }
        }
        Ok(unread)
    }
}

fn reads_in_one<T: DeserializeOwned>(places: &[Vec<u8>]) -> bool {
    let reads = |bytes: &Vec<u8>| serde_json::from_slice::<T>(bytes).is_ok();
    places.is_empty() || places.iter().any(reads)
}
