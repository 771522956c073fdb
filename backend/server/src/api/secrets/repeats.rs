//! `GET /api/v1/cases/{id}/repeats`: the same person twice in a case (M08), and earlier cases of
//! the same pair (R040, R102), told by keyed hashes. A proposal: people rule on it.

use crate::{
    access::{Caller, reach},
    problem::{Json, Path, Problem},
    state::AppState,
};
use axum::extract::State;
use hejie_case::{
    disclosure::{FieldClass, Scope},
    ids::EntryId,
    view::CaseView,
};
use hejie_registry::{
    case,
    pool::{self, PgConnection},
    secret::repeat::{self, PairCase, WINDOW},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What repeats itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct RepeatsView {
    /// Parties of this case that are one person: link them, or leave them.
    same_person: Vec<SamePersonView>,
    /// Other cases of the same pair, from 90 days before this one was registered on, within the
    /// jurisdiction.
    pair_cases: Vec<PairCaseView>,
    /// How many there are outside of it.
    pair_cases_elsewhere: u32,
    /// Calls of the pair beyond the first, as the colour weighs them.
    repeat_calls: u32,
}

/// Two parties that are one person.
#[derive(Debug, Serialize, ToSchema)]
pub struct SamePersonView {
    /// The earlier entry.
    party: Uuid,
    /// Its masked name.
    name_masked: String,
    /// The later entry.
    other: Uuid,
    /// Its masked name.
    other_name_masked: String,
}

/// Another case of the same pair.
#[derive(Debug, Serialize, ToSchema)]
pub struct PairCaseView {
    /// The case.
    id: Uuid,
    /// Its number.
    case_no: String,
    /// Where it stands, in Chinese.
    status_zh: String,
    /// When it was registered.
    registered_at: Timestamp,
    /// Calls that it answers.
    calls: u32,
}

/// Tells which parties of a case are one person, and which other cases the same pair has.
#[utoipa::path(get, path = "/api/v1/cases/{id}/repeats", tag = "secrets", params(("id" = Uuid, Path, description = "The case")),
    responses((status = 200, body = RepeatsView)))]
pub async fn get_repeats(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<RepeatsView>, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    let stored = case::lookup(&mut conn, id.into())
        .await?
        .ok_or(Problem::NotFound)?;
    let now = state.clock.now();
    reach::of_class(&caller, &stored.facts, FieldClass::Names, now)?;
    let registered_at = stored.facts.registered_at;
    let since = registered_at
        .saturating_sub(WINDOW)
        .unwrap_or(Timestamp::MIN);
    let same = repeat::same_party(&mut conn, stored.case).await?;
    let all = repeat::pair_cases(&mut conn, stored.case, since).await?;
    let (pair_cases, elsewhere) = visible(&mut conn, &caller.scope(now), &all).await?;
    Ok(Json(RepeatsView {
        same_person: same
            .into_iter()
            .map(|pair| same_person(&stored.view, pair))
            .collect(),
        pair_cases,
        pair_cases_elsewhere: elsewhere,
        repeat_calls: repeat::repeat_calls(&mut conn, stored.case, registered_at).await?,
    }))
}

/// What does not exist for the caller is counted and not shown.
async fn visible(
    conn: &mut PgConnection,
    scope: &Scope,
    all: &[PairCase],
) -> Result<(Vec<PairCaseView>, u32), Problem> {
    let (mut shown, mut elsewhere) = (Vec::new(), 0);
    for other in all {
        match case::lookup_legible_line(conn, scope, other.case).await? {
            Some(line) => shown.push(PairCaseView {
                id: other.case.0,
                case_no: line.case_no.into(),
                status_zh: line.status.zh().into(),
                registered_at: other.registered_at,
                calls: other.calls,
            }),
            None => elsewhere += 1,
        }
    }
    Ok((shown, elsewhere))
}

fn same_person(view: &CaseView, (party, other): (EntryId, EntryId)) -> SamePersonView {
    let name = |id: EntryId| {
        let entry = view.parties.get(&id);
        entry.map_or_else(String::new, |entry| entry.value.party.name_masked.clone())
    };
    SamePersonView {
        party: party.0,
        name_masked: name(party),
        other: other.0,
        other_name_masked: name(other),
    }
}
