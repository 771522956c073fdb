//! One situation of the catalogue, with what the law asks about it.

use crate::{facts::Difficulty, ids::SituationCode};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::IntoDeserializer};
use std::collections::BTreeSet;

/// One situation 情形.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Situation {
    /// Its code, such as `N03-05`.
    pub code: SituationCode,
    /// Which of the two lists it stands on.
    pub list: List,
    /// Category, Chinese.
    pub category_zh: String,
    /// Category, English.
    pub category_en: String,
    /// Situation, Chinese.
    pub situation_zh: String,
    /// Situation, English.
    pub situation_en: String,
    /// Difficulty before rules raise it (R115).
    pub default_difficulty: Difficulty,
    /// Departments by name, separated by a slash.
    pub default_department: String,
    /// Class of the Ministry's statistics; empty for police situations.
    pub statistics_class: String,
    /// Whether an electronic signature may be used.
    pub esign: Esign,
    /// Whether it may be mediated by a people's mediation committee at all.
    pub mediation: Mediation,
    /// Whether a court may confirm an agreement about it.
    pub confirmation: Confirmability,
    /// What the law asks about it beyond the ordinary.
    #[serde(
        default,
        deserialize_with = "read_touches",
        serialize_with = "write_touches"
    )]
    pub touches: BTreeSet<LegalConcern>,
}

/// The two lists 两张事项清单 (R111).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// 公安处理.
    Police,
    /// 矛调中心处理.
    NonPolice,
}

/// Whether an electronic signature may be used (E-Signature Law art. 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Esign {
    /// Allowed.
    Yes,
    /// Excluded by law: paper only.
    No,
    /// Allowed when no status of a person is touched.
    Conditional,
    /// Nothing is signed.
    NotApplicable,
}

/// Whether a people's mediation committee may mediate it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mediation {
    /// It may, if the parties agree.
    Yes,
    /// It may not: a police matter.
    No,
}

/// Whether a court may confirm an agreement (LW13, LW14): never what makes, ends or denies a
/// marriage, parentage or adoption, and never who owns land, a forest or an invention; what is owed
/// beside it may be confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmability {
    /// Nothing in the situation stands against it.
    Yes,
    /// Only money, things and acts; status and ownership must be left out of the application.
    Conditional,
    /// The matter itself is one of status.
    No,
    /// Nothing is agreed.
    NotApplicable,
}

/// What the law asks about a situation beyond the ordinary.
///
/// In the file they stand in one column, joined by `+`. Rules by which issue 1 was filled:
/// `medical` and `labour` follow the class of the Ministry's statistics; `sealed_statements` are
/// N01, N05 and N12 (D03); `violence_screen` is N01 (LW20); `tenure` and `status` are what makes a
/// case complex by itself (docs/domain/rules.md#difficulty); `minor_likely` where a child is
/// usually concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegalConcern {
    /// Marriage, parentage or inheritance is itself in question.
    Status,
    /// Ownership of land, forest or homestead is itself in question.
    Tenure,
    /// 30 working days, appraisal not counted (LW16).
    Medical,
    /// 15 days, then arbitration (LW17).
    Labour,
    /// Ask for the guardian; the statement of a minor is sealed.
    MinorLikely,
    /// Statements are sealed on the phone.
    SealedStatements,
    /// Screen for domestic violence first (LW20).
    ViolenceScreen,
}

impl Situation {
    /// What stands for a situation in the registry while nobody has said what a case is about. It
    /// is of no issue: a case is triaged before anything is ruled by its situation.
    #[must_use]
    pub fn unclassified() -> Self {
        Self {
            code: SituationCode::unclassified(),
            list: List::NonPolice,
            category_zh: "待核实".into(),
            category_en: "Not yet classified".into(),
            situation_zh: "情形待核实".into(),
            situation_en: "Not yet classified".into(),
            default_difficulty: Difficulty::Ordinary,
            default_department: String::new(),
            statistics_class: String::new(),
            esign: Esign::NotApplicable,
            mediation: Mediation::No,
            confirmation: Confirmability::NotApplicable,
            touches: BTreeSet::new(),
        }
    }

    /// The code of its category, such as `N03`.
    #[must_use]
    pub fn category(&self) -> &str {
        category_of(&self.code)
    }

    /// Whether the law asks this about it.
    #[must_use]
    pub fn touches(&self, touch: LegalConcern) -> bool {
        self.touches.contains(&touch)
    }

    /// Whether a committee may mediate it.
    #[must_use]
    pub fn may_be_mediated(&self) -> bool {
        self.mediation == Mediation::Yes
    }

    /// Whether the agreement is signed on paper (E17).
    #[must_use]
    pub fn needs_paper(&self) -> bool {
        self.esign == Esign::No
    }
}

/// The category of a code: its first three characters.
pub(super) fn category_of(code: &SituationCode) -> &str {
    code.as_str().get(..3).unwrap_or_default()
}

fn read_touches<'de, D: Deserializer<'de>>(reader: D) -> Result<BTreeSet<LegalConcern>, D::Error> {
    let joined = String::deserialize(reader)?;
    let words = joined.split('+').filter(|word| !word.is_empty());
    words
        .map(|word| LegalConcern::deserialize(word.into_deserializer()))
        .collect()
}

fn write_touches<S: Serializer>(
    touches: &BTreeSet<LegalConcern>,
    writer: S,
) -> Result<S::Ok, S::Error> {
    let mut joined = String::new();
    for touch in touches {
        if !joined.is_empty() {
            joined.push('+');
        }
        joined.push_str(touch.word());
    }
    writer.serialize_str(&joined)
}

impl LegalConcern {
    /// Its stable word, as in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Tenure => "tenure",
            Self::Medical => "medical",
            Self::Labour => "labour",
            Self::MinorLikely => "minor_likely",
            Self::SealedStatements => "sealed_statements",
            Self::ViolenceScreen => "violence_screen",
        }
    }
}
