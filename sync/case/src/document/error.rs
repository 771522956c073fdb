//! What can go wrong with a document, and what its user is told.

use crate::{limit::LimitBreach, reason::Explain};
use automerge::{AutomergeError, LoadChangeError};
use std::borrow::Cow;

/// Bytes that are not a case document, or changes that do not belong to it.
#[derive(Debug, thiserror::Error)]
pub enum DocError {
    /// The bytes are not a document.
    #[error("the document does not load")]
    Load(#[source] Box<AutomergeError>),
    /// The document has another beginning.
    #[error("the document does not begin with the genesis of a case")]
    NoGenesis,
    /// The document does not say whose it is.
    #[error("the document has no readable meta")]
    NoMeta,
    /// A change does not parse.
    #[error("a change does not parse")]
    Change(#[source] LoadChangeError),
    /// A change depends on one that is not here.
    #[error("a change lacks a dependency")]
    MissingDependency,
    /// Automerge refuses the changes.
    #[error("the changes do not apply")]
    Apply(#[source] Box<AutomergeError>),
    /// A change overwrites or removes something that lies elsewhere than it says.
    #[error("a change overwrites what lies elsewhere")]
    ForeignPredecessor,
    /// A change refers to something that it does not build on.
    #[error("a change refers to what it does not build on")]
    NotBuiltOn,
    /// A change of the work builds on what is confidential.
    #[error("a change of the work builds on what is confidential")]
    WorkOnConfidential,
    /// Automerge gave up on the bytes.
    #[error("the bytes made the parser panic")]
    Panicked,
}

impl DocError {
    /// A stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Load(_) => "document_unreadable",
            Self::NoGenesis => "no_genesis",
            Self::NoMeta => "no_meta",
            Self::Change(_) => "change_unreadable",
            Self::MissingDependency => "missing_dependency",
            Self::Apply(_) => "change_not_applicable",
            Self::ForeignPredecessor => "foreign_predecessor",
            Self::NotBuiltOn => "not_built_on",
            Self::WorkOnConfidential => "work_on_confidential",
            Self::Panicked => "parser_panicked",
        }
    }
}

/// What an edit comes to.
pub(crate) type Result<T, E = EditError> = std::result::Result<T, E>;

/// Why an edit was not written.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The entry is not in the document.
    #[error("no such entry")]
    UnknownEntry,
    /// The id is taken.
    #[error("the entry exists already")]
    EntryExists,
    /// The draft is frozen.
    #[error("the draft is frozen")]
    Frozen,
    /// The statement is signed.
    #[error("the statement is locked")]
    Locked,
    /// Two promises stand side by side in a clause.
    #[error("a clause has rival terms")]
    RivalTerms,
    /// The words must be sealed in this case.
    #[error("the words must be sealed")]
    MustSeal,
    /// The words are sealed, and are replaced as a whole only.
    #[error("the words are sealed")]
    Sealed,
    /// The text belongs to another writer.
    #[error("the text has another writer")]
    NotYours,
    /// The entry is withdrawn already.
    #[error("the entry is withdrawn already")]
    Withdrawn,
    /// The code of the checklist item is empty or too long.
    #[error("not a code of a checklist item")]
    BadItem,
    /// The value is longer than the schema allows.
    #[error("too long")]
    TooLong,
    /// A value is one that some layer does not keep.
    #[error("a value beyond its limit")]
    Limit(#[from] LimitBreach),
    /// The document says the same already.
    #[error("nothing changed")]
    NothingChanged,
    /// The value cannot be put into JSON.
    #[error("the value cannot be encoded")]
    Encode(#[from] serde_json::Error),
    /// Automerge refuses the write.
    #[error("the write failed")]
    Write(#[source] Box<AutomergeError>),
}

impl Explain for EditError {
    fn words(&self) -> (&'static str, Cow<'static, str>) {
        const NOT_SAVED: &str = "没有保存成功，请重试；仍不成功请联系管理员。";
        let (code, zh) = match self {
            Self::UnknownEntry => ("unknown_entry", "这条记录不在本案中，请刷新后再试。"),
            Self::EntryExists => ("entry_exists", "这条记录已经存在，请勿重复添加。"),
            Self::Frozen => (
                "draft_frozen",
                "协议文本已经定稿，不能再改；请另起一份新文本。",
            ),
            Self::Locked => (
                "statement_locked",
                "笔录已经签名锁定，不能再改；请另做补充笔录。",
            ),
            Self::RivalTerms => (
                "rival_terms",
                "条款约定存在两种版本，请与当事人核对，选定一种写入后再定稿。",
            ),
            Self::MustSeal => (
                "must_seal",
                "本案涉及隐私或未成年人，陈述须加密封存；请用封存笔录记录。",
            ),
            Self::Sealed => (
                "statement_sealed",
                "这份笔录已加密封存，不能按明文修改；请重新记录全文并封存。",
            ),
            Self::NotYours => ("not_your_text", "只有记录人可以修改这份文字；请另写一份。"),
            Self::Withdrawn => ("already_withdrawn", "这条记录已经作废，无需再次作废。"),
            Self::BadItem => ("bad_item", "清单项目编号不正确，请从清单中选择。"),
            Self::TooLong => ("too_long", "内容太长，请缩短后再保存。"),
            Self::Limit(breach) => return breach.words(),
            Self::NothingChanged => ("nothing_changed", "内容没有变化，无需保存。"),
            Self::Encode(_) => ("not_encodable", NOT_SAVED),
            Self::Write(_) => ("write_failed", NOT_SAVED),
        };
        (code, zh.into())
    }
}

impl From<AutomergeError> for EditError {
    fn from(error: AutomergeError) -> Self {
        Self::Write(Box::new(error))
    }
}
