//! Which cases exist for somebody: what a list is read by, as [`super::Relation`] is for one case.

use super::{AFTERWARDS, Matters, Reader, RoleRights};
use crate::{
    ids::{RegionCode, SituationCode},
    role::Author,
};
use jiff::Timestamp;

/// Which cases exist for a reader now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The reader.
    pub by: Author,
    /// The territory.
    pub territory: RegionCode,
    /// Every case of the territory.
    pub whole_area: bool,
    /// Those of the territory that are a matter of the office.
    pub matters: Matters,
    /// Of those of the territory that wait to be claimed, these situations.
    pub claims: Vec<SituationCode>,
    /// Wherever they lie, those for which the reader answers, or did until then.
    pub since: Timestamp,
}

impl Scope {
    /// Of a reader now. Roles to which no case is shown have none.
    #[must_use]
    pub fn of(reader: &Reader<'_>, now: Timestamp) -> Self {
        let rights = RoleRights::of(reader.by.role);
        Self {
            by: reader.by,
            territory: reader.territory.clone(),
            whole_area: !rights.area.is_empty(),
            matters: rights.matters,
            claims: reader.claims().map(|route| route.code.clone()).collect(),
            since: now.saturating_sub(AFTERWARDS).unwrap_or(Timestamp::MIN),
        }
    }
}
