//! What of a case its reader may not see, said so that an empty part is not taken for one in which
//! nothing stands.

use hejie_case::disclosure::{FieldClass, Sight};
use serde::Serialize;
use utoipa::ToSchema;

/// A class of fields that is not shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct WithheldView {
    /// The class, such as `statements`.
    class: String,
    /// The class in Chinese.
    class_zh: String,
    /// Why, in Chinese.
    why_zh: String,
}

/// The classes that somebody with this sight is not shown.
pub(super) fn list(sight: &Sight) -> Vec<WithheldView> {
    let view = |class: FieldClass| WithheldView {
        class: class.code().into(),
        class_zh: class.zh().into(),
        why_zh: sight.why_not(class).into(),
    };
    sight.withheld().map(view).collect()
}
