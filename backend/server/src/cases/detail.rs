//! One case as a desk reads it: masked, with authors by name, claimed and receipt times side by side, and what is in dispute.
//!
//! Reading it leaves a line in the audit log.

mod course;
mod document;

use course::{AssignmentView, ConflictView, DeadlineView, RequestView, TrailView};
use document::{
    AgreementView, DraftDetailView, EvidenceItemView, IntakeView, PartyItemView, StatementItemView,
    TextItemView, VisitItemView,
};

use super::list::CaseSummary;
use crate::{
    access::Caller,
    problem::{Json, Path, Problem},
    state::AppState,
};
use axum::extract::State;
use hejie_case::{
    facts::Facts,
    ids::{Actor, UserId},
    role::Author,
    view::CaseView,
};
use hejie_registry::{
    audit,
    case::{self, Names, StoredCase},
    pool::{self, PgConnection},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Everything a desk may see of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseDetail {
    /// As the list shows it.
    summary: CaseSummary,
    /// Why it could not be settled the last time; it stays readable at its last good state.
    parked: Option<String>,
    /// What the case is about.
    intake: IntakeView,
    /// Parties, masked.
    parties: Vec<PartyItemView>,
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
    /// Disagreements, open ones first.
    conflicts: Vec<ConflictView>,
    /// The trail, the oldest line first.
    trail: Vec<TrailView>,
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
    caller.in_jurisdiction(&line.region)?;
    let stored = case::lookup(&mut tx, id.into())
        .await?
        .ok_or(Problem::NotFound)?;
    let people = People::of(&mut tx, &stored).await?;
    let mut entry = caller.act(state.clock.now(), "get_case");
    entry.case = Some(line.case);
    audit::add(&mut tx, &entry).await?;
    pool::commit(tx).await?;
    Ok(Json(CaseDetail::of(line.into(), &stored, &people)))
}

impl CaseDetail {
    fn of(summary: CaseSummary, stored: &StoredCase, people: &People) -> Self {
        let reading = Reading {
            view: &stored.view,
            facts: &stored.facts,
            people,
        };
        Self {
            summary,
            parked: stored.parked.clone(),
            intake: reading.intake(),
            parties: reading.parties(),
            notes: reading.notes(),
            statements: reading.statements(),
            visits: reading.visits(),
            evidence: reading.evidence(),
            drafts: reading.drafts(),
            agreement: reading.agreement(),
            requests: reading.requests(),
            deadlines: reading.deadlines(),
            assignments: reading.assignments(),
            colour: ColourView::of(&stored.facts),
            conflicts: reading.conflicts(),
            trail: reading.trail(),
        }
    }
}

impl ColourView {
    fn of(facts: &Facts) -> Self {
        let reason = |r: &hejie_case::facts::Reason| ReasonView {
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

/// What the parts of the detail are read from.
struct Reading<'a> {
    view: &'a CaseView,
    facts: &'a Facts,
    people: &'a People,
}

/// The people of a case: who stands behind which actor, and what they are called.
struct People {
    authors: Vec<(Actor, Author)>,
    names: Names,
}

impl People {
    async fn of(conn: &mut PgConnection, stored: &StoredCase) -> Result<Self, Problem> {
        let authors = case::list_authors(conn, stored.case).await?;
        let facts = &stored.facts;
        let mut users: Vec<UserId> = authors.iter().map(|(_, author)| author.user).collect();
        users.extend(facts.assignments.iter().map(|a| a.user));
        users.extend(
            facts
                .trail
                .iter()
                .filter_map(|line| line.by.map(|by| by.user)),
        );
        users.extend(
            facts
                .conflicts
                .values()
                .filter_map(|c| c.settled.as_ref()?.by.map(|by| by.user)),
        );
        let names = case::names(conn, &users).await?;
        Ok(Self { authors, names })
    }

    fn user(&self, user: UserId) -> Option<String> {
        self.names.get(&user).cloned()
    }

    fn actor(&self, actor: Actor) -> Option<String> {
        if actor == Actor::SERVER {
            return Some("平台".into());
        }
        let (_, author) = self.authors.iter().find(|(known, _)| *known == actor)?;
        self.user(author.user)
    }
}
