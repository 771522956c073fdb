//! The rows that the document tells of the work: contacts, statements, sessions, steps of plans,
//! performance.

use super::{
    ContactRow, Folding, MediationSessionRow, PerformanceEntryRow, PlanStepRow, StatementRow,
    micros,
};

impl Folding<'_> {
    pub(super) fn talks(&mut self) {
        let (view, case_id) = (self.view, self.facts.case_id);
        for (id, entry) in &view.contacts {
            let contact = &entry.value;
            self.put(&ContactRow {
                case_id,
                id: *id,
                party_id: contact.party,
                means: contact.means,
                claimed_at: micros(contact.at),
                reached: contact.reached,
                by_user: self.author(entry.author).map(|a| a.user),
            });
        }
        for (id, entry) in &view.sessions {
            let head = &entry.value.head;
            self.put(&MediationSessionRow {
                case_id,
                id: *id,
                form: head.form,
                started_at: micros(head.start),
                address: head.place.as_ref().map(|p| p.address.clone()),
                attendees: head.attendees.clone(),
                signed_by: entry.value.signed.keys().copied().collect(),
                result: head.result.clone(),
                by_user: self.author(entry.author).map(|a| a.user),
            });
        }
    }

    /// A sealed statement keeps its words to itself: the registry knows only that it was made
    /// (D03).
    pub(super) fn words(&mut self) {
        let (view, case_id) = (self.view, self.facts.case_id);
        for (id, entry) in &view.statements {
            let statement = &entry.value;
            let is_sealed = statement.sealed.is_some();
            let locked = statement.locked.as_ref();
            self.put(&StatementRow {
                case_id,
                id: *id,
                party_id: statement.head.party,
                taken_at: micros(statement.head.taken_at),
                supplement_to: statement.head.supplement_to,
                is_sealed,
                text: (!is_sealed).then(|| statement.text.clone()),
                locked_at: locked.map(|lock| micros(lock.at)),
                locked_hash: locked.map(|lock| lock.hash.clone()),
                by_user: self.author(entry.author).map(|a| a.user),
            });
        }
        let of_phones = view.plans.iter().map(|(id, plan)| (id, &plan.value.steps));
        let rounds = self.facts.rounds().flat_map(|round| &round.plans);
        let of_desks = rounds.map(|(id, plan)| (id, &plan.steps));
        let plans: Vec<_> = of_phones.chain(of_desks).collect();
        for (plan_id, steps) in plans {
            for (id, step) in steps {
                self.put(&PlanStepRow {
                    case_id,
                    id: *id,
                    plan_id: *plan_id,
                    what: step.what.clone(),
                    owner_org: step.owner_org.clone(),
                    due_on: step.due,
                });
            }
        }
    }

    pub(super) fn performance(&mut self) {
        let (view, case_id) = (self.view, self.facts.case_id);
        for (id, entry) in &view.performance {
            let done = &entry.value;
            self.put(&PerformanceEntryRow {
                case_id,
                id: *id,
                obligation_id: done.obligation,
                state: done.state,
                claimed_at: micros(done.at),
                amount_cents: done.amount.0,
                means: done.means.clone(),
                slip_no: done.slip_no.clone(),
                evidence_id: done.evidence,
                by_user: self.author(entry.author).map(|a| a.user),
            });
        }
    }
}
