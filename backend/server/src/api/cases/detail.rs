//! One case as a desk reads it: masked, with authors by name, claimed and receipt times side by
//! side, and what is in dispute.
//!
//! Reading it leaves a line in the audit log.

mod clocks;
mod course;
mod document;
mod elsewhere;
mod notice;
mod oral;
mod passed_over;
mod people;
mod proceedings;
mod standing;
mod supervision;
mod together;
mod withheld;

use clocks::DeadlineView;
use course::{AssignmentView, ConflictView, RequestView, TrailView};
use document::{
    AgreementView, DraftDetailView, EvidenceItemView, IntakeView, PartyItemView, StatementItemView,
    TextItemView, VisitItemView,
};
pub(super) use people::People;
use proceedings::{
    ConsentItemView, ContactItemView, ObligationView, PerformanceItemView, PlanItemView,
    RiskItemView, SessionItemView,
};
use standing::FactsView;
use together::TogetherView;
use withheld::WithheldView;

use super::{
    available::CaseViewer,
    list::CaseSummaryView,
    satisfaction::{self, SatisfactionView},
    trouble::TroubleView,
};
use crate::{
    access::{Caller, reach},
    identity,
    problem::{Json, Path, Problem},
    reconcile::overdue,
    state::AppState,
};
use axum::extract::State;
use hejie_case::{
    disclosure::{Disclosed, Shown},
    event::Event,
    facts::Facts,
    ids::EntryId,
    rule::{CONCEALED_ZH, shows_author},
    view::{CaseView, Entries, Entry},
};
use hejie_registry::{case, pool};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Everything a desk may see of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseDetail {
    /// As the list shows it.
    summary: CaseSummaryView,
    /// What somebody who looks after the server must see to.
    trouble: TroubleView,
    /// What is not shown to the caller, and why: its parts are left empty.
    withheld: Vec<WithheldView>,
    /// What the case is about.
    intake: IntakeView,
    /// The numbers of the events that the caller may decide now, such as `E03`.
    acts: Vec<String>,
    /// How the case stands beside its stage.
    facts: FactsView,
    /// Parties, masked.
    parties: Vec<PartyItemView>,
    /// Consent and refusal.
    consents: Vec<ConsentItemView>,
    /// Contacts with parties.
    contacts: Vec<ContactItemView>,
    /// Mediation sessions.
    sessions: Vec<SessionItemView>,
    /// Observations of risk.
    risks: Vec<RiskItemView>,
    /// Plans 一案一策.
    plans: Vec<PlanItemView>,
    /// What several bodies do about it.
    together: TogetherView,
    /// What became of the obligations of the agreement in force.
    obligations: Vec<ObligationView>,
    /// The performance log.
    performance: Vec<PerformanceItemView>,
    /// Notes.
    notes: Vec<TextItemView>,
    /// Statements.
    statements: Vec<StatementItemView>,
    /// Visits.
    visits: Vec<VisitItemView>,
    /// Evidence.
    evidence: Vec<EvidenceItemView>,
    /// Drafts of the agreement with their clauses and signatures.
    drafts: Vec<DraftDetailView>,
    /// The agreement, once a draft was frozen.
    agreement: Option<AgreementView>,
    /// Requests with their rulings.
    requests: Vec<RequestView>,
    /// Clocks.
    deadlines: Vec<DeadlineView>,
    /// Who answers for what.
    assignments: Vec<AssignmentView>,
    /// The colour with its reasons.
    colour: ColourView,
    /// Texts that have become longer than anybody reads, by their places, such as `notes/<id>`.
    long_texts: Vec<String>,
    /// Disagreements, open ones first.
    conflicts: Vec<ConflictView>,
    /// The trail, the oldest line first.
    trail: Vec<TrailView>,
    /// What parties said of the handling, by the public code; empty for those who may not see it.
    satisfaction: Vec<SatisfactionView>,
}

/// 三色预警.
#[derive(Debug, Serialize, ToSchema)]
pub struct ColourView {
    /// `blue`, `yellow` or `red`.
    level: String,
    /// 0 to 100.
    score: u8,
    /// What the score is made of.
    reasons: Vec<ReasonView>,
}

/// One part of the score.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonView {
    /// A stable code.
    code: String,
    /// Points.
    points: i16,
    /// In words.
    zh: String,
}

/// Reads one case.
#[utoipa::path(get, path = "/api/v1/cases/{id}", tag = "cases", params(("id" = Uuid, Path, description = "The case")),
    responses((status = 200, body = CaseDetail)))]
pub async fn get_case(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<CaseDetail>, Problem> {
    let mut tx = pool::begin(&state.pool).await?;
    let line = case::lookup_line(&mut tx, id.into())
        .await?
        .ok_or(Problem::NotFound)?;
    let stored = case::lookup(&mut tx, id.into())
        .await?
        .ok_or(Problem::NotFound)?;
    let now = state.clock.now();
    let sight = reach::of_case(&caller, &stored.facts, now)?;
    let people = People::of(&mut tx, &stored, &caller, now).await?;
    let trouble = case::lookup_trouble(&mut tx, &overdue(now), line.case).await?;
    let satisfaction = satisfaction::seen_by(&mut tx, &caller, line.case).await?;
    let mut entry = caller.act(now, "get_case");
    entry.case = Some(line.case);
    identity::commit_for(&caller, tx, &[entry], now).await?;
    let looked_at = people.looked_at(&stored.facts);
    let onlooker = CaseViewer {
        view: &stored.view,
        facts: &looked_at,
        policy: state.reconciler.policy(),
        departed: people.departed(),
        routes: caller.routes.as_deref().unwrap_or_default(),
        now,
        by: caller.author(),
    };
    let trouble = trouble.map(Into::into).unwrap_or_default();
    let disclosed = Disclosed::of(stored.view.clone(), stored.facts.clone(), sight);
    let reading = DetailContext {
        view: disclosed.view(),
        facts: disclosed.facts(),
        disclosed: &disclosed,
        people: &people,
        onlooker: &onlooker,
    };
    let detail = CaseDetail::of(line.into(), trouble, &reading);
    Ok(Json(CaseDetail {
        satisfaction,
        ..detail
    }))
}

impl CaseDetail {
    fn of(summary: CaseSummaryView, trouble: TroubleView, reading: &DetailContext<'_>) -> Self {
        Self {
            summary,
            trouble,
            withheld: withheld::list(&reading.disclosed.sight()),
            intake: reading.intake(),
            acts: reading.onlooker.acts(),
            facts: reading.standing(),
            parties: reading.parties(),
            consents: reading.consents(),
            contacts: reading.contacts(),
            sessions: reading.sessions(),
            risks: reading.risks(),
            plans: reading.plans(),
            together: reading.together(),
            obligations: reading.obligations(),
            performance: reading.performance(),
            notes: reading.notes(),
            statements: reading.statements(),
            visits: reading.visits(),
            evidence: reading.evidence(),
            drafts: reading.drafts(),
            agreement: reading.agreement(),
            requests: reading.requests(),
            deadlines: reading.deadlines(),
            assignments: reading.assignments(),
            colour: ColourView::of(reading.facts),
            long_texts: reading.view.long_texts(),
            conflicts: reading.conflicts(),
            trail: reading.trail(),
            satisfaction: Vec::new(),
        }
    }
}

impl ColourView {
    fn of(facts: &Facts) -> Self {
        let reason = |r: &hejie_case::facts::ScoreReason| ReasonView {
            code: r.code.clone(),
            points: r.points,
            zh: r.zh.clone(),
        };
        Self {
            level: super::words::word(&facts.colour.level),
            score: facts.colour.score,
            reasons: facts.colour.reasons.iter().map(reason).collect(),
        }
    }
}

/// What the parts of the detail are read from: nothing that was not disclosed to the caller.
struct DetailContext<'a> {
    view: &'a Shown<CaseView>,
    facts: &'a Shown<Facts>,
    disclosed: &'a Disclosed,
    people: &'a People,
    onlooker: &'a CaseViewer<'a>,
}

impl DetailContext<'_> {
    /// The name of whoever did something, unless the law hides it from the caller: by what the case
    /// is, of which the caller may not see why.
    fn author_name(&self, event: Option<Event>, name: Option<String>) -> Option<String> {
        let role = self.onlooker.by.role;
        let is_shown = event.is_none_or(|event| shows_author(self.onlooker.facts, event, role));
        name.map(|name| if is_shown { name } else { CONCEALED_ZH.into() })
    }
}

/// The entries of a container, each as it is shown.
fn items<T, V>(entries: &Entries<T>, show: impl Fn(&EntryId, &Entry<T>) -> V) -> Vec<V> {
    entries.iter().map(|(id, entry)| show(id, entry)).collect()
}
