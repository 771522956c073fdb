//! What goes on around a case by the facts: plans of desks.

use super::{PlanStepEntry, document::steps};
use crate::words::{EntryId, Role, Timestamp, UserId};
use hejie_case::facts;

/// A plan 一案一策 that a desk wrote (E22c).
#[derive(Debug, Clone, uniffi::Record)]
pub struct DeskPlan {
    /// Its id, by which the end of the joint handling names it.
    pub id: EntryId,
    /// What is to be reached.
    pub text: String,
    /// Its steps.
    pub steps: Vec<PlanStepEntry>,
    /// Who wrote it last.
    pub by: UserId,
    /// In which role.
    pub role: Role,
    /// When.
    pub at: Timestamp,
}

/// The plans of the present round that desks wrote.
pub(super) fn plans(round: &facts::Round) -> Vec<DeskPlan> {
    let plans = round.plans.iter().map(|(id, plan)| DeskPlan {
        id: *id,
        text: plan.text.clone(),
        steps: steps(plan.steps.clone()),
        by: plan.by.user,
        role: plan.by.role,
        at: plan.at,
    });
    plans.collect()
}
