//! What stands in the fields of an act that nobody filled in yet.

use crate::{
    ids::{CaseId, EntryId, OrgId, UserId},
    role::{Author, Role},
};
use uuid::Uuid;

/// What a form would hold in a field of free words.
pub(super) const FILLED: &str = "—";
/// An entry that a form would name.
pub(super) const NO_ENTRY: EntryId = EntryId(Uuid::nil());
/// Another case that a form would name.
pub(super) const NO_CASE: CaseId = CaseId(Uuid::nil());

/// Somebody who works on the case, whom a form would name.
pub(super) const NOBODY: UserId = UserId(Uuid::nil());

/// A person whom a form would name.
pub(super) fn somebody(role: Role) -> Author {
    Author {
        user: UserId(Uuid::nil()),
        role,
        org: OrgId(Uuid::nil()),
    }
}
