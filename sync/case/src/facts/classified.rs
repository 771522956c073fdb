//! Whose word the situation of a case is.

use crate::ids::SituationCode;
use serde::{Deserialize, Serialize};

/// Whose word the situation of a case is (E02c, M10).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Classified {
    /// What the document said when it was last heard: the case follows what it says anew, once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<SituationCode>,
    /// A desk decided. What the document says anew is then shown beside that, and ruled on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_desk: bool,
}
