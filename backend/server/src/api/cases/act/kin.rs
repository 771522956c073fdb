//! How cases stand to each other: merged, parted again, split.

use super::{ActAnswer, CaseSummaryView, DeskContext, Json};
use crate::{api::catalogue::known_situation, problem::field, reconcile::Report};
use garde::Validate;
use hejie_case::facts::Source;
use hejie_registry::pool;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Under which case this one goes on.
#[derive(Deserialize, Validate, ToSchema)]
pub struct MergeRequest {
    /// The other case.
    #[garde(skip)]
    into: Uuid,
    /// Why, in words.
    #[garde(length(chars, max = 500), custom(field::filled("")))]
    why: String,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// An act that needs a reason.
#[derive(Deserialize, Validate, ToSchema)]
pub struct ReasonRequest {
    /// Why, in words.
    #[garde(length(chars, max = 500), custom(field::filled("")))]
    why: String,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// What becomes a case of its own.
#[derive(Deserialize, Validate, ToSchema)]
pub struct SplitRequest {
    /// The situation of the part, such as `N03-05`.
    #[garde(length(min = 1, max = 20))]
    situation: String,
    /// What it is about, without names.
    #[garde(length(chars, max = 2000), custom(field::filled("")))]
    summary: String,
    /// Where, in words.
    #[garde(length(chars, max = 200), custom(field::filled("")))]
    address: String,
    /// Why, in words.
    #[garde(length(chars, max = 500), custom(field::filled("")))]
    why: String,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// Lets a case go on under another (E30).
#[utoipa::path(post, path = "/api/v1/cases/{id}/merge", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = MergeRequest, responses((status = 200, body = CaseSummaryView)))]
pub async fn merge_case(desk: DeskContext, Json(asked): Json<MergeRequest>) -> ActAnswer {
    let into = asked.into.into();
    // The version of this case is looked at first; a case that the caller may not see is not there.
    desk.begin(asked.base_version).await?;
    desk.sees(into).await?;
    let reconciler = &desk.state.reconciler;
    let record = desk.record();
    let decision = desk.decision(asked.base_version, &asked.why, &record);
    let deed = pool::again(|| reconciler.merge(desk.case, into, decision));
    desk.decide_with(asked.base_version, &record, deed).await
}

/// Undoes a merge, on the case that went on elsewhere (E30c).
#[utoipa::path(post, path = "/api/v1/cases/{id}/unmerge", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = ReasonRequest, responses((status = 200, body = CaseSummaryView)))]
pub async fn unmerge_case(desk: DeskContext, Json(asked): Json<ReasonRequest>) -> ActAnswer {
    let record = desk.record();
    let decision = desk.decision(asked.base_version, &asked.why, &record);
    let reconciler = &desk.state.reconciler;
    let deed = pool::again(|| reconciler.unmerge(desk.case, decision));
    desk.decide_with(asked.base_version, &record, deed).await
}

/// Makes a part of a case a case of its own, which is registered in the same region (E30d).
#[utoipa::path(post, path = "/api/v1/cases/{id}/split", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = SplitRequest, responses((status = 200, body = CaseSummaryView)))]
pub async fn split_case(desk: DeskContext, Json(asked): Json<SplitRequest>) -> ActAnswer {
    let report = Report {
        source: Source {
            channel: SPLIT.into(),
            external_no: None,
            by_order: false,
        },
        region: desk.sees(desk.case).await?,
        address: asked.address,
        summary: asked.summary,
        situation: known_situation(&asked.situation)?.code.clone(),
        occurred_at: None,
        persons: None,
        amount: None,
    };
    let record = desk.record();
    let decision = desk.decision(asked.base_version, &asked.why, &record);
    let reconciler = &desk.state.reconciler;
    let deed = pool::again(|| reconciler.split(desk.case, &report, decision));
    desk.decide_with(asked.base_version, &record, deed).await
}

/// The channel of a case that a desk made itself.
const SPLIT: &str = "walk_in";
