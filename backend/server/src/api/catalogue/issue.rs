//! The catalogue itself, and the way from an older issue to the current one.

use crate::{
    access::Caller,
    problem::{Json, Path, Problem, Query},
};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use hejie_case::{
    catalogue::{Catalogue, List, Mapped, Situation},
    ids::SituationCode,
};
use hejie_registry::{error::RegistryError, word::to_word};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

/// Which issue is asked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct IssueQuery {
    /// Its number; the current one if absent.
    version: Option<u32>,
}

/// One issue of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct CatalogueView {
    /// Number of the issue.
    version: u32,
    /// Number of the issue of today.
    current: u32,
    /// All issues that are known.
    issues: Vec<u32>,
    /// Day of issue.
    #[schema(value_type = String, format = Date)]
    issued_on: Date,
    /// The two lists 两张事项清单.
    lists: Vec<ListView>,
    /// The categories.
    categories: Vec<CategoryView>,
    /// The situations.
    situations: Vec<SituationView>,
}

/// One of the two lists.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListView {
    /// `non_police` or `police`.
    list: String,
    /// Its name.
    zh: &'static str,
    /// How many categories it has.
    categories: usize,
    /// How many situations it has.
    situations: usize,
}

/// A category.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryView {
    /// Its code, such as `N03`.
    code: String,
    /// On which list it stands.
    list: String,
    /// Its name, Chinese.
    zh: String,
    /// Its name, English.
    en: String,
    /// How many situations it has.
    situations: usize,
}

/// A situation.
#[derive(Debug, Serialize, ToSchema)]
pub struct SituationView {
    /// Its code, such as `N03-05`.
    code: String,
    /// On which list it stands.
    list: String,
    /// The code of its category.
    category: String,
    /// Its name, Chinese.
    zh: String,
    /// Its name, English.
    en: String,
    /// `simple`, `ordinary` or `complex`, before rules raise it.
    default_difficulty: String,
    /// Departments by name, the leading one first.
    departments: Vec<String>,
    /// Class of the Ministry's statistics; none for police situations.
    statistics_class: Option<String>,
    /// Whether an electronic signature may be used: `yes`, `no`, `conditional`, `not_applicable`.
    esign: String,
    /// Whether it may be mediated by a people's mediation committee.
    may_be_mediated: bool,
    /// Whether a court may confirm an agreement: `yes`, `no`, `conditional`, `not_applicable`.
    confirmation: String,
    /// What the law asks beyond the ordinary, such as `medical`, `labour`, `sealed_statements`.
    touches: Vec<&'static str>,
}

/// What the codes of an issue are in the current one.
#[derive(Debug, Serialize, ToSchema)]
pub struct MapView {
    /// The issue that was asked for.
    from: u32,
    /// The current issue.
    to: u32,
    /// Every code of the older issue.
    codes: Vec<MappedView>,
}

/// What a code of an older issue is in the current one.
#[derive(Debug, Serialize, ToSchema)]
pub struct MappedView {
    /// The older code.
    code: String,
    /// `same`, `renamed`, or `triage` when a person has to decide.
    outcome: &'static str,
    /// The codes that are meant, or may be.
    candidates: Vec<String>,
}

/// The catalogue: issue, lists, categories, situations. With an entity tag, since it changes once
/// in years.
#[utoipa::path(get, path = "/api/v1/catalogue", tag = "catalogue", params(IssueQuery),
    responses((status = 200, body = CatalogueView), (status = 304, description = "Not changed since the entity tag")))]
pub async fn get_catalogue(
    _: Caller,
    Query(asked): Query<IssueQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let issue = match asked.version {
        None => Catalogue::current(),
        Some(version) => Catalogue::issue(version).ok_or(Problem::NotFound)?,
    };
    let body = serde_json::to_vec(&view(issue)?).map_err(Problem::internal)?;
    tagged(body, headers.get(header::IF_NONE_MATCH))
}

/// What the codes of an older issue are in the current one (M20).
#[utoipa::path(get, path = "/api/v1/catalogue/{version}/map", tag = "catalogue",
    params(("version" = u32, Path, description = "The older issue")), responses((status = 200, body = MapView)))]
pub async fn get_catalogue_map(
    _: Caller,
    Path(version): Path<u32>,
) -> Result<Json<MapView>, Problem> {
    let old = Catalogue::issue(version).ok_or(Problem::NotFound)?;
    let to = Catalogue::current().version;
    let codes = old.iter().map(|s| mapped(&s.code, version, to)).collect();
    Ok(Json(MapView {
        from: version,
        to,
        codes,
    }))
}

fn mapped(code: &SituationCode, from: u32, to: u32) -> MappedView {
    let (outcome, candidates) = match Catalogue::translate(code, from, to) {
        Mapped::Same => ("same", vec![code.clone()]),
        Mapped::Renamed(new) => ("renamed", vec![new]),
        Mapped::Triage { candidates } => ("triage", candidates),
    };
    MappedView {
        code: code.to_string(),
        outcome,
        candidates: candidates.iter().map(SituationCode::to_string).collect(),
    }
}

/// Answers with the body and its tag, or says that the caller has it already.
fn tagged(body: Vec<u8>, known: Option<&HeaderValue>) -> Result<Response, Problem> {
    let hash = hex::encode(Sha256::digest(&body));
    let tag = format!("\"{}\"", hash.get(..16).unwrap_or_default());
    let has_it = known
        .and_then(|known| known.to_str().ok())
        .is_some_and(|known| {
            known
                .split(',')
                .any(|one| one.trim().trim_start_matches("W/") == tag)
        });
    let answer = Response::builder()
        .header(header::ETAG, &tag)
        .header(header::CACHE_CONTROL, "private, no-cache")
        .header(header::VARY, "authorization");
    let answer = if has_it {
        answer.status(StatusCode::NOT_MODIFIED).body(Body::empty())
    } else {
        answer
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body))
    };
    answer.map_err(Problem::internal)
}

fn view(issue: &Catalogue) -> Result<CatalogueView, RegistryError> {
    let categories = issue.categories();
    let list = |list: List, zh| -> Result<ListView, RegistryError> {
        let of_list = categories.iter().filter(|category| category.list == list);
        Ok(ListView {
            list: to_word(&list)?,
            zh,
            categories: of_list.clone().count(),
            situations: of_list.map(|category| category.situations).sum(),
        })
    };
    let lists = vec![
        list(List::NonPolice, "矛调中心处理事项")?,
        list(List::Police, "公安处理事项")?,
    ];
    let categories = categories.iter().map(|category| {
        Ok(CategoryView {
            code: category.code.to_owned(),
            list: to_word(&category.list)?,
            zh: category.zh.to_owned(),
            en: category.en.to_owned(),
            situations: category.situations,
        })
    });
    Ok(CatalogueView {
        version: issue.version,
        current: Catalogue::current().version,
        issues: Catalogue::issues().map(|issue| issue.version).collect(),
        issued_on: issue.issued_on,
        lists,
        categories: categories.collect::<Result<_, RegistryError>>()?,
        situations: issue.iter().map(situation).collect::<Result<_, _>>()?,
    })
}

fn situation(s: &Situation) -> Result<SituationView, RegistryError> {
    Ok(SituationView {
        code: s.code.to_string(),
        list: to_word(&s.list)?,
        category: s.category().to_owned(),
        zh: s.situation_zh.clone(),
        en: s.situation_en.clone(),
        default_difficulty: to_word(&s.default_difficulty)?,
        departments: s.default_department.split('/').map(str::to_owned).collect(),
        statistics_class: Some(s.statistics_class.clone()).filter(|class| !class.is_empty()),
        esign: to_word(&s.esign)?,
        may_be_mediated: s.may_be_mediated(),
        confirmation: to_word(&s.confirmation)?,
        touches: s.touches.iter().map(|touch| touch.word()).collect(),
    })
}
