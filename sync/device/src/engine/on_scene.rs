//! The quick path of a simple dispute: everything that settling it on the scene takes, in one step
//! and without a line (E08, R013).

use super::{
    CaseFile, Engine, EngineError, Reason,
    acts::{nothing_offered, refusals_of},
};
use crate::store::Store;
use hejie_case::{
    act,
    edit::{Edit, NewEntry},
    facts::{Assignment, Facts, Status},
    ids::{CaseId, EntryId, SituationCode},
    record::{Ask, Consent, ConsentDecision, ConsentSubject, IntakeField, Party, Residual, Side},
    view::CaseView,
};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// A simple dispute as it ended where it broke out: whoever settles it heard every party agree to
/// be mediated, and to the result.
#[derive(Debug, Clone, PartialEq)]
pub struct SceneSettlement {
    /// Parties who are not entered yet. Those who are stay, and agreed as well.
    pub parties: Vec<Party>,
    /// What it was about, if that is not as it was reported.
    pub situation: Option<SituationCode>,
    /// What came of it, in the words to which everybody said yes.
    pub result: String,
    /// Why it will not break out again.
    pub calm: String,
    /// The version of the text that was read aloud to the parties.
    pub text_version: String,
    /// Of the arrival, if none was recorded.
    pub arrival: act::Arrive,
}

impl<S: Store> Engine<S> {
    /// Settles a simple dispute on the scene, all at once: signs for the offer and arrives where
    /// that was not done, enters the parties with what they agreed to, judges that it will not
    /// break out again, and asks the server to take it for settled. All of it is kept, or nothing.
    ///
    /// # Errors
    /// [`EngineError::NotPossible`] when nobody is there on one of the two sides, or when this
    /// person does not answer for the case; or as [`Engine::edit`].
    pub fn settle_on_scene(
        &mut self,
        case: CaseId,
        settlement: SceneSettlement,
        now: Timestamp,
    ) -> Result<EntryId, EngineError> {
        let CaseFile { view, facts, .. } = self.case(case, now)?;
        let facts = facts.ok_or_else(nothing_offered)?;
        has_two_sides(&view, &facts, &settlement.parties)?;
        let mut asked = self.way_to_the_scene(&view, &facts, settlement.arrival)?;
        let mut edits = Vec::new();
        let situation = settlement.situation.map(IntakeField::Situation);
        edits.extend(situation.map(|field| Edit::Intake { field }));
        let mut assents: Vec<EntryId> = present(&view, &facts).map(|(id, _)| id).collect();
        for party in settlement.parties {
            assents.push(self.then_add(&mut edits, NewEntry::Party(party), now)?);
        }
        for party in &assents {
            let consent = Consent {
                party: *party,
                what: ConsentSubject::Mediation,
                decision: ConsentDecision::Agree,
                text_version: settlement.text_version.clone(),
                at: now,
                evidence: None,
                seen: refusals_of(*party, &view, Some(&facts)),
            };
            self.then_add(&mut edits, NewEntry::Consent(consent), now)?;
        }
        let (level, why, result) = (Residual::Low, settlement.calm, settlement.result);
        asked.push(Ask::ResidualRisk(act::ResidualRisk { level, why }));
        asked.push(Ask::SettleOnScene(act::SettleOnScene { result, assents }));
        let mut last = None;
        for ask in asked {
            let entry = self.request(case, ask, now)?;
            last = Some(self.then_add(&mut edits, entry, now)?);
        }
        self.edit_all(case, edits, now)?;
        last.ok_or_else(nothing_offered)
    }

    /// What this person must have asked for before anything is settled, and has not.
    fn way_to_the_scene(
        &self,
        view: &CaseView,
        facts: &Facts,
        arrival: act::Arrive,
    ) -> Result<Vec<Ask>, EngineError> {
        let user = self.owner()?.user;
        let answers = |a: &&Assignment| a.user == user && a.to.is_none() && a.duty.answers();
        let mine = facts.assignments.iter().rfind(answers);
        let mine = mine.ok_or_else(nothing_offered)?;
        let waits = |is: fn(&Ask) -> bool| {
            let mut requests = view.requests.iter();
            requests.any(|(id, entry)| !facts.rulings.contains_key(id) && is(&entry.value.ask))
        };
        let assignment = mine.version;
        let signs = (mine.signed_at.is_none() && !waits(|ask| matches!(ask, Ask::SignFor(_))))
            .then_some(Ask::SignFor(act::SignFor { assignment }));
        let is_on_the_way = matches!(facts.stage.status(), Status::Dispatched | Status::SignedFor);
        let arrives = (is_on_the_way && !waits(|ask| matches!(ask, Ask::Arrive(_))))
            .then_some(Ask::Arrive(arrival));
        Ok(signs.into_iter().chain(arrives).collect())
    }

    /// Puts an entry behind what is written already, under a fresh id.
    fn then_add(
        &mut self,
        edits: &mut Vec<Edit>,
        entry: NewEntry,
        now: Timestamp,
    ) -> Result<EntryId, EngineError> {
        let id = self.new_entry_id(now)?;
        edits.push(Edit::Add { id, entry });
        Ok(id)
    }
}

/// Whoever is entered and was not withdrawn, each person once.
fn present<'a>(view: &'a CaseView, facts: &'a Facts) -> impl Iterator<Item = (EntryId, &'a Party)> {
    let parties = view.parties.iter();
    parties
        .filter(|(id, entry)| entry.value.withdrawn.is_none() && facts.person(**id) == **id)
        .map(|(id, entry)| (*id, &entry.value.party))
}

/// There is nothing to settle while a side is missing; the rule says so too, once it hears of it.
fn has_two_sides(view: &CaseView, facts: &Facts, new: &[Party]) -> Result<(), EngineError> {
    let known = present(view, facts).map(|(_, party)| party.side);
    let sides: BTreeSet<Side> = known.chain(new.iter().map(|party| party.side)).collect();
    if [Side::A, Side::B].iter().all(|side| sides.contains(side)) {
        return Ok(());
    }
    Err(EngineError::NotPossible(Reason::new(
        "parties_missing",
        "请先登记甲乙双方当事人，每方至少一人，再现场处结。",
    )))
}
