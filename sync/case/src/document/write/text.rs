//! Texts: only the difference is written, so that what two people wrote at once is merged by character.

use super::{EditError, Tx};
use crate::limit;
use automerge::{ObjId, ReadDoc, transaction::Transactable};

/// Above this product of lengths the differing middle is replaced as a whole: a fine difference would take too long.
const FINE: usize = 4_000_000;

pub(super) fn replace(tx: &mut Tx<'_>, text: &ObjId, content: &str) -> Result<(), EditError> {
    let old: Vec<char> = tx.text(text)?.chars().collect();
    let new: Vec<char> = content.chars().collect();
    let head = old
        .iter()
        .zip(&new)
        .take_while(|(old, new)| old == new)
        .count();
    let tail = old[head..]
        .iter()
        .rev()
        .zip(new[head..].iter().rev())
        .take_while(|(old, new)| old == new)
        .count();
    let (gone, come) = (old.len() - head - tail, new.len() - head - tail);
    limit::of_insertion(come)?;
    if gone > 0 && come > 0 && gone.saturating_mul(come) <= FINE {
        return Ok(tx.update_text(text, content)?);
    }
    if gone == 0 && come == 0 {
        return Ok(());
    }
    let middle: String = new[head..head + come].iter().collect();
    Ok(tx.splice_text(
        text,
        head,
        isize::try_from(gone).unwrap_or(isize::MAX),
        &middle,
    )?)
}
