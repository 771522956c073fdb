//! Why a change was stopped at the gate.

use hejie_case::{document::BadSeen, reason::Explain};
use std::borrow::Cow;

/// A change that Automerge must not see. None of these pass by waiting: the same bytes will always
/// be refused.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// Not an Automerge chunk, or one of a type that is no single change (a document, a bundle).
    #[error("not a change chunk")]
    Kind,
    /// The bytes end too early.
    #[error("the change is cut off")]
    CutOff,
    /// Bytes follow where nothing may follow.
    #[error("bytes follow after the change")]
    LeftOver,
    /// Larger than [`crate::limits::CHANGE_BYTES`], or inflates beyond what is allowed.
    #[error("the change is too large")]
    TooLarge,
    /// The deflated body is damaged.
    #[error("the change cannot be inflated")]
    Deflate(#[source] std::io::Error),
    /// Content and checksum disagree.
    #[error("the checksum of the change is wrong")]
    Checksum,
    /// A number longer than it needs to be, or beyond 64 bits.
    #[error("a number in the change is not in canonical form")]
    Number,
    /// Text that is not UTF-8.
    #[error("a text in the change is not UTF-8")]
    Text,
    /// An actor that is not 16 bytes, out of order, or not listed.
    #[error("an actor of the change is not valid")]
    Actor,
    /// Sequence number, operation counter, or a reference to an operation that cannot exist yet.
    #[error("a counter of the change is out of range")]
    Counter,
    /// More dependencies than permitted, or one named twice.
    #[error("the dependencies of the change are not valid")]
    Dependencies,
    /// It says what its author had seen in a form that is not known, or of more than it builds on.
    #[error("the change does not say what its author had seen")]
    Seen(#[source] BadSeen),
    /// Columns unknown, out of order, empty or missing.
    #[error("the columns of the change are not valid")]
    Columns,
    /// Columns that do not hold one entry for each operation.
    #[error("the columns of the change have different lengths")]
    Rows,
    /// An action that case documents do not use, or one that its operands do not fit.
    #[error("an operation of the change is not valid")]
    Operation,
    /// A value whose bytes are not what its type and length say.
    #[error("a value of the change is not valid")]
    Value,
    /// No operation, or more than [`crate::limits::OPERATIONS`].
    #[error("the change has no operations or too many")]
    Operations,
}

impl Explain for GateError {
    fn words(&self) -> (&'static str, Cow<'static, str>) {
        const BAD_FORM: &str = "这次修改的格式不符合要求，内容仍留在本机，请更新应用后重新提交。";
        const DAMAGED: &str = "这次修改在传输或保存中损坏，内容仍留在本机，请重新填写提交。";
        const LARGE: &str = "这次修改的内容过大，请分几次填写。";
        let (code, zh) = match self {
            Self::Kind => ("change_kind", BAD_FORM),
            Self::CutOff => ("change_cut_off", DAMAGED),
            Self::LeftOver => ("change_left_over", DAMAGED),
            Self::TooLarge => ("change_too_large", LARGE),
            Self::Deflate(_) => ("change_deflate", DAMAGED),
            Self::Checksum => ("change_checksum", DAMAGED),
            Self::Number => ("change_number", BAD_FORM),
            Self::Text => ("change_text", BAD_FORM),
            Self::Actor => ("change_actor", BAD_FORM),
            Self::Counter => ("change_counter", BAD_FORM),
            Self::Dependencies => ("change_dependencies", BAD_FORM),
            Self::Seen(_) => ("change_seen", BAD_FORM),
            Self::Columns => ("change_columns", BAD_FORM),
            Self::Rows => ("change_rows", BAD_FORM),
            Self::Operation => ("change_operation", BAD_FORM),
            Self::Value => ("change_value", BAD_FORM),
            Self::Operations => ("change_operations", LARGE),
        };
        (code, zh.into())
    }
}
