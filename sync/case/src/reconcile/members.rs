//! Who belongs to a case, by its assignments.

use crate::{
    facts::{Assignment, Facts, Status},
    ids::UserId,
    role::{Author, Role},
};
use std::collections::BTreeMap;

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

/// Everybody who works on a case, in the order of assignment and once for each role; nobody who was
/// recused.
#[must_use]
pub fn assigned(facts: &Facts) -> Vec<Author> {
    if facts.stage.status() == Status::Archived {
        return Vec::new();
    }
    let closed = !facts.stage.status().is_open();
    let counts = |a: &&Assignment| {
        !facts.is_recused(a.user) && (a.to.is_none() || (closed && a.signed_at.is_some()))
    };
    let mut all: Vec<Author> = Vec::new();
    for assignment in facts.assignments.iter().filter(counts) {
        let author = assignment.author();
        if !all.contains(&author) {
            all.push(author);
        }
    }
    all
}

/// Says what those are called who answer for something; who an informant is, nobody is told (LW20).
pub(super) fn name(facts: &mut Facts, names: &BTreeMap<UserId, String>) {
    let named = facts.assignments.iter();
    let named = named.filter(|assignment| assignment.role != Role::Informant);
    let named = named.filter_map(|a| Some((a.user, names.get(&a.user)?.clone())));
    facts.names.extend(named);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{facts::Duty, ids::OrgId, sample};
    use uuid::Uuid;

    fn visitor(n: u128, role: Role) -> Assignment {
        Assignment {
            version: 1,
            user: UserId(Uuid::from_u128(n)),
            org: OrgId(Uuid::from_u128(9)),
            role,
            duty: Duty::Visit,
            from: sample::at("03-02T09:00:00"),
            signed_at: None,
            to: None,
            expected: String::new(),
            until: None,
        }
    }

    #[test]
    fn colleagues_are_named_and_informants_are_not() {
        let mut facts = sample::facts("N03-05");
        let [worker, informant] = [(1, Role::GridWorker), (2, Role::Informant)];
        let [worker, informant] = [worker, informant].map(|(n, role)| visitor(n, role));
        let names = [&worker, &informant].map(|one| (one.user, String::from("叶青")));
        let known = worker.user;
        facts.assignments = vec![worker, informant];
        name(&mut facts, &BTreeMap::from(names));
        assert_eq!(facts.names.into_keys().collect::<Vec<_>>(), [known]);
    }
}
