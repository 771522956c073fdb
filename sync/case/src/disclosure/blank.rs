//! Takes out of a case what its reader may not see.

use super::{
    Disclosed, FieldClass, Shown, Sight,
    table::{self, WHOLE},
};
use crate::{
    event::Event,
    facts::{ConflictFact, Facts, Round, SettledBy, Violence},
    ids::EntryId,
    record::Checklist,
    view::{CaseView, Entries, MvRegister},
};
use std::collections::BTreeSet;

/// Requests, and lines of the trail, whose words tell of risk.
const OF_RISK: [Event; 3] = [Event::ResidualRisk, Event::Danger, Event::TakeOn];

/// Those whose words tell of violence at home.
const OF_VIOLENCE: [Event; 2] = [Event::ReportViolence, Event::RecordWarning];

impl Disclosed {
    /// A case as somebody with this sight may see it.
    #[must_use]
    pub fn of(mut view: CaseView, mut facts: Facts, sight: Sight) -> Self {
        let blank = Blank { sight };
        blank.drafts(&mut view, &facts);
        blank.document(&mut view);
        let requests = blank.requests(&view);
        let conflicts = facts.conflicts.values_mut();
        let hidden = conflicts.filter(|known| !sight.shows_variants(known));
        let conflicts = hidden.map(without_words).collect();
        blank.facts(&mut facts);
        Self {
            view: Shown(view),
            facts: Shown(facts),
            sight,
            conflicts,
            requests,
        }
    }
}

pub(super) fn without_words(known: &mut ConflictFact) -> crate::ids::ConflictId {
    for variant in &mut known.conflict.variants {
        variant.text.clear();
    }
    if let Some(SettledBy::Ruling { why, .. }) = known.settled.as_mut().map(|s| &mut s.by) {
        why.clear();
    }
    known.conflict.id
}

struct Blank {
    sight: Sight,
}

impl Blank {
    fn hides(&self, container: &str, field: &str) -> bool {
        !self.sight.shows(table::of_field(container, Some(field)))
    }

    fn hides_class(&self, class: FieldClass) -> bool {
        !self.sight.shows(class)
    }

    /// Entries whose fields have one class are shown, or not one of them.
    fn entries<T>(&self, container: &str, field: &str, entries: &mut Entries<T>) {
        if self.hides(container, field) {
            entries.clear();
        }
    }

    fn document(&self, view: &mut CaseView) {
        self.intake(view);
        self.parties(view);
        self.entries("consent_events", WHOLE, &mut view.consents);
        self.entries("statements", "text", &mut view.statements);
        self.entries("notes", "text", &mut view.notes);
        self.entries("evidence", "head", &mut view.evidence);
        self.entries("contacts", WHOLE, &mut view.contacts);
        self.entries("sessions", "record", &mut view.sessions);
        self.entries("plans", "text", &mut view.plans);
        self.entries("signatures", WHOLE, &mut view.signatures);
        self.entries("performance", WHOLE, &mut view.performance);
        self.entries("visits", "finding", &mut view.visits);
        self.entries("risk_obs", WHOLE, &mut view.risks);
        self.entries("requests", WHOLE, &mut view.requests);
        if self.hides("visits", "text") {
            view.visits
                .values_mut()
                .for_each(|entry| entry.value.text.clear());
        }
        if self.hides("checklist", WHOLE) {
            view.checklist = Checklist::default();
        }
    }

    fn intake(&self, view: &mut CaseView) {
        let intake = &mut view.intake;
        self.register("injury", &mut intake.injury);
        self.register("place", &mut intake.place);
        self.register("dv_screen", &mut intake.dv_screen);
        self.register("situation_code", &mut intake.situation);
        self.register("occurred_at", &mut intake.occurred_at);
        self.register("persons", &mut intake.persons);
        self.register("amount_cents", &mut intake.amount);
        if self.hides("intake", "channel") {
            (intake.channel, intake.external_no) = (None, None);
        }
        if self.hides("intake", "summary") {
            intake.summary.clear();
        }
    }

    fn register<T>(&self, field: &str, register: &mut MvRegister<T>) {
        if self.hides("intake", field) {
            register.values.clear();
        }
    }

    fn parties(&self, view: &mut CaseView) {
        self.entries("parties", "name_masked", &mut view.parties);
        if self.hides("parties", "is_minor") {
            for party in view.parties.values_mut().map(|entry| &mut entry.value) {
                party.party.is_minor = false;
                party.party.is_incapacitated = false;
                party.party.guardian_of = None;
                party.disputed.retain(|field| !self.hides("parties", field));
            }
        }
    }

    /// A draft that was frozen as the agreement is read by whoever reads the agreement.
    fn drafts(&self, view: &mut CaseView, facts: &Facts) {
        let agreed: BTreeSet<EntryId> = facts.agreements().map(|(a, _)| a.draft).collect();
        view.drafts.retain(|id, _| {
            let is_agreed = agreed.contains(id) && !self.hides_class(FieldClass::Agreement);
            is_agreed || !self.hides("drafts", "clauses")
        });
    }

    fn requests(&self, view: &CaseView) -> BTreeSet<EntryId> {
        let requests = view.requests.iter();
        let hidden = requests.filter(|(_, entry)| self.hides_words_of(entry.value.ask.event()));
        hidden.map(|(id, _)| *id).collect()
    }

    fn hides_words_of(&self, event: Event) -> bool {
        OF_RISK.contains(&event) && self.hides_class(FieldClass::Risk)
            || OF_VIOLENCE.contains(&event) && self.hides_class(FieldClass::Flags)
    }

    fn facts(&self, facts: &mut Facts) {
        if self.hides_class(FieldClass::Risk) {
            facts.colour.reasons.clear();
            facts.police_orders.clear();
            facts.colour_override = None;
            facts.criminal_cases.clear();
            for hold in &mut facts.holds {
                hold.what.clear();
            }
            let past = facts.past.iter_mut().map(|past| &mut past.round);
            past.chain([&mut facts.round])
                .for_each(|round| round.residual = None);
        }
        for line in &mut facts.trail {
            if Event::by_code(&line.event).is_some_and(|event| self.hides_words_of(event)) {
                line.words = None;
            }
        }
        if self.hides_class(FieldClass::Names) {
            facts.identified.clear();
        }
        if self.hides_class(FieldClass::Flags) {
            facts.violence = Violence::default();
        }
        if self.hides_class(FieldClass::Agreement) {
            let past = facts.past.iter_mut().map(|past| &mut past.round);
            past.chain([&mut facts.round]).for_each(without_agreement);
        }
    }
}

/// That there is one, the stage says; which one, and with which text, nothing.
fn without_agreement(round: &mut Round) {
    round.agreement = None;
    round.earlier_agreements.clear();
    round.oral_register = None;
    round.breach_notices.clear();
}
