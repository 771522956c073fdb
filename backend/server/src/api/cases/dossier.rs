//! `GET /api/v1/cases/{id}/dossier`: the file of a dispute as it is made from the case, its cover,
//! its catalogue, and what is missing (R047). For those who handle the case and those who keep it.

use super::{detail::People, words::word};
use crate::{
    access::{Caller, reach},
    identity,
    problem::{Json, Path, Problem},
    state::AppState,
};
use axum::extract::State;
use hejie_case::{
    catalogue::Catalogue,
    disclosure::{Disclosed, FieldClass},
    dossier::{DossierCatalogue, DossierGap, DossierItem, PaperAuthor},
    facts::{Facts, Stage},
    view::CaseView,
};
use hejie_registry::{case, pool};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The file of a dispute.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseDossier)]
pub struct CaseDossierView {
    /// The cover.
    cover: CoverView,
    /// The catalogue, in the order in which the papers are bound.
    items: Vec<DossierItemView>,
    /// What the outcome asks for and is not there; while there is any, the case is not filed.
    gaps: Vec<DossierGapView>,
}

/// The cover 封面.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverView {
    case_no: String,
    /// The number of the file, once it is filed.
    dossier_no: Option<String>,
    /// `short`, `long` or `permanent`, once it is filed.
    retention: Option<String>,
    #[schema(example = "N03-05")]
    situation: String,
    situation_zh: Option<String>,
    /// Who took part, masked.
    parties: Vec<String>,
    registered_at: Timestamp,
    closed_at: Option<Timestamp>,
    /// How it ended, in Chinese.
    outcome_zh: Option<String>,
    filed_at: Option<Timestamp>,
}

/// One paper.
#[derive(Debug, Serialize, ToSchema)]
pub struct DossierItemView {
    /// Its place, from 1.
    no: u32,
    /// What kind of paper, such as `session`.
    #[schema(example = "session")]
    paper: String,
    /// What it is.
    title: String,
    /// Of when; a device's claim for what a phone wrote.
    at: Option<Timestamp>,
    /// Whose word it is; none for what is made from the case.
    author_name: Option<String>,
    /// The evidence whose originals belong to it.
    originals: Vec<OriginalOfPaper>,
}

/// An original that belongs to a paper.
#[derive(Debug, Serialize, ToSchema)]
pub struct OriginalOfPaper {
    evidence: Uuid,
    /// Whether the file has arrived.
    is_here: bool,
}

/// Something that is missing.
#[derive(Debug, Serialize, ToSchema)]
pub struct DossierGapView {
    /// `parties`, `notice`, `identity`, `inquiry`, `session`, `agreement`, `seal` or
    /// `performance`.
    #[schema(example = "session")]
    gap: String,
    gap_zh: String,
}

/// Makes the file of a dispute from the case.
#[utoipa::path(get, path = "/api/v1/cases/{id}/dossier", tag = "cases", params(("id" = Uuid, Path, description = "The case")),
    responses((status = 200, body = CaseDossierView)))]
pub async fn get_dossier(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<CaseDossierView>, Problem> {
    let mut tx = pool::begin(&state.pool).await?;
    let stored = case::lookup(&mut tx, id.into())
        .await?
        .ok_or(Problem::NotFound)?;
    let now = state.clock.now();
    let sight = reach::of_class(&caller, &stored.facts, FieldClass::Drafts, now)?;
    let people = People::of(&mut tx, &stored, &caller, now).await?;
    let mut line = caller.act(now, "get_dossier");
    line.case = Some(stored.case);
    identity::commit_for(&caller, tx, &[line], now).await?;
    let shown = Disclosed::of(stored.view, stored.facts, sight);
    let (view, facts) = (shown.view(), shown.facts());
    let made = DossierCatalogue::of(view, facts, state.reconciler.policy(), now);
    let items = made.items.iter();
    let gaps = made.gaps.into_iter();
    Ok(Json(CaseDossierView {
        cover: CoverView::of(view, facts),
        items: items.map(|item| item_view(item, facts, &people)).collect(),
        gaps: gaps.map(DossierGapView::from).collect(),
    }))
}

impl CoverView {
    fn of(view: &CaseView, facts: &Facts) -> Self {
        let closed = match &facts.stage {
            Stage::Closed { outcome, at, .. } | Stage::Archived { outcome, at } => {
                Some((*outcome, *at))
            }
            _ => None,
        };
        let known = Catalogue::current().lookup(&facts.situation);
        let filed = facts.round.dossier.as_ref();
        let parties = view.parties.values().map(|entry| &entry.value);
        let present = parties.filter(|party| party.withdrawn.is_none());
        Self {
            case_no: facts.case_no.to_string(),
            dossier_no: filed.map(|dossier| dossier.number.clone()),
            retention: filed.map(|dossier| word(&dossier.retention)),
            situation: facts.situation.to_string(),
            situation_zh: known.map(|situation| situation.situation_zh.clone()),
            parties: present.map(|one| one.party.name_masked.clone()).collect(),
            registered_at: facts.registered_at,
            closed_at: closed.map(|(_, at)| at),
            outcome_zh: closed.map(|(outcome, _)| outcome.zh().into()),
            filed_at: filed.map(|dossier| dossier.filed_at),
        }
    }
}

fn item_view(item: &DossierItem, facts: &Facts, people: &People) -> DossierItemView {
    let originals = item.originals.iter().map(|id| OriginalOfPaper {
        evidence: id.0,
        is_here: !facts.missing_files.contains(id),
    });
    DossierItemView {
        no: item.no,
        paper: item.paper.code().into(),
        title: item.title.clone(),
        at: item.at,
        author_name: match item.author {
            PaperAuthor::Case => None,
            PaperAuthor::Writer(actor) => people.actor(actor),
            PaperAuthor::Person(user) => people.user(user),
        },
        originals: originals.collect(),
    }
}

impl From<DossierGap> for DossierGapView {
    fn from(gap: DossierGap) -> Self {
        Self {
            gap: gap.code().into(),
            gap_zh: gap.zh().into(),
        }
    }
}
