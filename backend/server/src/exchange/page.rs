//! How much of what moved fits into one answer, and what has to be loaded for it: pure.

use hejie_case::{
    ids::{Actor, CaseId, ChangeHash},
    reason::Reason,
};
use hejie_registry::{
    feed::{FeedEvent, FeedRow},
    sync::VisibleCases,
};
use std::collections::{BTreeMap, BTreeSet};

/// Bytes that may still be added to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    left: u64,
    is_empty: bool,
}

impl Room {
    pub(super) fn new(bytes: u64) -> Self {
        Self {
            left: bytes,
            is_empty: true,
        }
    }

    /// Takes room, or tells that there is none. The first thing always fits, so that every answer
    /// gets on.
    pub(super) fn take(&mut self, bytes: u64) -> bool {
        let fits = bytes <= self.left || self.is_empty;
        if fits {
            self.left = self.left.saturating_sub(bytes);
            self.is_empty = false;
        }
        fits
    }
}

/// What one case needs in an answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Need {
    /// The whole case, because it is new to the person.
    pub(super) whole: bool,
    /// The facts.
    pub(super) facts: bool,
    /// Changes.
    pub(super) changes: Vec<ChangeHash>,
    /// Refusals of changes that had been acknowledged.
    pub(super) refused: Vec<(ChangeHash, Reason)>,
    /// Why the case left the person, if it did.
    pub(super) forget: Option<Reason>,
}

/// What an answer takes from a feed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FeedPage {
    /// By case.
    pub(super) needs: BTreeMap<CaseId, Need>,
    /// Every case of which a row was taken, those with the phone's own changes alone included.
    pub(super) touched: BTreeSet<CaseId>,
    /// The last row taken, if any was.
    pub(super) last: Option<u64>,
}

/// Takes rows from a feed as long as there is room. Changes by `own` are on the phone already, and
/// what was quarantined since has no bytes.
pub(super) fn cut(rows: &[FeedRow], own: Actor, room: &mut Room) -> FeedPage {
    let mut page = FeedPage::default();
    for row in rows {
        let need = page.needs.entry(row.case).or_default();
        let weight = match row.event {
            FeedEvent::Change(_) if row.is_by(own) => 0,
            FeedEvent::Facts if need.facts => 0,
            FeedEvent::Grant if need.whole => 0,
            _ => row.bytes,
        };
        if weight > 0 && !room.take(weight) {
            break;
        }
        page.last = Some(row.seq);
        page.touched.insert(row.case);
        match &row.event {
            FeedEvent::Change(hash) if row.actor.is_some() && !row.is_by(own) => {
                need.changes.push(*hash);
            }
            FeedEvent::Change(_) => {}
            FeedEvent::Facts => need.facts = true,
            FeedEvent::Grant => need.whole = true,
            FeedEvent::Forget(why) => need.forget = Some(why.clone()),
            FeedEvent::Refused(hash, why) => need.refused.push((*hash, why.clone())),
        }
    }
    page.needs.retain(|_, need| *need != Need::default());
    page
}

impl FeedPage {
    /// Drops what a person who may not see a case any more must not get, and what one who has it
    /// again need not hear.
    pub(super) fn keep_visible(&mut self, visible: &VisibleCases) {
        for (case, need) in &mut self.needs {
            if visible.contains_key(case) {
                need.forget = None;
            } else {
                *need = Need {
                    refused: std::mem::take(&mut need.refused),
                    forget: need.forget.take(),
                    ..Need::default()
                };
            }
            if need.whole {
                need.facts = false;
                need.changes.clear();
            }
        }
    }

    pub(super) fn cases(&self, which: impl Fn(&Need) -> bool) -> Vec<CaseId> {
        self.needs
            .iter()
            .filter(|(_, need)| which(need))
            .map(|(case, _)| *case)
            .collect()
    }

    pub(super) fn changes(&self) -> Vec<(CaseId, ChangeHash)> {
        self.needs
            .iter()
            .flat_map(|(case, need)| need.changes.iter().map(|hash| (*case, *hash)))
            .collect()
    }

    /// Acknowledged changes that were refused after all.
    pub(super) fn refused(&self) -> Vec<(CaseId, ChangeHash)> {
        self.needs
            .iter()
            .flat_map(|(case, need)| need.refused.iter().map(|(hash, _)| (*case, *hash)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hejie_case::part::Extent;
    use uuid::Uuid;

    const OWN: Actor = Actor([1; 16]);
    const OTHER: Actor = Actor([2; 16]);

    fn case(n: u128) -> CaseId {
        CaseId(Uuid::from_u128(n))
    }

    fn row(seq: u64, of: u128, event: FeedEvent, bytes: u64) -> FeedRow {
        FeedRow {
            seq,
            case: case(of),
            event,
            actor: Some(OTHER),
            bytes,
        }
    }

    fn change(n: u8) -> FeedEvent {
        FeedEvent::Change(ChangeHash([n; 32]))
    }

    fn why() -> Reason {
        Reason::new("no_longer_yours", "已转交")
    }

    #[test]
    fn a_page_ends_where_the_room_ends_and_holds_at_least_one_row() {
        let rows = [
            row(1, 1, change(1), 600),
            row(2, 1, change(2), 600),
            row(3, 1, change(3), 600),
        ];
        assert_eq!(cut(&rows, OWN, &mut Room::new(1_300)).last, Some(2));
        assert_eq!(cut(&rows, OWN, &mut Room::new(10)).last, Some(1));
    }

    #[test]
    fn own_changes_are_passed_over_and_cost_nothing() {
        let own = FeedRow {
            actor: Some(OWN),
            ..row(1, 1, change(1), 900)
        };
        let page = cut(
            &[own, row(2, 1, change(2), 900)],
            OWN,
            &mut Room::new(1_000),
        );
        assert_eq!(page.last, Some(2));
        assert_eq!(page.changes(), [(case(1), ChangeHash([2; 32]))]);
    }

    #[test]
    fn a_case_that_is_new_comes_whole_and_not_in_pieces() {
        let rows = [
            row(1, 1, FeedEvent::Grant, 50),
            row(2, 1, change(2), 50),
            row(3, 1, FeedEvent::Facts, 50),
        ];
        let mut page = cut(&rows, OWN, &mut Room::new(1_000));
        page.keep_visible(&VisibleCases::from([(case(1), Extent::Whole)]));
        assert_eq!(
            page.needs[&case(1)],
            Need {
                whole: true,
                ..Need::default()
            }
        );
    }

    #[test]
    fn who_lost_a_case_hears_why_and_gets_nothing_of_it() {
        let rows = [
            row(1, 1, change(1), 50),
            row(2, 1, FeedEvent::Forget(why()), 0),
            row(3, 1, FeedEvent::Refused(ChangeHash([7; 32]), why()), 0),
        ];
        let mut page = cut(&rows, OWN, &mut Room::new(1_000));
        page.keep_visible(&VisibleCases::new());
        let refused = vec![(ChangeHash([7; 32]), why())];
        assert_eq!(
            page.needs[&case(1)],
            Need {
                forget: Some(why()),
                refused,
                ..Need::default()
            }
        );
    }

    #[test]
    fn who_lost_a_case_and_has_it_again_is_not_told_to_forget_it() {
        let rows = [
            row(1, 1, FeedEvent::Forget(why()), 0),
            row(2, 1, FeedEvent::Grant, 50),
        ];
        let mut page = cut(&rows, OWN, &mut Room::new(1_000));
        page.keep_visible(&VisibleCases::from([(case(1), Extent::Whole)]));
        assert_eq!(
            page.needs[&case(1)],
            Need {
                whole: true,
                ..Need::default()
            }
        );
    }
}
