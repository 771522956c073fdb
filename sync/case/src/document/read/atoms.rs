//! The JSON of those atoms that hold a part of a record only.

use crate::record::{Place, SessionForm, VisitMethod};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The part of a session that is stored as `head`.
#[derive(Serialize, Deserialize)]
pub(crate) struct SessionAtom {
    pub(crate) form: SessionForm,
    pub(crate) start: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<Place>,
}

/// The part of a visit that is stored as `head`.
#[derive(Serialize, Deserialize)]
pub(crate) struct VisitAtom {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) due: Option<u8>,
    pub(crate) method: VisitMethod,
    pub(crate) at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<Place>,
}
