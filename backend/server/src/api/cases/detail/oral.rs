//! The part of the detail that shows the registers of what was agreed by word of mouth.

use super::DetailContext;
use hejie_case::catalogue::Catalogue;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What was agreed by word of mouth where a simple dispute broke out (E08, R013).
#[derive(Debug, Serialize, ToSchema)]
pub struct OralRegisterView {
    /// The round, from 1.
    round: usize,
    /// Its number.
    number: String,
    /// What it was about.
    #[schema(example = "N02-02")]
    situation: String,
    situation_zh: Option<String>,
    /// The parties, by their entries.
    parties: Vec<Uuid>,
    /// What came of it.
    result: String,
    /// Who said yes to these words, by their entries.
    assents: Vec<Uuid>,
    by_name: Option<String>,
    /// As far as the clock of that device is believed.
    agreed_at: Timestamp,
}

impl DetailContext<'_> {
    /// Those of every round, the oldest first.
    pub(super) fn oral_registers(&self) -> Vec<OralRegisterView> {
        let rounds = self.facts.rounds().zip(1..);
        let agreed = rounds.filter_map(|(round, no)| Some((round.oral_register.as_ref()?, no)));
        let views = agreed.map(|(register, round)| {
            let known = Catalogue::current().lookup(&register.situation);
            OralRegisterView {
                round,
                number: register.number.clone(),
                situation: register.situation.to_string(),
                situation_zh: known.map(|situation| situation.situation_zh.clone()),
                parties: register.parties.iter().map(|id| id.0).collect(),
                result: register.result.clone(),
                assents: register.assents.iter().map(|id| id.0).collect(),
                by_name: self.people.user(register.by.user),
                agreed_at: register.agreed_at,
            }
        });
        views.collect()
    }
}
