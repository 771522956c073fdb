//! What is said and written in a case: templates with slots, filled by chance.

use crate::chance::Chance;
use hejie_case::ids::SituationCode;
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};

/// All templates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Noted on arrival at the scene.
    pub scene_notes: Vec<String>,
    /// Noted when asking around.
    pub inquiry_notes: Vec<String>,
    /// Noted on an ordinary day.
    pub daily_notes: Vec<String>,
    /// How a session went.
    pub sessions: Vec<String>,
    /// What a session came to.
    pub results: Vec<String>,
    /// What a visit found.
    pub visits: Vec<String>,
    /// What a grid worker saw while it was still mediated.
    pub rounds: Vec<String>,
    /// What whoever reported it is told at the end.
    pub feedback: Vec<String>,
    /// How it ended at the scene.
    pub on_scene: Vec<String>,
    /// Why no agreement came about.
    pub failed: Vec<String>,
    /// Why a party refuses to mediate.
    pub refused: Vec<String>,
    /// Why a risk is left.
    pub residual: Vec<String>,
    /// Under a photograph.
    pub captions: Vec<String>,
    /// Names of housing estates.
    pub estate_names: Vec<String>,
    /// Names of roads.
    pub road_names: Vec<String>,
    #[serde(rename = "category")]
    categories: Vec<CategoryText>,
}

/// The templates of one category.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryText {
    code: String,
    #[serde(default)]
    indoor: bool,
    summary: Vec<String>,
    /// What side A says.
    pub a: Vec<String>,
    /// What side B says.
    pub b: Vec<String>,
    /// What is promised.
    pub clauses: Vec<String>,
    situations: BTreeMap<SituationCode, Vec<String>>,
}

/// What the slots of a template are filled with.
#[derive(Debug, Clone, Default)]
pub struct TemplateSlots {
    /// The matter.
    pub what: String,
    /// The place.
    pub place: String,
    /// The sum, yuan.
    pub yuan: u64,
    /// People or households.
    pub persons: u32,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the file is part of the program and tests read it"
    )]
    toml::from_str(include_str!("../data/words.toml")).expect("the shipped words are readable")
});

impl Words {
    /// The words that ship with the program.
    #[must_use]
    pub fn shipped() -> &'static Self {
        &WORDS
    }

    /// The category of a situation.
    #[must_use]
    pub fn of(&self, situation: &SituationCode) -> &CategoryText {
        let code = situation.as_str().get(..3).unwrap_or_default();
        let found = self.categories.iter().find(|c| c.code == code);
        found.unwrap_or(&self.categories[0])
    }

    /// A place of a dispute: an estate or a road, never a real one.
    pub fn address(
        &self,
        chance: &mut Chance,
        township: &str,
        village: &str,
        category: &CategoryText,
    ) -> String {
        if category.code == "N09" || category.code == "N10" || chance.happens(0.45) {
            return format!("{township}{village}");
        }
        if category.indoor || chance.happens(0.5) {
            let building = chance.between(1, 28);
            return format!(
                "{township}某{}小区{building}号楼",
                chance.pick(&self.estate_names)
            );
        }
        format!(
            "{township}{}{}号旁",
            chance.pick(&self.road_names),
            chance.between(1, 190)
        )
    }
}

impl CategoryText {
    /// The matter of a situation, in one of several wordings.
    pub fn matter(&self, chance: &mut Chance, situation: &SituationCode) -> String {
        match self.situations.get(situation) {
            Some(wordings) => chance.pick(wordings).clone(),
            None => String::from("双方发生争执"),
        }
    }

    /// The summary of a call.
    pub fn summary(&self, chance: &mut Chance, slots: &TemplateSlots) -> String {
        fill(chance.pick(self.summary.as_slice()).as_str(), slots)
    }
}

/// Fills a template.
#[must_use]
pub fn fill(template: &str, slots: &TemplateSlots) -> String {
    template
        .replace("{what}", &slots.what)
        .replace("{where}", &slots.place)
        .replace("{money}", &money(slots.yuan))
        .replace("{n}", &slots.persons.to_string())
}

/// A sum as people say it.
fn money(yuan: u64) -> String {
    match yuan {
        0 => "少量费用".into(),
        1..10_000 => format!("{yuan}元"),
        _ if yuan.is_multiple_of(10_000) => format!("{}万元", yuan / 10_000),
        _ => format!("{}.{}万元", yuan / 10_000, yuan % 10_000 / 1000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hejie_case::catalogue::{Catalogue, List};

    #[test]
    fn every_situation_of_the_county_has_words_and_every_category_eight_ways_to_be_reported() {
        for situation in Catalogue::current()
            .iter()
            .filter(|s| s.list == List::NonPolice)
        {
            let category = Words::shipped().of(&situation.code);
            assert!(situation.code.as_str().starts_with(&category.code));
            let wordings = category.situations.get(&situation.code);
            assert!(wordings.is_some_and(|w| w.len() >= 2), "{}", situation.code);
            assert!(category.summary.len() >= 8, "{}", category.code);
        }
    }

    #[test]
    fn no_slot_stays_empty() {
        let slots = TemplateSlots {
            what: "事".into(),
            place: "处".into(),
            yuan: 18_500,
            persons: 3,
        };
        for category in &Words::shipped().categories {
            for template in category.summary.iter().chain(&category.clauses) {
                assert!(!fill(template, &slots).contains(['{', '}']), "{template}");
            }
        }
        assert_eq!(fill("{money}", &slots), "1.8万元");
    }
}
