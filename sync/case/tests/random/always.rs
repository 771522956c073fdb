//! What must hold after everything that happens.

use crate::stage::{Stage, author};
use hejie_case::{
    act::{Act, ServerAct},
    facts::{Deadline, DeadlineKind, Decision, Duty, Facts, PoliceCause, Stage as At, Status},
    ids::{EntryId, UserId},
    policy::Policy,
    reconcile::foresee,
    record::{AgreementForm, Ask, ConsentDecision, ConsentSubject, Request, Signer},
    role::Role,
    view::{CaseView, Severity},
};
use serde_json::Value;
use std::collections::BTreeSet;

/// What was seen before, against which what comes is held.
pub struct Always {
    before: Facts,
    entered: BTreeSet<EntryId>,
    /// For each phone, the heads that the server had after its last exchange.
    seen: [Vec<hejie_case::ids::ChangeHash>; 3],
}

impl Always {
    pub fn of(stage: &Stage) -> Self {
        let heads = stage.settled.heads.clone();
        Self {
            before: stage.facts().clone(),
            entered: ids(stage.view()),
            seen: [heads.clone(), heads.clone(), heads],
        }
    }

    /// A phone comes back; if nobody else was there meanwhile, the server rules as the phone
    /// foresaw.
    pub fn exchange(&mut self, stage: &mut Stage, phone: usize) {
        let (view, own) = {
            let phone = &stage.phones[phone];
            (phone.doc.view().unwrap(), (phone.actor, phone.author))
        };
        self.entered.extend(ids(&view));
        let alone = self.seen[phone] == stage.settled.heads;
        let forecast = foresee(&view, stage.facts(), own, &Policy::default(), stage.now);
        stage.sync(phone);
        self.seen[phone].clone_from(&stage.settled.heads);
        if alone {
            self.as_foreseen(stage, &forecast.facts);
        }
        self.check(stage);
    }

    /// A desk acts.
    pub fn act(&mut self, stage: &mut Stage, role: Role, act: impl Into<Act>) {
        self.act_as(stage, author(50, role).user, role, act);
    }

    /// Somebody acts online.
    pub fn act_as(&mut self, stage: &mut Stage, by: UserId, role: Role, act: impl Into<Act>) {
        let act = act.into();
        let undoes = matches!(act, Act::Server(ServerAct::Unmerge(_)));
        let mut words = Vec::new();
        chinese(&serde_json::to_value(&act).unwrap(), &mut words);
        let accepted = stage.act_as(by, role, act).is_none();
        if accepted {
            let kept = serde_json::to_string(stage.facts()).unwrap();
            let lost = words.iter().find(|text| !kept.contains(*text));
            assert_eq!(lost, None, "what a desk wrote is kept");
        }
        if accepted && undoes {
            // An undone merge puts back what stood before it.
            self.before = stage.facts().clone();
        }
        self.check(stage);
    }

    /// A phone does not foresee that a case closes by rule, since it does not know which files have
    /// arrived (D04); what still waited for a decision then ends with the case.
    fn as_foreseen(&self, stage: &Stage, foreseen: &Facts) {
        let by_rule =
            stage.status() == Status::Closed && foreseen.stage.status() == Status::PendingClose;
        let rulings = |facts: &Facts| -> Vec<(EntryId, String)> {
            let word = |d: &Decision| match d {
                Decision::Accepted => String::from("accepted"),
                Decision::Referred { .. } if by_rule => String::from("case_ended"),
                Decision::Referred { .. } => String::from("referred"),
                Decision::Refused(reason) => reason.code.clone(),
            };
            let new = facts
                .rulings
                .iter()
                .filter(|(id, _)| !self.before.rulings.contains_key(*id));
            new.map(|(id, r)| (*id, word(&r.decision))).collect()
        };
        assert_eq!(
            rulings(stage.facts()),
            rulings(foreseen),
            "ruled otherwise than foreseen"
        );
        assert!(
            by_rule || stage.status() == foreseen.stage.status(),
            "foreseen {:?}, came {:?}",
            foreseen.stage,
            stage.facts().stage
        );
    }

    fn check(&mut self, stage: &Stage) {
        let facts = stage.facts();
        one_lead(facts);
        no_clock_restarted(&self.before, facts);
        nobody_recused_works(facts);
        danger_wins(facts);
        every_danger_is_told(stage);
        refusal_wins(&self.before, stage);
        effect_is_signed(&self.before, stage);
        agreement_binds(&self.before, facts);
        closed_without_block(&self.before, facts);
        self.nothing_is_missing(stage);
        assert_eq!(
            facts.version,
            self.before.version.max(facts.version),
            "versions grow"
        );
        self.before = facts.clone();
    }

    fn nothing_is_missing(&self, stage: &Stage) {
        let there = ids(stage.view());
        for id in &self.entered {
            assert!(there.contains(id), "{id} is missing");
        }
    }
}

/// The texts of an act that a person wrote.
fn chinese(value: &Value, words: &mut Vec<String>) {
    match value {
        Value::String(text) if !text.is_ascii() => words.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| chinese(item, words)),
        Value::Object(fields) => fields.values().for_each(|field| chinese(field, words)),
        _ => {}
    }
}

/// Exactly one lead from acceptance to the end; before it somebody answers as soon as somebody
/// signed; never two (R022, R027).
fn one_lead(facts: &Facts) {
    let open = |a: &&hejie_case::facts::Assignment| a.to.is_none() && a.signed_at.is_some();
    let of = |duty| {
        facts
            .assignments
            .iter()
            .filter(open)
            .filter(move |a| a.duty == duty)
            .count()
    };
    assert!(of(Duty::Lead) <= 1, "two leads: {:?}", facts.assignments);
    assert!(
        of(Duty::First) <= 1,
        "two first handlers: {:?}",
        facts.assignments
    );
    let status = facts.stage.status();
    if status.is_open() && facts.round.accepted_at.is_some() {
        assert_eq!(
            of(Duty::Lead),
            1,
            "{status:?} without a lead: {:?}",
            facts.assignments
        );
    }
    if status.is_open() && status >= Status::SignedFor {
        assert!(facts.answering().is_some(), "{status:?}: nobody answers");
    }
}

/// Nobody works on a case who stepped back from it (LW22).
fn nobody_recused_works(facts: &Facts) {
    let mut working = facts.assignments.iter().filter(|a| a.to.is_none());
    let recused = working.find(|a| facts.is_recused(a.user));
    assert_eq!(recused, None, "somebody works on it who stepped back");
}

/// A clock keeps its start, and stays met once it is met; one of a kind runs at a time.
fn no_clock_restarted(before: &Facts, facts: &Facts) {
    let recurring = |d: &&Deadline| {
        matches!(
            d.kind,
            DeadlineKind::DailyProgress
                | DeadlineKind::WeeklyUrge
                | DeadlineKind::JointCheck
                | DeadlineKind::JointMove
        )
    };
    for was in before.deadlines.iter().filter(|d| !recurring(d)) {
        let is = facts.deadlines.iter().find(|d| d.key() == was.key());
        let is = is.unwrap_or_else(|| panic!("a clock is gone: {was:?}"));
        // A case that is given back waits again to be dispatched, on the clock that began with the
        // first offer (E06).
        let goes_on = was.kind == DeadlineKind::Dispatch && is.starts_at == was.starts_at;
        assert!(
            was.met_at.is_none() || is.met_at == was.met_at || goes_on,
            "met twice: {was:?}, {is:?}"
        );
        let lengthened = is.due_at >= was.due_at;
        let absorbed_or_lowered = !lengthened && is.is_running();
        assert!(lengthened || absorbed_or_lowered, "{was:?}, {is:?}");
    }
    let running: Vec<&Deadline> = facts.deadlines.iter().filter(|d| d.is_running()).collect();
    for clock in &running {
        let twins = running
            .iter()
            .filter(|d| (d.kind, d.subject) == (clock.kind, clock.subject));
        assert_eq!(twins.count(), 1, "two of {:?}", clock.kind);
    }
}

/// Between a danger and its release nothing is accepted, begun, frozen, signed, sealed, settled on
/// the scene or closed, and nobody steps back: but from a case that was merged, whose dangers hold
/// the one that goes on (E30f).
fn danger_wins(facts: &Facts) {
    let (mut held, mut merged) = (false, false);
    for line in &facts.trail {
        match line.event.as_str() {
            "E30" => merged = true,
            "E30c" => merged = false,
            "E11d" if merged => {}
            "E23" => held = true,
            "E23b" => held = false,
            "E11d" | "E03" | "E04" | "E08" | "E11" | "E13" | "E16" | "E17" | "E18" | "E20"
            | "E27" | "E31" => {
                assert!(
                    !held || line.zh.contains("未获批准"),
                    "{} under a hold",
                    line.event
                );
            }
            _ => {}
        }
    }
}

/// Whatever a danger meets, it is accepted, and the police have its order.
fn every_danger_is_told(stage: &Stage) {
    let facts = stage.facts();
    let is_danger = |request: &Request| matches!(request.ask, Ask::Danger(_));
    let requests = stage.view().requests.iter();
    let reported = facts.trail.iter().filter(|line| line.event == "E23");
    let orders = facts.police_orders.iter();
    let of_dangers = orders.filter(|order| order.cause == PoliceCause::Danger);
    assert_eq!(reported.count(), of_dangers.count(), "one order a danger");
    for (id, _) in requests.filter(|(_, request)| is_danger(&request.value)) {
        let ruling = facts.rulings.get(id).map(|ruling| &ruling.decision);
        assert_eq!(ruling, Some(&Decision::Accepted), "the danger {id}");
        let mut orders = facts.police_orders.iter();
        let is_told = orders.any(|order| order.entry == Some(*id));
        assert!(is_told, "the police do not hear of {id}");
    }
}

/// While a party's refusal stands that no later consent has seen, nothing goes on.
fn refusal_wins(before: &Facts, stage: &Stage) {
    let (view, facts) = (stage.view(), stage.facts());
    let stands = |id: &EntryId| {
        let refusal = &view.consents[id].value;
        let party = view.parties.get(&refusal.party);
        let lifted = view.consents.values().any(|c| {
            c.value.party == refusal.party
                && c.value.what == ConsentSubject::Mediation
                && c.value.decision == ConsentDecision::Agree
                && c.value.seen.contains(id)
        });
        refusal.what == ConsentSubject::Mediation
            && refusal.decision != ConsentDecision::Agree
            && party.is_some_and(|p| p.value.withdrawn.is_none())
            && !lifted
            && !facts.spent.contains(id)
    };
    if !view.consents.keys().any(stands) {
        return;
    }
    for line in facts.trail.iter().skip(before.trail.len()) {
        let goes_on = ["E11", "E13", "E16", "E17", "E18", "E08"].contains(&line.event.as_str());
        assert!(
            !goes_on || line.zh.contains("未获批准"),
            "{} against a refusal",
            line.event
        );
    }
}

/// Effect implies the mediator's signature and every party's or, of an oral agreement, its word,
/// all on the frozen text; and of a written one the seal.
fn effect_is_signed(before: &Facts, stage: &Stage) {
    let was = before.round.agreement.as_ref().and_then(|a| a.effective_at);
    let Some(agreement) = stage
        .facts()
        .round
        .agreement
        .as_ref()
        .filter(|a| a.effective_at.is_some())
    else {
        return;
    };
    if was.is_some() {
        return;
    }
    let view = stage.view();
    let signed = |signer: Signer| {
        let mut signatures = view.signatures.values();
        signatures.any(|s| {
            s.value.signer == signer
                && s.value.draft == agreement.draft
                && s.value.hash == agreement.content_hash
        })
    };
    assert!(signed(Signer::Mediator));
    assert!(agreement.form == AgreementForm::Oral || agreement.seal_no.is_some());
    let present = view
        .parties
        .iter()
        .filter(|(_, p)| p.value.withdrawn.is_none());
    for (id, _) in present {
        assert!(signed(Signer::Party(*id)), "a signature is missing");
    }
}

/// What was agreed binds until it is broken or the case ends: nothing takes a case back behind it
/// (LW12).
fn agreement_binds(before: &Facts, facts: &Facts) {
    let bound = |status: Status| status >= Status::AgreementEffective;
    let is_bound = |facts: &Facts| {
        let at_the_table = facts.stage == At::JointHandling;
        let stood = facts.round.joint_from.filter(|_| at_the_table);
        bound(stood.unwrap_or(facts.stage.status()))
    };
    let goes_on = facts.round_no() == before.round_no() && !facts.round.breached;
    if before.round.is_agreed() && is_bound(before) && goes_on {
        assert!(is_bound(facts), "{:?}, {:?}", before.stage, facts.stage);
    }
}

/// A case is not closed over a disagreement that blocks.
fn closed_without_block(before: &Facts, facts: &Facts) {
    let closed = matches!(facts.stage, At::Closed { .. }) && before.stage.status().is_open();
    if closed {
        let mut open = facts.open_conflicts();
        assert!(
            open.all(|c| c.severity != Severity::Block),
            "closed over a block"
        );
    }
}

fn ids(view: &CaseView) -> BTreeSet<EntryId> {
    let mut ids = BTreeSet::new();
    ids.extend(view.parties.keys());
    ids.extend(view.consents.keys());
    ids.extend(view.statements.keys());
    ids.extend(view.notes.keys());
    ids.extend(view.evidence.keys());
    ids.extend(view.drafts.keys());
    ids.extend(view.signatures.keys());
    ids.extend(view.performance.keys());
    ids.extend(view.visits.keys());
    ids.extend(view.risks.keys());
    ids.extend(view.requests.keys());
    ids
}
