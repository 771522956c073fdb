//! Why a change was stopped at the gate.

use hejie_case::document::BadSeen;

/// A change that Automerge must not see. None of these pass by waiting: the same bytes will always be refused.
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

impl GateError {
    /// A stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Kind => "change_kind",
            Self::CutOff => "change_cut_off",
            Self::LeftOver => "change_left_over",
            Self::TooLarge => "change_too_large",
            Self::Deflate(_) => "change_deflate",
            Self::Checksum => "change_checksum",
            Self::Number => "change_number",
            Self::Text => "change_text",
            Self::Actor => "change_actor",
            Self::Counter => "change_counter",
            Self::Dependencies => "change_dependencies",
            Self::Seen(_) => "change_seen",
            Self::Columns => "change_columns",
            Self::Rows => "change_rows",
            Self::Operation => "change_operation",
            Self::Value => "change_value",
            Self::Operations => "change_operations",
        }
    }

    /// The reason for people, and what can be done.
    #[must_use]
    pub fn zh(&self) -> &'static str {
        match self {
            Self::TooLarge | Self::Operations => "这次修改的内容过大，请分几次填写。",
            Self::CutOff | Self::LeftOver | Self::Deflate(_) | Self::Checksum => {
                "这次修改在传输或保存中损坏，内容仍留在本机，请重新填写提交。"
            }
            _ => "这次修改的格式不符合要求，内容仍留在本机，请更新应用后重新提交。",
        }
    }
}
