//! Who belongs to a case, by its assignments.

use crate::{
    facts::{Assignment, Facts, Status},
    role::Author,
};

/// The members of a case: who may write into it from a phone. Nobody may write into one that is
/// filed.
#[must_use]
pub fn members(facts: &Facts) -> Vec<Author> {
    members_among(facts, |_| true)
}

/// The members of a case, of whom only these are there: who works on it in two roles stays a member
/// in the other when one ends.
#[must_use]
pub fn members_among(facts: &Facts, is_there: impl Fn(&Author) -> bool) -> Vec<Author> {
    let mut members: Vec<Author> = Vec::new();
    for author in assigned(facts).into_iter().filter(is_there) {
        if !members.iter().any(|member| member.user == author.user) {
            members.push(author);
        }
    }
    members
}

/// Everybody who works on a case, in the order of assignment and once for each role.
#[must_use]
pub fn assigned(facts: &Facts) -> Vec<Author> {
    if facts.stage.status() == Status::Archived {
        return Vec::new();
    }
    let closed = !facts.stage.status().is_open();
    let counts = |a: &&Assignment| a.to.is_none() || (closed && a.signed_at.is_some());
    let mut all: Vec<Author> = Vec::new();
    for assignment in facts.assignments.iter().filter(counts) {
        let author = assignment.author();
        if !all.contains(&author) {
            all.push(author);
        }
    }
    all
}
