//! What desks decide about a case, one operation an event of the life cycle.
//!
//! A handler only says in the words of the rules what was asked; [`Desk::decide`] does the rest.

mod closing;
mod course;
mod handling;
mod joint;
mod kin;
mod supervision;

use super::{
    desk::{Desk, Done},
    list::CaseSummary,
    people::Task,
};
use crate::{
    problem::{Json, Path, Problem},
    state::AppState,
};
use garde::Validate;
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The operations.
pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(handling::triage_case))
        .routes(routes!(handling::dispatch_case))
        .routes(routes!(handling::hand_over_case))
        .routes(routes!(handling::return_case))
        .routes(routes!(handling::transfer_case))
        .routes(routes!(handling::ack_push))
        .routes(routes!(handling::accept_for_police))
        .routes(routes!(joint::open_joint))
        .routes(routes!(joint::end_joint))
        .routes(routes!(joint::release_case))
        .routes(routes!(kin::merge_case))
        .routes(routes!(kin::unmerge_case))
        .routes(routes!(kin::split_case))
        .routes(routes!(closing::close_case))
        .routes(routes!(closing::send_back_case))
        .routes(routes!(closing::waive_file))
        .routes(routes!(closing::reopen_case))
        .routes(routes!(closing::archive_case))
        .routes(routes!(course::decide_request))
        .routes(routes!(course::rule_conflict))
        .routes(routes!(course::waive_visit))
        .routes(routes!(supervision::answer_item))
        .routes(routes!(supervision::decide_item))
        .routes(routes!(course::override_colour))
        .routes(routes!(course::send_confirmation))
        .routes(routes!(course::decide_confirmation))
}

/// An act that needs no more than to be done.
#[derive(Deserialize, Validate, ToSchema)]
pub struct PlainRequest {
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// An act that needs a reason.
#[derive(Deserialize, Validate, ToSchema)]
pub struct ReasonRequest {
    /// Why, in words.
    #[garde(length(chars, min = 1, max = 500))]
    why: String,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// A stable word of the rules, such as `agreement_performed`.
fn read_word<T: DeserializeOwned>(field: &str, word: String) -> Result<T, Problem> {
    serde_json::from_value(word.into()).map_err(|_| Problem::Invalid {
        detail: format!("{field}: 没有这一选项"),
    })
}
