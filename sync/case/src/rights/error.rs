//! Why changes are not taken, and what their author is told.

use crate::{limit::LimitBreach, reason::Explain};
use std::borrow::Cow;

/// Why changes are not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RightsError {
    /// The bytes do not decode, or encode to something else.
    #[error("not in canonical form")]
    NotCanonical,
    /// The change is by another actor than the device's.
    #[error("written by another actor")]
    ForeignActor,
    /// The first change of a case does not say which case it is.
    #[error("the case has no beginning")]
    NotBegun,
    /// The role may not begin a case, or not write here.
    #[error("the role may not write here")]
    RoleMayNot,
    /// The place lies in another part of the case than the change, or the change speaks of a part
    /// that its author does not hold.
    #[error("not in this part of the case")]
    OtherPart,
    /// The text or entry has one writer, who is another.
    #[error("only its maker may write this")]
    NotYours,
    /// The operation names an object that nobody made.
    #[error("no such object")]
    UnknownObject,
    /// The schema has no such container or field.
    #[error("no such field")]
    UnknownField,
    /// The key is not an id or item code.
    #[error("not a key")]
    BadKey,
    /// The entry exists.
    #[error("the entry exists already")]
    EntryExists,
    /// The value was written before and stays.
    #[error("written once and for all")]
    AlreadySet,
    /// The value is of another type than the schema says.
    #[error("not a value of this field")]
    WrongValue,
    /// No edit makes such an operation: a list, a counter, a mark, a deleted key.
    #[error("no edit does this")]
    WrongOperation,
    /// The operation overwrites something that lies elsewhere.
    #[error("overwrites what lies elsewhere")]
    ForeignPredecessor,
    /// A value is one that some layer does not keep.
    #[error("a value beyond its limit")]
    Limit(#[from] LimitBreach),
}

impl Explain for RightsError {
    fn words(&self) -> (&'static str, Cow<'static, str>) {
        const BAD_FORM: &str =
            "这些内容的格式不被接受，已留在本机；请更新应用后重新提交，仍不成功请联系管理员。";
        let (code, zh) = match self {
            Self::NotCanonical => ("not_canonical", BAD_FORM),
            Self::ForeignActor => (
                "foreign_actor",
                "这些内容不是由本机写下的；请重新登录并登记本机后再试。",
            ),
            Self::NotBegun => (
                "case_not_begun",
                "案件尚未在服务器建立；请联网后先上传案件登记。",
            ),
            Self::RoleMayNot => (
                "role_may_not",
                "您在本案中的角色不能填写这项内容；请交由主办调解员填写，或联系分流员调整分工。",
            ),
            Self::OtherPart => ("other_part", BAD_FORM),
            Self::NotYours => (
                "not_your_text",
                "这份文字只能由记录人修改；请另写一份，或请记录人修改。",
            ),
            Self::UnknownObject => ("unknown_object", BAD_FORM),
            Self::UnknownField => ("unknown_field", BAD_FORM),
            Self::BadKey => ("bad_key", BAD_FORM),
            Self::EntryExists => ("entry_exists", "这条记录已经存在；请刷新案件后重新添加。"),
            Self::AlreadySet => (
                "already_set",
                "这项内容已经定下，不能再改；请另做补充记录。",
            ),
            Self::WrongValue => ("wrong_value", BAD_FORM),
            Self::WrongOperation => ("wrong_operation", BAD_FORM),
            Self::ForeignPredecessor => ("foreign_predecessor", BAD_FORM),
            Self::Limit(breach) => return breach.words(),
        };
        (code, zh.into())
    }
}
