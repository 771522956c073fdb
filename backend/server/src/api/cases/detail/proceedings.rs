//! The parts of the document that tell how a case was worked on: consent, contacts, sessions,
//! risks, plans, performance.

use super::{super::words::word, DetailContext, items};
use hejie_case::{
    ids::EntryId,
    obligation::{obligation_state, promises},
    record::PlanStep,
};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// One act of consent or refusal of a party.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentItemView {
    id: Uuid,
    party: Uuid,
    /// About what, such as `mediation`.
    what: String,
    /// `agree`, `refuse` or `withdraw`.
    decision: String,
    text_version: String,
    /// Claimed by a device.
    at: Timestamp,
    /// Of an earlier round; counts no more.
    spent: bool,
    author_name: Option<String>,
}

/// A contact with a party.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactItemView {
    id: Uuid,
    party: Uuid,
    means: String,
    reached: bool,
    /// Claimed by a device.
    at: Timestamp,
    author_name: Option<String>,
}

/// A mediation session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionItemView {
    id: Uuid,
    form: String,
    /// Claimed by a device.
    start: Timestamp,
    attendees: Vec<Uuid>,
    result: String,
    record: String,
    /// The parties who signed the record.
    signed: Vec<Uuid>,
    author_name: Option<String>,
}

/// An observation of risk.
#[derive(Debug, Serialize, ToSchema)]
pub struct RiskItemView {
    id: Uuid,
    /// Such as `threat` or `emotion`.
    factor: String,
    /// How much, or how many.
    value: Option<String>,
    why: String,
    /// Claimed by a device.
    at: Timestamp,
    author_name: Option<String>,
}

/// An entry of the performance log.
#[derive(Debug, Serialize, ToSchema)]
pub struct PerformanceItemView {
    id: Uuid,
    /// The clause.
    obligation: Uuid,
    /// `performed`, `partly`, `not_performed` or `nothing_due`.
    state: String,
    amount_cents: u64,
    means: String,
    /// Claimed by a device.
    at: Timestamp,
    author_name: Option<String>,
}

/// What became of an obligation of the agreement in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObligationView {
    /// The clause.
    clause: Uuid,
    /// `open`, `performed`, `disputed` or `broken`.
    state: String,
    /// The sum of what was logged as paid.
    paid_cents: u64,
}

/// A plan 一案一策, of a phone or of a desk.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanItemView {
    id: Uuid,
    text: String,
    steps: Vec<PlanStepView>,
    author_name: Option<String>,
    /// A desk wrote it, so that a desk may write it anew.
    at_desk: bool,
}

/// A step of a plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanStepView {
    what: String,
    owner_org: String,
    due: Date,
}

impl DetailContext<'_> {
    pub(super) fn consents(&self) -> Vec<ConsentItemView> {
        items(&self.view.consents, |id, entry| ConsentItemView {
            id: id.0,
            party: entry.value.party.0,
            what: word(&entry.value.what),
            decision: word(&entry.value.decision),
            text_version: entry.value.text_version.clone(),
            at: entry.value.at,
            spent: self.facts.spent.contains(id),
            author_name: self.people.actor(entry.author),
        })
    }

    pub(super) fn contacts(&self) -> Vec<ContactItemView> {
        items(&self.view.contacts, |id, entry| ContactItemView {
            id: id.0,
            party: entry.value.party.0,
            means: word(&entry.value.means),
            reached: entry.value.reached,
            at: entry.value.at,
            author_name: self.people.actor(entry.author),
        })
    }

    pub(super) fn sessions(&self) -> Vec<SessionItemView> {
        items(&self.view.sessions, |id, entry| {
            let session = &entry.value;
            SessionItemView {
                id: id.0,
                form: word(&session.head.form),
                start: session.head.start,
                attendees: session.head.attendees.iter().map(|id| id.0).collect(),
                result: session.head.result.clone(),
                record: session.record.clone(),
                signed: session.signed.keys().map(|id| id.0).collect(),
                author_name: self.people.actor(entry.author),
            }
        })
    }

    pub(super) fn risks(&self) -> Vec<RiskItemView> {
        items(&self.view.risks, |id, entry| {
            let (factor, value) = factor(&entry.value.factor);
            RiskItemView {
                id: id.0,
                factor,
                value,
                why: entry.value.why.clone(),
                at: entry.value.at,
                author_name: self.people.actor(entry.author),
            }
        })
    }

    pub(super) fn performance(&self) -> Vec<PerformanceItemView> {
        items(&self.view.performance, |id, entry| PerformanceItemView {
            id: id.0,
            obligation: entry.value.obligation.0,
            state: word(&entry.value.state),
            amount_cents: entry.value.amount.0,
            means: entry.value.means.clone(),
            at: entry.value.at,
            author_name: self.people.actor(entry.author),
        })
    }

    pub(super) fn obligations(&self) -> Vec<ObligationView> {
        let agreement = self.facts.round.agreement.as_ref();
        let draft = agreement.and_then(|a| self.view.drafts.get(&a.draft));
        let clauses = draft.into_iter().flat_map(|d| promises(&d.value.clauses));
        let view = clauses.map(|clause| {
            let log = self.view.performance.values().map(|entry| &entry.value);
            let paid = log.filter(|entry| entry.obligation == clause);
            ObligationView {
                clause: clause.0,
                state: word(&obligation_state(self.view, self.facts, clause)),
                paid_cents: paid.map(|entry| entry.amount.0).sum(),
            }
        });
        view.collect()
    }

    pub(super) fn plans(&self) -> Vec<PlanItemView> {
        let of_phones = self.view.plans.iter().map(|(id, entry)| PlanItemView {
            id: id.0,
            text: entry.value.text.clone(),
            steps: steps(&entry.value.steps),
            author_name: self.people.actor(entry.author),
            at_desk: false,
        });
        let of_desks = self.facts.round.plans.iter();
        let of_desks = of_desks.map(|(id, plan)| PlanItemView {
            id: id.0,
            text: plan.text.clone(),
            steps: steps(&plan.steps),
            author_name: self.people.user(plan.by.user),
            at_desk: true,
        });
        of_phones.chain(of_desks).collect()
    }
}

fn steps(steps: &BTreeMap<EntryId, PlanStep>) -> Vec<PlanStepView> {
    let view = steps.values().map(|step| PlanStepView {
        what: step.what.clone(),
        owner_org: step.owner_org.clone(),
        due: step.due,
    });
    view.collect()
}

/// The word of a factor, and its value as text.
fn factor(factor: &hejie_case::record::RiskFactor) -> (String, Option<String>) {
    let json = serde_json::to_value(factor).unwrap_or_default();
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::String(word) => Some(word.clone()),
        serde_json::Value::Null => None,
        other => Some(other.to_string()),
    };
    let factor = json.get("factor").and_then(text).unwrap_or_default();
    (factor, json.get("value").and_then(text))
}
