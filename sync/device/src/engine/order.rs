//! Where a clause stands among the others of its draft: a word between those of its neighbours, so
//! that moving one clause writes one value (M28).

use super::{Engine, EngineError, Receipt};
use crate::store::Store;
use hejie_case::{
    edit::Edit,
    ids::{CaseId, EntryId},
};
use jiff::Timestamp;

const FIRST: u8 = b'a';
const LAST: u8 = b'z';

impl<S: Store> Engine<S> {
    /// Moves a clause behind another one of its draft, or before all of them.
    ///
    /// # Errors
    /// As [`Engine::edit`].
    pub fn move_clause(
        &mut self,
        case: CaseId,
        draft: EntryId,
        clause: EntryId,
        behind: Option<EntryId>,
        now: Timestamp,
    ) -> Result<Receipt, EngineError> {
        let clauses = self.draft(case, draft)?.clauses.into_iter();
        let others = clauses.filter(|(id, _)| *id != clause);
        let others: Vec<_> = others.map(|(id, other)| (id, other.order)).collect();
        let place = others.iter().position(|(id, _)| Some(*id) == behind);
        let low = place.map_or("", |place| others[place].1.as_str());
        // Clauses that stand at one place stay together.
        let mut later = others[place.map_or(0, |place| place + 1)..].iter();
        let high = later.find(|(_, order)| order.as_str() > low);
        let order = between(low, high.map(|(_, order)| order.as_str()));
        let moved = Edit::ClauseOrder {
            draft,
            clause,
            order,
        };
        self.edit(case, moved, now)
    }
}

/// A word that sorts behind `low` and before `high`, as far as there is one: words of other clients
/// may leave no room.
fn between(low: &str, high: Option<&str>) -> String {
    let mut low = low.bytes().fuse();
    let mut high = high.map(str::bytes);
    let mut word = String::new();
    loop {
        let least = low.next().unwrap_or(FIRST - 1);
        let most = high.as_mut().map_or(Some(LAST + 1), Iterator::next);
        let most = most.unwrap_or(LAST + 1);
        let middle = least.midpoint(most);
        if middle > least && middle > FIRST {
            word.push(char::from(middle));
            return word;
        }
        // Nothing ends in the first letter, so that there is always a place before it.
        let step = if least < FIRST { FIRST } else { least };
        word.push(char::from(step));
        if step < most {
            high = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn there_is_room_between_any_two_places_again_and_again() {
        let mut places = vec![String::from("m"), String::from("mm"), String::from("mmm")];
        for turn in 0..300_usize {
            let at = turn * 7 % (places.len() + 1);
            let low = at.checked_sub(1).map_or("", |at| places[at].as_str());
            let word = between(low, places.get(at).map(String::as_str));
            assert!(!word.ends_with('a'), "{word}");
            places.insert(at, word);
            assert!(places.is_sorted_by(|a, b| a < b), "{places:?}");
        }
    }

    #[test]
    fn a_place_before_the_first_is_found_as_often_as_one_likes() {
        let mut first = String::from("m");
        for _ in 0..200 {
            let before = between("", Some(&first));
            assert!(before < first, "{before} {first}");
            first = before;
        }
        assert!(first.len() < 100, "{}", first.len());
    }
}
