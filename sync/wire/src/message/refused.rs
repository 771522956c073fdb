//! How refusals are written down: their reason lies open among their fields, as peers of every age
//! read it. (A map within the map would be another form, and one of unknown length, as serde
//! flattens, passes no gate.)

use super::{Forget, Refused};
use hejie_case::{
    ids::{CaseId, ChangeHash},
    reason::Reason,
};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(super) struct OfChange {
    #[serde(rename = "h", default, skip_serializing_if = "Option::is_none")]
    change: Option<ChangeHash>,
    #[serde(rename = "c")]
    code: String,
    #[serde(rename = "z", default)]
    zh: String,
    #[serde(rename = "p", default, skip_serializing_if = "std::ops::Not::not")]
    passing: bool,
    #[serde(rename = "t", default, skip_serializing_if = "std::ops::Not::not")]
    told: bool,
}

#[derive(Serialize, Deserialize)]
pub(super) struct OfCase {
    #[serde(rename = "i")]
    case: CaseId,
    #[serde(rename = "c")]
    code: String,
    #[serde(rename = "z", default)]
    zh: String,
}

impl From<OfChange> for Refused {
    fn from(form: OfChange) -> Self {
        Self {
            change: form.change,
            reason: Reason::new(form.code, form.zh),
            passing: form.passing,
            told: form.told,
        }
    }
}

impl From<Refused> for OfChange {
    fn from(refused: Refused) -> Self {
        let Reason { code, zh } = refused.reason;
        Self {
            change: refused.change,
            code,
            zh,
            passing: refused.passing,
            told: refused.told,
        }
    }
}

impl From<OfCase> for Forget {
    fn from(form: OfCase) -> Self {
        Self {
            case: form.case,
            reason: Reason::new(form.code, form.zh),
        }
    }
}

impl From<Forget> for OfCase {
    fn from(forget: Forget) -> Self {
        let Reason { code, zh } = forget.reason;
        Self {
            case: forget.case,
            code,
            zh,
        }
    }
}
