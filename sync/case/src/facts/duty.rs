//! Who answers for a case.

use crate::{
    ids::{OrgId, UserId},
    role::{Author, Role},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// Who answers for a case, from when to when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Counts up within the case; what [`crate::record::Ask::SignFor`] names.
    pub version: u32,
    /// The person.
    pub user: UserId,
    /// The organisation.
    pub org: OrgId,
    /// In which role the person works here.
    pub role: Role,
    /// For what the person answers.
    pub duty: Duty,
    /// Offered when.
    pub from: Timestamp,
    /// Signed for when.
    pub signed_at: Option<Timestamp>,
    /// Ended when.
    pub to: Option<Timestamp>,
    /// 定效: what is expected of the person (R090).
    #[serde(default)]
    pub expected: String,
    /// The last day of the term of a guest, who came by an invitation (R003).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl Assignment {
    /// The person, in the role and for the organisation of the assignment.
    #[must_use]
    pub fn author(&self) -> Author {
        Author {
            user: self.user,
            role: self.role,
            org: self.org,
        }
    }
}

/// What a ruling may depend on about an organisation that works on the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgFact {
    /// Which.
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// Its level.
    pub level: OrgLevel,
    /// Its mediators carry the seal to the scene (D05).
    pub carries_seal: bool,
}

/// The level of an organisation (R110).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrgLevel {
    /// 网格.
    Grid,
    /// 村（社区）.
    Village,
    /// 乡镇（街道）.
    Township,
    /// 县.
    County,
    /// 市.
    City,
}

/// For what an assigned person answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// 首处责任: answers until a receiver signs (R027).
    First,
    /// 主办人: exactly one per open accepted case (R022).
    Lead,
    /// 协办.
    Co,
    /// Follow-up visits of the grid.
    Visit,
}

impl Duty {
    /// Whether somebody who has it answers for the case.
    #[must_use]
    pub const fn answers(self) -> bool {
        matches!(self, Self::First | Self::Lead)
    }
}
