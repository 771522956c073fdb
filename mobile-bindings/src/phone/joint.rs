//! Joint handling 联席会商: its plan and steps, and the weekly look at them.

use super::Phone;
use crate::{
    clock,
    error::PhoneError,
    words::{CaseId, EntryId, PlanStep},
};
use hejie_case::{
    act,
    edit::{Edit, NewEntry, TextTarget},
};

#[uniffi::export]
impl Phone {
    /// Begins a plan 一案一策. Desks write plans of their own; which one stands is said at a desk,
    /// when the joint handling ends (E22b).
    pub fn add_plan(&self, case_id: CaseId, text: String) -> Result<EntryId, PhoneError> {
        self.add(case_id, NewEntry::Plan(text))
    }

    /// Replaces the text of a plan that was written on a phone; only the difference is written, and
    /// merges with what others write.
    pub fn edit_plan(
        &self,
        case_id: CaseId,
        plan: EntryId,
        text: String,
    ) -> Result<(), PhoneError> {
        self.text(case_id, TextTarget::Plan { id: plan }, text)
    }

    /// Adds a step to a plan that was written on a phone. Without a step that names its
    /// organisation no plan ends the joint handling.
    pub fn add_plan_step(
        &self,
        case_id: CaseId,
        plan: EntryId,
        step: PlanStep,
    ) -> Result<EntryId, PhoneError> {
        let mut engine = self.engine();
        let now = clock::now();
        let (id, value) = (engine.new_entry_id(now)?, step);
        let step = Edit::AddStep {
            plan,
            step: id,
            value,
        };
        engine.edit(case_id, step, now)?;
        Ok(id)
    }

    /// Says how far the plan has come (E22d): this week's look at the case is made.
    pub fn check_joint(&self, case_id: CaseId, result: String) -> Result<EntryId, PhoneError> {
        self.ask(case_id, act::CheckJoint { result })
    }
}
