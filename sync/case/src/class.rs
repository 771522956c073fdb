//! The classes of what a case holds: the classes of data of docs/domain/privacy.md, split where
//! roles are told apart within one.

use crate::kinds::kinds;
use DataClass::{B, C, D, S};

kinds! {
    /// What a field holds, as far as it matters for who may read it.
    pub enum FieldClass: DataClass {
        Core "core" "案情与进展" "Course" "what the case is about and how it stands, without names" => B;
        Names "names" "当事人（脱敏）与地址" "Masked names"
            "masked names, their parts in the case, the address to the building" => C;
        Flags "flags" "特殊情形标记" "Flags" "who is a minor or lacks capacity, the screening for violence" => S;
        Risk "risk" "风险" "Risk" "what was observed of danger, and what the colour is made of" => B;
        Statements "statements" "陈述" "Statements" "what parties stated, in plain words" => D;
        Work "work" "工作记录" "Working records" "notes, sessions, contacts, the checklist" => D;
        Evidence "evidence" "证据" "Evidence" "pieces of evidence and their originals" => D;
        Drafts "drafts" "协议文稿" "Drafts" "drafts that nobody has frozen as the agreement" => D;
        Agreement "agreement" "协议与履行" "Agreement" "the agreement, its signatures and its performance" => C;
        Findings "findings" "回访结果" "Findings" "when somebody was visited, performance, satisfaction" => B;
        Visits "visits" "回访记录" "Visit reports" "what visitors wrote" => C;
        Telephone "telephone" "电话" "Telephone" "telephone numbers of parties, on a stated purpose" => D;
        Identity "identity" "完整身份" "Identity" "who parties really are, on a stated purpose" => D;
        Special "special" "特殊身份" "Special identity"
            "identities of minors and in cases of violence at home, on a stated purpose" => S;
        Vulnerability "vulnerability" "特殊人群标签" "Vulnerability"
            "why a party needs protection, for that purpose alone" => S;
        Sealed "sealed" "封存陈述" "Sealed statements" "the words of sealed statements, on a stated purpose" => S;
    }
}

kinds! {
    /// The classes of data (docs/domain/privacy.md#classes-of-data), from open to closed.
    pub enum DataClass {
        A "A" "统计数据" "Counts" "counts";
        B "B" "案情" "Facts" "facts of a case without names";
        C "C" "脱敏信息" "Masked" "masked names, addresses to the building";
        D "D" "个人信息" "Personal" "full identity, telephone, statements, images";
        S "S" "敏感个人信息" "Sensitive" "minors, medical matters, violence at home, informants";
    }
}

impl FieldClass {
    /// Which class of data it is.
    #[must_use]
    pub const fn data(self) -> DataClass {
        self.fixed()
    }

    /// Whether it is read one by one, for a stated purpose, and never stands in a page.
    #[must_use]
    pub const fn needs_purpose(self) -> bool {
        matches!(
            self,
            Self::Telephone | Self::Identity | Self::Special | Self::Vulnerability | Self::Sealed
        )
    }
}

/// A set of classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassSet(u16);

impl ClassSet {
    /// No class.
    pub const NONE: Self = Self(0);

    /// The set of these classes.
    #[must_use]
    pub const fn of(classes: &[FieldClass]) -> Self {
        let mut bits = 0;
        let mut at = 0;
        while at < classes.len() {
            bits |= 1 << classes[at] as u16;
            at += 1;
        }
        Self(bits)
    }

    /// This set and another one.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What stands in both.
    #[must_use]
    pub const fn within(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether a class belongs to it.
    #[must_use]
    pub const fn contains(self, class: FieldClass) -> bool {
        self.0 & (1 << class as u16) != 0
    }

    /// Whether no class belongs to it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}
