//! What does not fit, and what its author is told.

use super::{FieldLimit, Limit, table};
use crate::reason::Explain;
use std::borrow::Cow;

/// A value that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", if .field.is_empty() { "a value" } else { .field }, .kind.code())]
pub struct LimitBreach {
    /// What is wrong.
    pub kind: BreachKind,
    /// The field of the table; empty for one that has no row of its own.
    pub field: &'static str,
    zh: &'static str,
}

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BreachKind {
    /// It holds U+0000, which no database keeps.
    Nul,
    /// It holds another control character than tab and line breaks.
    Control,
    /// A name or number goes over several lines, or holds a tab.
    NotOneLine,
    /// A whole number is larger than any column.
    TooLarge,
    /// It lies outside of what the field can mean.
    OutOfRange,
    /// A measured number is none.
    NotFinite,
    /// A word is longer than its field.
    WordTooLong,
    /// A text is longer than one edit inserts.
    TextTooLong,
    /// More is taken out of a text than one edit takes out.
    TextErased,
    /// A text becomes longer than any text may.
    TextFull,
    /// A name is written in full where a mask belongs.
    NotMasked,
    /// The record cannot be written down.
    Unwritable,
}

impl BreachKind {
    /// A stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Nul => "value_nul",
            Self::Control => "value_control",
            Self::NotOneLine => "value_not_one_line",
            Self::TooLarge => "value_too_large",
            Self::OutOfRange => "value_out_of_range",
            Self::NotFinite => "value_not_finite",
            Self::WordTooLong => "too_long",
            Self::TextTooLong => "text_too_long",
            Self::TextErased => "text_erased",
            Self::TextFull => "text_full",
            Self::NotMasked => "name_not_masked",
            Self::Unwritable => "value_unwritable",
        }
    }

    fn zh(self) -> &'static str {
        match self {
            Self::Nul => "内容含有无法保存的空字符，请删除后重新填写。",
            Self::Control => "内容含有无法显示的控制字符，请删除后重新填写。",
            Self::NotOneLine => "此项只填一行，请删去换行和制表符后重新填写。",
            Self::TooLarge => "数值太大，请核对后重新填写。",
            Self::OutOfRange => "数值不在允许的范围内，请核对后重新填写。",
            Self::NotFinite => "数值无效，请重新填写。",
            Self::WordTooLong => "内容太长，请缩短后再保存。",
            Self::TextTooLong => {
                "文字太长：一次最多写入两万字。请分次记录，或把原文作为证据材料上传。"
            }
            Self::TextErased => "一次最多删去两万五千字，请分几次删除或改写。",
            Self::TextFull => {
                "这份文字已到四十万字上限，不能再加长。请另写一条记录，或把原文作为证据材料上传。"
            }
            Self::NotMasked => "这里只写打码后的姓名，例如张*明；全名请在身份信息中填写。",
            Self::Unwritable => "内容无法保存，请核对后重新填写。",
        }
    }
}

impl LimitBreach {
    /// A breach of a field without a row of its own.
    #[must_use]
    pub(super) fn of(kind: BreachKind) -> Self {
        Self {
            kind,
            field: "",
            zh: kind.zh(),
        }
    }

    /// A breach in a field; the sentence of the field says what belongs there, unless the
    /// characters themselves are wrong.
    pub(super) fn at(field: Option<&'static FieldLimit>, kind: BreachKind) -> Self {
        let own = !matches!(
            kind,
            BreachKind::Nul | BreachKind::Control | BreachKind::NotOneLine
        );
        match field {
            Some(field) => Self {
                kind,
                field: field.name,
                zh: if own { field.zh } else { kind.zh() },
            },
            None => Self::of(kind),
        }
    }
}

impl Explain for LimitBreach {
    fn words(&self) -> (&'static str, Cow<'static, str>) {
        let zh = match (self.kind, table::field(self.field).map(|field| field.limit)) {
            (BreachKind::WordTooLong, Some(Limit::Word(most) | Limit::Line(most))) => {
                format!("内容太长：最多{most}字，请缩短后再保存。").into()
            }
            _ => self.zh.into(),
        };
        (self.kind.code(), zh)
    }
}
