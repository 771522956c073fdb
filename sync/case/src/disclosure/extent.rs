//! How much of a case a role holds on a phone (docs/adr/0026-parts-of-a-case.md), and the facts as
//! a phone gets them that holds the work alone: without the words of disagreements about what is
//! confidential.

use super::{FieldClass, RoleRights, blank::without_words};
use crate::{
    facts::Facts,
    part::{CasePart, Extent},
    role::Role,
    schema,
    view::About,
};

impl Extent {
    /// What a role holds on a phone of the cases that are its own: both parts, if it reads what
    /// parties stated and what was noted of them.
    #[must_use]
    pub const fn of(role: Role) -> Self {
        let own = RoleRights::of(role).own;
        if own.contains(FieldClass::Statements) && own.contains(FieldClass::Work) {
            Self::Whole
        } else {
            Self::Work
        }
    }
}

impl Facts {
    /// The facts as somebody gets them who holds so much of the case.
    #[must_use]
    pub fn within(&self, extent: Extent) -> Self {
        let mut facts = self.clone();
        for known in facts.conflicts.values_mut() {
            if !extent.holds(part_of(&known.conflict.about)) {
                without_words(known);
            }
        }
        facts
    }

    /// These facts with the words that they lack and others have: a registry that was set back may
    /// get them back from a phone that holds the work alone, and the words later from another.
    #[must_use]
    pub fn with_words_of(&self, others: &Self) -> Self {
        let mut facts = self.clone();
        for (id, known) in &mut facts.conflicts {
            let mut blank = known.clone();
            without_words(&mut blank);
            let Some(told) = others.conflicts.get(id).filter(|_| blank == *known) else {
                continue;
            };
            let mut told_blank = told.clone();
            without_words(&mut told_blank);
            if told_blank == blank {
                known.clone_from(told);
            }
        }
        facts
    }
}

/// The part in which a disagreement lies.
fn part_of(about: &About) -> CasePart {
    match about {
        About::Place(place) => schema::part_of(&place.container),
        About::Pair { container, .. } => schema::part_of(container),
        About::Promise(_)
        | About::Payments { .. }
        | About::Visits
        | About::Closings
        | About::Clock(_) => CasePart::Work,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::CONTAINERS;

    #[test]
    fn nobody_writes_in_a_part_that_they_do_not_hold() {
        for container in CONTAINERS {
            let blind = Role::ALL
                .into_iter()
                .filter(|role| !Extent::of(*role).holds(container.part));
            for role in blind {
                let name = container.name;
                assert!(!container.writers.contains(role), "{role:?} in {name}");
            }
        }
    }

    #[test]
    fn a_grid_worker_holds_the_work_and_a_mediator_both() {
        assert_eq!(Extent::of(Role::GridWorker), Extent::Work);
        assert_eq!(Extent::of(Role::GridLeader), Extent::Work);
        assert_eq!(Extent::of(Role::Mediator), Extent::Whole);
        assert_eq!(Extent::of(Role::PoliceOfficer), Extent::Whole);
        assert_eq!(Extent::of(Role::Department), Extent::Whole);
    }
}
