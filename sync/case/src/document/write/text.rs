//! Texts: only the difference is written, so that what two people wrote at once is merged by
//! character.

use super::{Result, Tx, difference::hunks};
use crate::limit;
use automerge::{ObjId, ReadDoc, transaction::Transactable};

pub(super) fn replace(tx: &mut Tx<'_>, text: &ObjId, content: &str) -> Result<()> {
    let old = tx.text(text)?;
    let new: Vec<char> = content.chars().collect();
    // What must be too much is refused before anything is compared.
    limit::of_insertion(new.len().saturating_sub(old.chars().count()))?;
    limit::of_erasure(old.chars().count().saturating_sub(new.len()))?;
    let hunks = hunks(&old, content);
    limit::of_insertion(hunks.iter().map(|hunk| hunk.new.len()).sum())?;
    limit::of_erasure(hunks.iter().map(|hunk| hunk.old.len()).sum())?;
    // From the end, so that the places of those in front stay what they are.
    for hunk in hunks.into_iter().rev() {
        let gone = isize::try_from(hunk.old.len()).unwrap_or(isize::MAX);
        let come: String = new[hunk.new].iter().collect();
        tx.splice_text(text, hunk.old.start, gone, &come)?;
    }
    Ok(())
}
