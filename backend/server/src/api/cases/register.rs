//! `POST /api/v1/cases`: somebody comes in, writes or calls, and the counter registers it (R077).
//! Triaged and offered like an order of a channel; nobody outside is owed the result.

use crate::{
    access::Caller,
    api::catalogue::known_situation,
    identity,
    problem::{Json, Problem, field},
    reconcile::{IncidentCall, IncidentReceipt, Report},
    state::{App, AppState},
};
use axum::{extract::State, http::StatusCode};
use garde::Validate;
use hejie_case::{
    catalogue::Situation,
    facts::Source,
    identity::mask_numbers,
    ids::{IncidentId, RegionCode},
};
use hejie_registry::{
    case,
    incident::{self, Incident, KnownIncident},
    pool::{self, PgConnection},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

/// How it came to the counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CounterChannel {
    /// Somebody came in.
    WalkIn,
    /// A letter.
    Letter,
    /// A telephone call.
    Phone,
}

impl CounterChannel {
    /// The channel of such a case.
    const fn code(self) -> &'static str {
        match self {
            Self::WalkIn => "walk_in",
            Self::Letter => "letter",
            Self::Phone => "phone",
        }
    }
}

/// What is registered at a counter. Numbers of persons are masked here, before anything is kept.
#[derive(Debug, Serialize, Deserialize, Validate, ToSchema)]
pub struct RegisterRequest {
    /// Made by the client, once for what is registered: the same again is answered the same.
    #[garde(skip)]
    key: Uuid,
    /// How it came.
    #[garde(skip)]
    channel: CounterChannel,
    /// Where: township or village.
    #[garde(skip)]
    #[schema(value_type = String, example = "990101001")]
    region: RegionCode,
    /// Street, estate and building.
    #[garde(length(chars, max = 200), custom(field::filled("")))]
    address: String,
    /// What happened, without names.
    #[garde(length(chars, max = 2000), custom(field::filled("")))]
    summary: String,
    /// The situation, as the catalogue codes it.
    #[garde(length(max = 16))]
    #[schema(example = "N03-05")]
    situation: String,
    /// When it broke out, if that was said.
    #[garde(skip)]
    #[serde(default)]
    occurred_at: Option<Timestamp>,
    /// How many people take part.
    #[garde(custom(field::persons))]
    #[serde(default)]
    persons: Option<u32>,
}

/// The case that was registered.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegisteredCaseView {
    /// The case.
    case_id: Uuid,
    /// Its number.
    #[schema(example = "990101-2026-000123")]
    case_no: String,
    /// 一案一码, for whoever came.
    public_code: String,
    /// When it was registered first.
    received_at: Timestamp,
}

/// Registers a case at a counter. The same key again is answered with the same case.
#[utoipa::path(post, path = "/api/v1/cases", tag = "cases", request_body = RegisterRequest,
    responses((status = 201, description = "Registered now", body = RegisteredCaseView),
        (status = 200, description = "Registered before", body = RegisteredCaseView)))]
pub async fn create_case(
    State(state): State<AppState>,
    caller: Caller,
    Json(asked): Json<RegisterRequest>,
) -> Result<(StatusCode, Json<RegisteredCaseView>), Problem> {
    caller.in_jurisdiction(&asked.region)?;
    if let Some(at) = asked.occurred_at {
        field::happened("occurred_at", at, state.clock.now())?;
    }
    let situation = known_situation(&asked.situation)?;
    let content = serde_json::to_vec(&asked).map_err(Problem::internal)?;
    let asked = masked(asked);
    let incident = incident(&state, &caller, &asked, situation, &content)?;
    let report = report(asked, situation);
    let call = IncidentCall {
        incident: &incident,
        repeat_of: None,
        report: &report,
    };
    match pool::again(|| register(&state, &caller, &call)).await? {
        RegisteredAtCounter::Before(view) => Ok((StatusCode::OK, Json(view))),
        RegisteredAtCounter::Now(receipt) => {
            state.reconciler.opened(&receipt);
            Ok((StatusCode::CREATED, Json(view(&incident, &receipt))))
        }
    }
}

/// When a case was registered.
enum RegisteredAtCounter {
    Before(RegisteredCaseView),
    Now(IncidentReceipt),
}

async fn register(
    state: &App,
    caller: &Caller,
    call: &IncidentCall<'_>,
) -> Result<RegisteredAtCounter, Problem> {
    let mut tx = pool::begin(&state.pool).await?;
    if let Some(known) = incident::add(&mut tx, call.incident).await? {
        let view = view_again(&mut tx, call.incident, &known).await?;
        return Ok(RegisteredAtCounter::Before(view));
    }
    let receipt = state.reconciler.answer(&mut tx, call).await?.receipt;
    let mut line = caller.act(call.incident.received_at, "create_case");
    line.case = Some(receipt.case);
    identity::commit_for(caller, tx, &[line], call.incident.received_at).await?;
    Ok(RegisteredAtCounter::Now(receipt))
}

fn masked(asked: RegisterRequest) -> RegisterRequest {
    RegisterRequest {
        address: mask_numbers(&asked.address).0,
        summary: mask_numbers(&asked.summary).0,
        ..asked
    }
}

/// The record of what was registered, under the key of the person who did: nobody meets what
/// another counter registered under the same one.
fn incident(
    state: &App,
    caller: &Caller,
    asked: &RegisterRequest,
    situation: &Situation,
    content: &[u8],
) -> Result<Incident, Problem> {
    let now = state.clock.now();
    Ok(Incident {
        id: IncidentId::new(now, state.entropy.bytes()),
        channel: asked.channel.code().into(),
        external_no: format!("{}/{}", caller.user, asked.key),
        received_at: now,
        reported_at: now,
        region: asked.region.clone(),
        call: None,
        list: situation.list,
        situation: situation.code.clone(),
        content_hash: Sha256::digest(content).into(),
        pair: None,
        raw: serde_json::to_value(asked).map_err(Problem::internal)?,
    })
}

fn report(asked: RegisterRequest, situation: &Situation) -> Report {
    Report {
        source: Source {
            channel: asked.channel.code().into(),
            external_no: None,
            by_order: false,
        },
        region: asked.region,
        address: asked.address,
        summary: asked.summary,
        situation: situation.code.clone(),
        occurred_at: asked.occurred_at,
        persons: asked.persons,
        amount: None,
    }
}

fn view(incident: &Incident, receipt: &IncidentReceipt) -> RegisteredCaseView {
    RegisteredCaseView {
        case_id: receipt.case.0,
        case_no: receipt.case_no.to_string(),
        public_code: receipt.public_code.to_string(),
        received_at: incident.received_at,
    }
}

async fn view_again(
    conn: &mut PgConnection,
    sent: &Incident,
    known: &KnownIncident,
) -> Result<RegisteredCaseView, Problem> {
    if known.content_hash != sent.content_hash {
        let zh = "这张登记表已经用于登记另一内容的来访：请先核对已登记的案件；确是另一起纠纷的，\
                  请新开一张登记表填写。";
        return Err(Problem::refused("order_differs", zh));
    }
    let missing = || Problem::internal("what a counter registered is known without its case");
    let case = known.case.ok_or_else(missing)?;
    let line = case::lookup_line(conn, case).await?.ok_or_else(missing)?;
    Ok(RegisteredCaseView {
        case_id: line.case.0,
        case_no: line.case_no.to_string(),
        public_code: line.public_code.to_string(),
        received_at: known.received_at,
    })
}
