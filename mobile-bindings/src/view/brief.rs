//! What an app shows of a case before its person reaches the scene.

use crate::words::{Date, SituationCode};
use hejie_case::{brief, catalogue::Catalogue};

/// What the server told of a case before arrival: no names and no words of anybody.
#[derive(Debug, Clone, uniffi::Record)]
pub struct SceneBrief {
    /// Earlier cases of the same pair of parties, the latest first; nothing while it is not known
    /// who they are.
    pub pair: Vec<PastCase>,
    /// Earlier cases at the same address, the latest first.
    pub place: Vec<PastCase>,
    /// What was seen of danger in this case and in those of the pair, in Chinese.
    pub hazards_zh: Vec<String>,
    /// What was seen of danger in those of the place, in Chinese.
    pub place_hazards_zh: Vec<String>,
}

/// An earlier case.
#[derive(Debug, Clone, uniffi::Record)]
pub struct PastCase {
    /// Its number.
    pub case_no: String,
    /// What it was about.
    pub situation: SituationCode,
    /// The same in Chinese; empty when this version does not know it.
    pub situation_zh: String,
    /// How it ended, in Chinese; none while it goes on.
    pub result_zh: Option<String>,
    /// The day on which it was registered.
    pub day: Date,
}

impl From<&brief::CaseBrief> for SceneBrief {
    fn from(told: &brief::CaseBrief) -> Self {
        let zh = |hazard: &brief::Hazard| hazard.zh().to_owned();
        Self {
            pair: told.pair.iter().map(PastCase::from).collect(),
            place: told.place.iter().map(PastCase::from).collect(),
            hazards_zh: told.of_pair.iter().map(zh).collect(),
            place_hazards_zh: told.of_place.iter().map(zh).collect(),
        }
    }
}

impl From<&brief::FormerCase> for PastCase {
    fn from(earlier: &brief::FormerCase) -> Self {
        let known = Catalogue::current().lookup(&earlier.situation);
        Self {
            case_no: earlier.case_no.clone(),
            situation: earlier.situation.clone(),
            situation_zh: known.map_or_else(String::new, |known| known.situation_zh.clone()),
            result_zh: earlier.result.map(|result| result.zh().into()),
            day: earlier.day,
        }
    }
}
