//! Who reads what of a case (docs/adr/0024-who-reads-what.md; docs/domain/rights.md).
//!
//! Every field has a class ([`table`]); what a role reads of which class stands in one table
//! ([`RoleRights`]), by how the reader stands to the case ([`Relation`]). From these two comes a
//! [`Sight`], and what is shown of a case is made of what passed through one: [`Disclosed`] takes a
//! case in and gives [`Shown`] parts out, which nothing else makes.

mod blank;
mod extent;
mod relation;
mod rights;
mod scope;
pub mod table;

pub use crate::class::{ClassSet, DataClass, FieldClass};
pub use relation::{AFTERWARDS, Reader, Relation, Tie, waiting};
pub use rights::{Matters, RoleRights};
pub use scope::Scope;

use crate::{
    facts::{ConflictFact, Facts},
    ids::{ConflictId, EntryId},
    role::Role,
    view::{CaseView, ConflictKind, Resolver},
};
use std::{collections::BTreeSet, ops::Deref};

/// What somebody sees of one case now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    role: Role,
    classes: ClassSet,
}

/// Something of a case from which everything was taken that its reader may not see.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown<T>(T);

/// A case as its reader may see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Disclosed {
    view: Shown<CaseView>,
    facts: Shown<Facts>,
    sight: Sight,
    /// Disagreements and requests whose words were taken out.
    conflicts: BTreeSet<ConflictId>,
    requests: BTreeSet<EntryId>,
}

impl<T> Deref for Shown<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl Sight {
    /// Of somebody for whom there is no such case.
    pub const BLIND: Self = Self {
        role: Role::System,
        classes: ClassSet::NONE,
    };

    /// Whether there is no such case for the reader.
    #[must_use]
    pub const fn is_blind(&self) -> bool {
        self.classes.is_empty()
    }

    /// Whether fields of a class are shown.
    #[must_use]
    pub const fn shows(&self, class: FieldClass) -> bool {
        self.classes.contains(class)
    }

    /// The classes that stand in pages and are not shown.
    pub fn withheld(&self) -> impl Iterator<Item = FieldClass> + '_ {
        let classes = FieldClass::ALL.into_iter();
        classes.filter(|class| !class.needs_purpose() && !self.shows(*class))
    }

    /// Why a class is not shown, as its reader is told.
    #[must_use]
    pub fn why_not(&self, class: FieldClass) -> &'static str {
        if Sight::is_ever_given(self.role, class) {
            "您不承办本案，无权查看。"
        } else {
            "您的岗位不查看这类内容。"
        }
    }

    /// Whether the variants of a disagreement are shown: where the reader sees what it is about,
    /// and to whoever may rule on it as long as nobody has, since nobody rules on what they cannot
    /// read.
    #[must_use]
    pub fn shows_variants(&self, known: &ConflictFact) -> bool {
        let rules = known.settled.is_none() && self.rules_on(known.conflict.kind);
        rules || self.shows(table::about(&known.conflict.about))
    }

    fn rules_on(&self, kind: ConflictKind) -> bool {
        match self.role {
            Role::Supervisor => true,
            Role::Dispatcher => kind.resolver() == Resolver::Dispatcher,
            Role::JudicialOffice => kind.resolver() == Resolver::JudicialOffice,
            _ => false,
        }
    }
}

impl Disclosed {
    /// What the document says, as far as it is shown.
    #[must_use]
    pub fn view(&self) -> &Shown<CaseView> {
        &self.view
    }

    /// The facts, as far as they are shown.
    #[must_use]
    pub fn facts(&self) -> &Shown<Facts> {
        &self.facts
    }

    /// With which sight.
    #[must_use]
    pub fn sight(&self) -> Sight {
        self.sight
    }

    /// Whether the variants of a disagreement were taken out.
    #[must_use]
    pub fn withholds_variants(&self, conflict: ConflictId) -> bool {
        self.conflicts.contains(&conflict)
    }

    /// Whether what a request says was taken out.
    #[must_use]
    pub fn withholds_request(&self, request: EntryId) -> bool {
        self.requests.contains(&request)
    }
}
