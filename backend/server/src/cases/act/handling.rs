//! Who handles a case: triage, offers, returns, transfers.

use super::{CaseSummary, Desk, Done, Json, Path, PlainRequest, Task, read_word};
use garde::Validate;
use hejie_case::{facts::Duty, ids::SituationCode, record::Ask, rule::Act};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Of which situation a case is.
#[derive(Deserialize, Validate, ToSchema)]
pub struct TriageRequest {
    /// The situation of the catalogue, such as `N03-05`.
    #[garde(length(min = 1, max = 20))]
    situation: String,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// To whom a case is given, for what.
#[derive(Deserialize, Validate, ToSchema)]
pub struct DispatchRequest {
    /// The person.
    #[garde(skip)]
    user_id: Uuid,
    /// `first` to offer the case, `co` or `visit` to add a co-handler or a visitor.
    #[garde(skip)]
    duty: Task,
    /// 定效: what is expected of the first handler (R090); needed with `first`.
    #[garde(length(chars, max = 500))]
    #[serde(default)]
    expected: String,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// Who is to take a case over.
#[derive(Deserialize, Validate, ToSchema)]
pub struct HandoverRequest {
    /// The person.
    #[garde(skip)]
    user_id: Uuid,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// Why a case is given back.
#[derive(Deserialize, Validate, ToSchema)]
pub struct ReturnRequest {
    /// In words.
    #[garde(length(chars, min = 1, max = 500))]
    reason: String,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// Which body takes a case over.
#[derive(Deserialize, Validate, ToSchema)]
pub struct TransferRequest {
    /// `police` or `department`.
    #[garde(length(max = 40))]
    to: String,
    /// Its name.
    #[garde(length(chars, max = 100))]
    receiver: String,
    /// The number under which it signed for the case.
    #[garde(length(chars, max = 100))]
    receipt: String,
    /// The parties were given the handover notice.
    #[garde(skip)]
    notice_given: bool,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// Says of which situation a case is, and so whether it is one for the police (E02).
#[utoipa::path(post, path = "/api/v1/cases/{id}/triage", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = TriageRequest, responses((status = 200, body = CaseSummary)))]
pub async fn triage_case(desk: Desk, Json(asked): Json<TriageRequest>) -> Done {
    let situation: SituationCode = read_word("situation", asked.situation)?;
    let act = Act::Ask(Ask::Triage { situation });
    desk.decide(asked.base_version, act).await
}

/// Offers a case to a first handler (E03), or adds a co-handler or visitor (R019).
#[utoipa::path(post, path = "/api/v1/cases/{id}/dispatch", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = DispatchRequest, responses((status = 200, body = CaseSummary)))]
pub async fn dispatch_case(desk: Desk, Json(asked): Json<DispatchRequest>) -> Done {
    let target = desk.target(asked.user_id.into(), asked.duty).await?;
    let act = match asked.duty {
        Task::First => Act::Dispatch {
            target,
            expected: asked.expected,
        },
        Task::Co | Task::Joint => Act::Assign(target, Duty::Co),
        Task::Visit => Act::Assign(target, Duty::Visit),
    };
    desk.decide(asked.base_version, act).await
}

/// Offers a case to another lead, who must sign for it; until then the present one answers (R027).
#[utoipa::path(post, path = "/api/v1/cases/{id}/handover", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = HandoverRequest, responses((status = 200, body = CaseSummary)))]
pub async fn hand_over_case(desk: Desk, Json(asked): Json<HandoverRequest>) -> Done {
    let target = desk.target(asked.user_id.into(), Task::First).await?;
    desk.decide(asked.base_version, Act::Handover(target)).await
}

/// Gives a case back to the pool (E06).
#[utoipa::path(post, path = "/api/v1/cases/{id}/return", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = ReturnRequest, responses((status = 200, body = CaseSummary)))]
pub async fn return_case(desk: Desk, Json(asked): Json<ReturnRequest>) -> Done {
    let act = Act::Return {
        reason: asked.reason,
    };
    desk.decide(asked.base_version, act).await
}

/// Transfers a case to the police or to a department that has signed for it (E24).
#[utoipa::path(post, path = "/api/v1/cases/{id}/transfer", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = TransferRequest, responses((status = 200, body = CaseSummary)))]
pub async fn transfer_case(desk: Desk, Json(asked): Json<TransferRequest>) -> Done {
    let act = Act::Transfer {
        to: read_word("to", asked.to)?,
        receiver: asked.receiver,
        receipt: asked.receipt,
        notice_given: asked.notice_given,
    };
    desk.decide(asked.base_version, act).await
}

/// Acknowledges one of the three pushes of a dispatch (R107).
#[utoipa::path(post, path = "/api/v1/cases/{id}/pushes/{target}/ack", tag = "acts",
    params(("id" = Uuid, Path, description = "The case"),
        ("target" = String, Path, description = "`party_gov_plac`, `one_stop_centre` or `territory_dept`")),
    request_body = PlainRequest, responses((status = 200, body = CaseSummary)))]
pub async fn ack_push(
    desk: Desk,
    Path((_id, target)): Path<(Uuid, String)>,
    Json(asked): Json<PlainRequest>,
) -> Done {
    let act = Act::AckPush(read_word("target", target)?);
    desk.decide(asked.base_version, act).await
}

/// The police sign for what was transferred or reported to them (E02b).
#[utoipa::path(post, path = "/api/v1/cases/{id}/police-acceptance", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = PlainRequest, responses((status = 200, body = CaseSummary)))]
pub async fn accept_for_police(desk: Desk, Json(asked): Json<PlainRequest>) -> Done {
    desk.decide(asked.base_version, Act::PoliceAccept).await
}
