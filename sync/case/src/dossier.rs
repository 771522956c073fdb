//! The file 卷宗 of a dispute as it is made from the case (R047, LW08): the catalogue of its papers
//! in their order, and what is missing. Nothing here is written by anybody: who wants another
//! catalogue completes the case.
//!
//! - [`DossierCatalogue::of`]: the papers that there are, numbered.
//! - [`DossierGap`]: what the outcome asks for and is not there; while there is any, the case is
//!   not filed (E31).

mod paper;

pub use crate::act::DossierGap;
pub use paper::DossierPaper;

use crate::{
    act::{Archive, DeskAct, archive_gaps},
    facts::{Facts, Retention},
    ids::{Actor, EntryId, UserId},
    policy::Policy,
    rule::{Attempt, Motion, RuleContext},
    view::CaseView,
};
use jiff::Timestamp;

/// The catalogue 卷内目录 of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DossierCatalogue {
    /// The papers, in the order in which they are bound.
    pub items: Vec<DossierItem>,
    /// What is missing.
    pub gaps: Vec<DossierGap>,
}

/// One paper of a dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DossierItem {
    /// Its place, from 1.
    pub no: u32,
    /// What kind of paper it is.
    pub paper: DossierPaper,
    /// What it is, in words; masked like everything in a case.
    pub title: String,
    /// Of when; none where the case does not say.
    pub at: Option<Timestamp>,
    /// Whose word it is.
    pub author: PaperAuthor,
    /// The evidence entries whose originals belong to it.
    pub originals: Vec<EntryId>,
}

/// Whose word a paper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaperAuthor {
    /// It is made from the case.
    Case,
    /// Of whoever wrote the entry.
    Writer(Actor),
    /// Of a person, as the facts name them.
    Person(UserId),
}

impl DossierCatalogue {
    /// The catalogue of a case as it stands.
    #[must_use]
    pub fn of(view: &CaseView, facts: &Facts, policy: &Policy, now: Timestamp) -> Self {
        let mut items = paper::all(view, facts);
        items.sort_by_key(|item| (item.paper, item.at));
        for (item, no) in items.iter_mut().zip(1..) {
            item.no = no;
        }
        let context = RuleContext {
            view,
            devices: &[],
            departed: &[],
            unknown_orgs: &[],
            routes: &[],
            policy,
            now,
        };
        let retention = Retention::Long;
        let motion = Motion::by_rule(DeskAct::Archive(Archive { retention }), now);
        let attempt = Attempt {
            context: &context,
            facts,
            motion: &motion,
        };
        let gaps = archive_gaps(&attempt);
        Self { items, gaps }
    }
}
