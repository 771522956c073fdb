//! What a move of a case means for each person: pure, so that it can be tested without a database.

use crate::feed::{FeedEvent, Move};
use hejie_case::ids::UserId;
use hejie_wire::digest::Digest;
use std::collections::{BTreeMap, BTreeSet};

/// Who may see the case, before and after the move.
pub(crate) struct Members {
    pub(crate) before: BTreeSet<UserId>,
    pub(crate) after: BTreeSet<UserId>,
}

/// What is appended to one feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FeedAppend {
    /// What the sum of digests changes by.
    pub(crate) xor: Digest,
    /// The rows, in order.
    pub(crate) events: Vec<FeedEvent>,
}

/// Plans the move of a case from digest `old` to `new` for everybody concerned.
pub(crate) fn plan(
    members: &Members,
    old: Digest,
    new: Digest,
    moves: &[Move],
) -> BTreeMap<UserId, FeedAppend> {
    let mut steps: BTreeMap<UserId, FeedAppend> = BTreeMap::new();
    for user in &members.before {
        steps.entry(*user).or_default().xor ^= old;
    }
    for user in &members.after {
        steps.entry(*user).or_default().xor ^= new;
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
    let staying = || members.before.intersection(&members.after).copied();
    let is_in = |set: &BTreeSet<UserId>, user: &UserId| set.contains(user);
    match moved {
        Move::Changes(hashes) => staying()
            .flat_map(|user| {
                hashes
                    .iter()
                    .map(move |hash| (user, FeedEvent::Change(*hash)))
            })
            .collect(),
        Move::Facts => staying().map(|user| (user, FeedEvent::Facts)).collect(),
        Move::Grant { to } if !is_in(&members.before, &to.user) => {
            vec![(to.user, FeedEvent::Grant)]
        }
        Move::Forget { user, why }
            if is_in(&members.before, user) && !is_in(&members.after, user) =>
        {
            vec![(*user, FeedEvent::Forget(why.clone()))]
        }
        Move::Refused { user, change, why } => {
            vec![(*user, FeedEvent::Refused(*change, why.clone()))]
        }
        Move::Grant { .. } | Move::Forget { .. } => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hejie_case::reason::Reason;
    use hejie_case::{
        ids::{ChangeHash, OrgId},
        role::{Author, Role},
    };
    use uuid::Uuid;

    const OLD: Digest = Digest([1; 16]);
    const NEW: Digest = Digest([6; 16]);

    fn user(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    fn members(before: &[u128], after: &[u128]) -> Members {
        Members {
            before: before.iter().copied().map(user).collect(),
            after: after.iter().copied().map(user).collect(),
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
            OLD,
            NEW,
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
            OLD,
            NEW,
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
            OLD,
            NEW,
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
        let steps = plan(&members(&[], &[]), OLD, OLD, &[refused]);
        assert_eq!(
            steps[&user(7)].events,
            vec![FeedEvent::Refused(ChangeHash([9; 32]), why())]
        );
    }

    #[test]
    fn nobody_is_woken_when_nothing_moved() {
        assert!(plan(&members(&[1, 2], &[1, 2]), OLD, OLD, &[]).is_empty());
    }
}
