//! What a move of a case means for each person: pure, so that it can be tested without a database.

use crate::feed::{CaseDigests, FeedEvent, Move};
use hejie_case::{
    ids::{ChangeHash, UserId},
    part::{CasePart, Extent},
};
use hejie_wire::digest::Digest;
use std::collections::{BTreeMap, BTreeSet};

/// Who may see the case and how much of it, before and after the move.
pub(crate) struct Members {
    pub(crate) before: BTreeMap<UserId, Extent>,
    pub(crate) after: BTreeMap<UserId, Extent>,
    /// Those of the changes that moved which are confidential.
    pub(crate) confidential: BTreeSet<ChangeHash>,
}

/// What is appended to one feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FeedAppend {
    /// What the sum of digests changes by.
    pub(crate) xor: Digest,
    /// The rows, in order.
    pub(crate) events: Vec<FeedEvent>,
}

/// Plans the move of a case from digests `old` to `new` for everybody concerned.
pub(crate) fn plan(
    members: &Members,
    old: CaseDigests,
    new: CaseDigests,
    moves: &[Move],
) -> BTreeMap<UserId, FeedAppend> {
    let mut steps: BTreeMap<UserId, FeedAppend> = BTreeMap::new();
    for (user, extent) in &members.before {
        steps.entry(*user).or_default().xor ^= old.of(*extent);
    }
    for (user, extent) in &members.after {
        steps.entry(*user).or_default().xor ^= new.of(*extent);
    }
    for moved in moves {
        for (user, event) in rows(members, moved) {
            steps.entry(user).or_default().events.push(event);
        }
    }
    steps.retain(|_, step| *step != FeedAppend::default());
    steps
}

fn rows(members: &Members, moved: &Move) -> Vec<(UserId, FeedEvent)> {
    match moved {
        Move::Changes(hashes) => members
            .staying()
            .flat_map(|(user, extent)| {
                let held = hashes
                    .iter()
                    .filter(move |hash| members.is_held(extent, hash));
                held.map(move |hash| (user, FeedEvent::Change(*hash)))
            })
            .collect(),
        Move::Facts => members
            .staying()
            .map(|(user, _)| (user, FeedEvent::Facts))
            .collect(),
        // Whoever comes, or holds more or less of it than before, gets what they hold of it whole.
        Move::Grant { to } if members.before.get(&to.user) != members.after.get(&to.user) => {
            vec![(to.user, FeedEvent::Grant)]
        }
        Move::Forget { user, why }
            if members.before.contains_key(user) && !members.after.contains_key(user) =>
        {
            vec![(*user, FeedEvent::Forget(why.clone()))]
        }
        Move::Refused { user, change, why } => {
            vec![(*user, FeedEvent::Refused(*change, why.clone()))]
        }
        Move::Grant { .. } | Move::Forget { .. } => vec![],
    }
}

impl Members {
    /// Who could see the case before and still can, with how much of it they hold now.
    fn staying(&self) -> impl Iterator<Item = (UserId, Extent)> {
        let was_here = |(user, _): &(&UserId, &Extent)| self.before.contains_key(*user);
        let staying = self.after.iter().filter(was_here);
        staying.map(|(user, extent)| (*user, *extent))
    }

    /// Whether a change belongs to what somebody holds.
    fn is_held(&self, extent: Extent, change: &ChangeHash) -> bool {
        extent.holds(CasePart::Confidential) || !self.confidential.contains(change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hejie_case::reason::Reason;
    use hejie_case::{
        ids::OrgId,
        role::{Author, Role},
    };
    use uuid::Uuid;

    const OLD: Digest = Digest([1; 16]);
    const NEW: Digest = Digest([6; 16]);
    const WORK: Digest = Digest([9; 16]);
    const BEFORE: CaseDigests = CaseDigests {
        whole: OLD,
        work: WORK,
    };
    const AFTER: CaseDigests = CaseDigests {
        whole: NEW,
        work: WORK,
    };

    fn user(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    fn members(before: &[u128], after: &[u128]) -> Members {
        let whole = |n: &u128| (user(*n), Extent::Whole);
        Members {
            before: before.iter().map(whole).collect(),
            after: after.iter().map(whole).collect(),
            confidential: BTreeSet::new(),
        }
    }

    fn why() -> Reason {
        Reason {
            code: "reassigned".into(),
            zh: "案件已转交".into(),
        }
    }

    #[test]
    fn a_change_reaches_every_member_and_moves_every_sum() {
        let steps = plan(
            &members(&[1, 2], &[1, 2]),
            BEFORE,
            AFTER,
            &[Move::Changes(vec![ChangeHash([9; 32])])],
        );
        let step = FeedAppend {
            xor: OLD ^ NEW,
            events: vec![FeedEvent::Change(ChangeHash([9; 32]))],
        };
        assert_eq!(
            steps,
            BTreeMap::from([(user(1), step.clone()), (user(2), step)])
        );
    }

    #[test]
    fn whoever_comes_gets_the_whole_case_and_not_its_pieces() {
        let to = Author {
            user: user(2),
            role: Role::Mediator,
            org: OrgId(Uuid::nil()),
        };
        let steps = plan(
            &members(&[1], &[1, 2]),
            BEFORE,
            AFTER,
            &[Move::Facts, Move::Grant { to }],
        );
        assert_eq!(
            steps[&user(2)],
            FeedAppend {
                xor: NEW,
                events: vec![FeedEvent::Grant]
            }
        );
        assert_eq!(
            steps[&user(1)],
            FeedAppend {
                xor: OLD ^ NEW,
                events: vec![FeedEvent::Facts]
            }
        );
    }

    #[test]
    fn whoever_goes_learns_why_and_loses_the_case_from_the_sum() {
        let steps = plan(
            &members(&[1], &[]),
            BEFORE,
            AFTER,
            &[
                Move::Facts,
                Move::Forget {
                    user: user(1),
                    why: why(),
                },
            ],
        );
        assert_eq!(
            steps[&user(1)],
            FeedAppend {
                xor: OLD,
                events: vec![FeedEvent::Forget(why())]
            }
        );
    }

    #[test]
    fn a_refusal_reaches_its_author_even_when_the_case_is_gone() {
        let refused = Move::Refused {
            user: user(7),
            change: ChangeHash([9; 32]),
            why: why(),
        };
        let steps = plan(&members(&[], &[]), BEFORE, BEFORE, &[refused]);
        assert_eq!(
            steps[&user(7)].events,
            vec![FeedEvent::Refused(ChangeHash([9; 32]), why())]
        );
    }

    #[test]
    fn nobody_is_woken_when_nothing_moved() {
        assert!(plan(&members(&[1, 2], &[1, 2]), BEFORE, BEFORE, &[]).is_empty());
    }

    #[test]
    fn whoever_holds_the_work_alone_hears_of_nothing_confidential() {
        let mut people = members(&[1, 2], &[1, 2]);
        people.before.insert(user(2), Extent::Work);
        people.after.insert(user(2), Extent::Work);
        let change = ChangeHash([9; 32]);
        people.confidential.insert(change);
        let steps = plan(&people, BEFORE, AFTER, &[Move::Changes(vec![change])]);
        assert_eq!(steps.keys().copied().collect::<Vec<_>>(), [user(1)]);
    }

    #[test]
    fn whoever_may_hold_less_from_now_on_gets_what_is_left_whole() {
        let mut people = members(&[1], &[1]);
        people.after.insert(user(1), Extent::Work);
        let to = Author {
            user: user(1),
            role: Role::GridWorker,
            org: OrgId(Uuid::nil()),
        };
        let steps = plan(&people, BEFORE, AFTER, &[Move::Grant { to }]);
        let step = FeedAppend {
            xor: OLD ^ WORK,
            events: vec![FeedEvent::Grant],
        };
        assert_eq!(steps, BTreeMap::from([(user(1), step)]));
    }
}
