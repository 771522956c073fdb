//! What an act is to the rules.

use crate::{
    facts::{Facts, Subject},
    role::Author,
    rule::{ActRow, Attempt, Guards, Obstacle},
    view::CaseView,
};
use std::fmt;

/// An act that the table of the life of a case knows.
pub trait Transition: Sized + fmt::Debug + 'static {
    /// Its row of the table.
    const ROW: &'static ActRow;
    /// What must hold.
    const GUARDS: Guards<Self>;

    /// What it does to the facts; the clocks of its row are started and met after it.
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts);

    /// Of several clocks of a kind, the one that it meets; all of them where it names none.
    fn clock(&self) -> Option<Subject> {
        None
    }

    /// Whether a rule grants it to those who may only ask for it, so that no desk need decide.
    fn is_granted(&self, _: &Attempt<'_>) -> bool {
        false
    }

    /// The people whom it puts on the case.
    fn targets(&self) -> &[Author] {
        &[]
    }

    /// The act as a form at a desk would give it, so that nothing is missing: once for each part of
    /// the case that it can be about, and not at all where there is no such part.
    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        Vec::new()
    }
}

/// A [`Transition`] whose type is not known.
pub trait AnyTransition: fmt::Debug {
    /// Its row of the table.
    fn row(&self) -> &'static ActRow;
    /// Looks at what must hold.
    ///
    /// # Errors
    /// The first condition that does not hold.
    fn check(&self, attempt: &Attempt<'_>) -> Result<(), Obstacle>;
    /// Of several clocks of a kind, the one that it meets.
    fn subject(&self) -> Option<Subject>;
    /// What it does to the facts.
    fn carry_out(&self, attempt: &Attempt<'_>, facts: &mut Facts);
    /// Whether a rule grants it without a desk.
    fn needs_no_desk(&self, attempt: &Attempt<'_>) -> bool;
    /// The people whom it puts on the case.
    fn people(&self) -> &[Author];
}

impl<A: Transition> AnyTransition for A {
    fn row(&self) -> &'static ActRow {
        A::ROW
    }

    fn check(&self, attempt: &Attempt<'_>) -> Result<(), Obstacle> {
        A::GUARDS
            .iter()
            .try_for_each(|guard| guard.check(self, attempt))
    }

    fn subject(&self) -> Option<Subject> {
        self.clock()
    }

    fn carry_out(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        self.perform(attempt, facts);
    }

    fn needs_no_desk(&self, attempt: &Attempt<'_>) -> bool {
        self.is_granted(attempt)
    }

    fn people(&self) -> &[Author] {
        self.targets()
    }
}
