//! `POST /api/v1/exchange/orders`: an order of a channel becomes a case, once for each number of
//! the channel (R100). One about a call that is no dispute is kept and counted ([`super::call`]).

mod letter;
mod mask;

use super::{
    act,
    call::{self, CallReceipt},
    signed::{SignedBody, SignedHeaders, audit_line},
};
use crate::{
    api::catalogue,
    problem::{self, Json, Problem, field},
    reconcile::{IncidentCall, IncidentReceipt, MatchedIncident, Report},
    state::{App, AppState},
};
use axum::{extract::State, http::StatusCode};
use garde::Validate;
use hejie_case::{
    act::ChannelAct,
    catalogue::{CallKind, Situation},
    facts::Source,
    ids::{IncidentId, RegionCode, SituationCode},
};
use hejie_registry::{
    audit, case,
    identity::channel::{self, Channel},
    incident::{self, Incident, KnownIncident},
    link::{self, IncidentRelation},
    pool::{self, PgConnection},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

/// A work order. Names and numbers of people come masked or not at all; numbers that come
/// nevertheless are masked here, before anything is kept. A field that is not known may be one that
/// is misspelt: it is named, and nothing is registered without it.
#[derive(Debug, Deserialize, Validate, ToSchema)]
pub struct OrderRequest {
    /// The channel's own number.
    #[garde(custom(field::filled("external_no")))]
    #[schema(example = "20260302-000123")]
    external_no: String,
    /// When the channel received the call.
    #[garde(skip)]
    received_at: Timestamp,
    /// Who called, masked.
    #[garde(length(chars, max = 64))]
    #[serde(default)]
    #[schema(example = "1390000****")]
    caller_masked: String,
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
    /// The situation, as the catalogue codes it; left out where it is no dispute.
    #[garde(length(max = 16))]
    #[serde(default)]
    #[schema(example = "N03-05")]
    situation: String,
    /// Whether it is a dispute. A call that is none becomes no case, and is counted.
    #[garde(skip)]
    is_dispute: bool,
    /// What kind of call it is that is no dispute; left out where it is one.
    #[garde(custom(must_fit(self.is_dispute)))]
    #[serde(default)]
    kind: Option<CallKind>,
    /// How many people take part.
    #[garde(custom(field::persons))]
    #[serde(default)]
    persons: Option<u32>,
    /// The channel's own number of an earlier order about the same dispute, if the channel knows
    /// it.
    #[garde(inner(custom(field::filled("external_no"))))]
    #[serde(default)]
    #[schema(example = "20260228-000077")]
    repeat_of: Option<String>,
    /// The letter by which a court, an authority or the commission for labour disputes engages the
    /// committee with it (R066, R069, R070).
    #[garde(dive)]
    #[serde(default)]
    letter: Option<letter::OrderLetter>,
    /// Hex of the keyed hash of both parties, from a channel that holds the county's hash key.
    #[garde(custom(must_be_hash))]
    #[serde(default)]
    party_pair_hash: Option<String>,
}

/// What the channel gets for an order: a case, or that the call is kept.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum OrderReceipt {
    /// Of a dispute.
    Case(ReceiptView),
    /// Of a call that is none.
    Call(CallReceipt),
}

/// What the channel gets for an order about a dispute.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceiptView {
    /// The case.
    case_id: Uuid,
    /// Its number.
    #[schema(example = "990101-2026-000123")]
    case_no: String,
    /// Its public code.
    public_code: String,
    /// When the order was received first.
    received_at: Timestamp,
    /// It was a further call about a case that was known: the case is that one (R045).
    is_repeat: bool,
}

/// Takes a work order of a channel. The same order again is answered with the same receipt.
#[utoipa::path(post, path = "/api/v1/exchange/orders", tag = "channel", request_body = OrderRequest,
    params(SignedHeaders),
    responses((status = 201, description = "Registered now", body = OrderReceipt),
        (status = 200, description = "Registered before", body = OrderReceipt)))]
pub async fn create_order(
    State(state): State<AppState>,
    signed: SignedBody,
) -> Result<(StatusCode, Json<OrderReceipt>), Problem> {
    let (order, raw) = read(&signed)?;
    field::happened("received_at", order.received_at, state.clock.now())?;
    // Over the parsed content as it came, so that the order of keys and white space do not make
    // another order.
    let content_hash = Sha256::digest(raw.to_string()).into();
    let kept = |order: &OrderRequest, raw, about| {
        incident(&state, &signed.channel, order, about, (content_hash, raw))
    };
    let (status, receipt) = match order.kind {
        Some(kind) => {
            let (order, raw) = mask::masked(order, raw);
            let incident = kept(&order, raw, OrderSubject::Call(kind));
            let (status, receipt) = call::keep(&state, &signed.channel, &incident, kind).await?;
            (status, OrderReceipt::Call(receipt))
        }
        None => {
            let situation = catalogue::known_situation(&order.situation)?;
            let (order, raw) = mask::masked(order, raw);
            let incident = kept(&order, raw, OrderSubject::Dispute(situation));
            let registered = register_dispute(&state, &signed, order, situation, &incident);
            let (status, receipt) = registered.await?;
            (status, OrderReceipt::Case(receipt))
        }
    };
    Ok((status, Json(receipt)))
}

/// What an order is about.
#[derive(Clone, Copy)]
enum OrderSubject {
    Dispute(&'static Situation),
    Call(CallKind),
}

async fn register_dispute(
    state: &AppState,
    signed: &SignedBody,
    order: OrderRequest,
    situation: &Situation,
    incident: &Incident,
) -> Result<(StatusCode, ReceiptView), Problem> {
    let letter = order.letter.clone();
    let letter = letter::checked(state, &signed.channel, letter, situation).await?;
    let repeat_of = order.repeat_of.clone();
    let report = report(order, situation, &signed.channel);
    let call = IncidentCall {
        incident,
        repeat_of: repeat_of.as_deref(),
        report: &report,
    };
    let (status, receipt) = match pool::again(|| register(state, &signed.channel, &call)).await? {
        RegisteredOrder::Before(receipt) => (StatusCode::OK, receipt),
        RegisteredOrder::Now(answered) => {
            state.reconciler.opened(&answered.receipt);
            (StatusCode::CREATED, receipt(incident, answered))
        }
    };
    // An order that comes again brings its letter again: the first answer may have been lost.
    if let Some(letter) = letter {
        let letter = ChannelAct::Engage(letter);
        act::take(state, signed, receipt.case_id.into(), letter).await?;
    }
    Ok((status, receipt))
}

/// When an order was registered.
enum RegisteredOrder {
    Before(ReceiptView),
    Now(MatchedIncident),
}

async fn register(
    state: &App,
    channel: &Channel,
    call: &IncidentCall<'_>,
) -> Result<RegisteredOrder, Problem> {
    let mut tx = pool::begin(&state.pool).await?;
    // One that was put out of service meanwhile signs for nothing.
    if !channel::hold(&mut tx, channel.id).await? {
        return Err(Problem::BadSignature);
    }
    if let Some(known) = incident::add(&mut tx, call.incident).await? {
        let receipt = receipt_again(&mut tx, call.incident, &known).await?;
        return Ok(RegisteredOrder::Before(receipt));
    }
    let answered = state.reconciler.answer(&mut tx, call).await?;
    log(&mut tx, channel, &answered.receipt).await?;
    pool::commit(tx).await?;
    Ok(RegisteredOrder::Now(answered))
}

/// The receipt carries the incident's time, which is also what the same order is answered with when
/// it comes again.
fn receipt(incident: &Incident, answered: MatchedIncident) -> ReceiptView {
    let MatchedIncident { receipt, is_repeat } = answered;
    ReceiptView {
        case_id: receipt.case.0,
        case_no: receipt.case_no.to_string(),
        public_code: receipt.public_code.to_string(),
        received_at: incident.received_at,
        is_repeat,
    }
}

fn must_be_hash(hash: &Option<String>, (): &()) -> garde::Result {
    match hash {
        Some(hash) if pair(hash).is_none() => Err(garde::Error::new("应为64位十六进制数。")),
        _ => Ok(()),
    }
}

fn pair(hash: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(hash, &mut bytes).ok()?;
    Some(bytes)
}

fn must_fit(is_dispute: bool) -> impl Fn(&Option<CallKind>, &()) -> garde::Result {
    move |kind, ()| match (is_dispute, kind) {
        (true, None) | (false, Some(_)) => Ok(()),
        (true, Some(_)) => Err(garde::Error::new(
            "属纠纷的不填警情类别；不是纠纷的，is_dispute 应为 false。",
        )),
        (false, None) => Err(garde::Error::new("不是纠纷的，应填警情类别。")),
    }
}

fn read(signed: &SignedBody) -> Result<(OrderRequest, Value), Problem> {
    let order: OrderRequest = problem::of_json(&signed.body)?;
    let raw: Value = serde_json::from_slice(&signed.body).map_err(Problem::internal)?;
    if order.kind.is_some() && raw.get("situation").is_some() {
        return Err(Problem::invalid(
            "situation: 不是纠纷的警情不填纠纷情形；属纠纷的，is_dispute 应为 true，不填 kind。",
        ));
    }
    if !signed.channel.reports_about(&order.region) {
        return Err(Problem::invalid(
            "region: 不在本渠道的辖区内，请核对区划代码。",
        ));
    }
    Ok((order, raw))
}

fn incident(
    state: &App,
    channel: &Channel,
    order: &OrderRequest,
    about: OrderSubject,
    (content_hash, raw): ([u8; 32], Value),
) -> Incident {
    let now = state.clock.now();
    let (call, list, situation) = match about {
        OrderSubject::Dispute(situation) => (None, situation.list, situation.code.clone()),
        OrderSubject::Call(kind) => (Some(kind), kind.list(), SituationCode::unclassified()),
    };
    Incident {
        id: IncidentId::new(now, state.entropy.bytes()),
        channel: channel.name.clone(),
        external_no: order.external_no.clone(),
        received_at: now,
        reported_at: order.received_at,
        region: order.region.clone(),
        call,
        list,
        situation,
        content_hash,
        pair: order.party_pair_hash.as_deref().and_then(pair),
        raw,
    }
}

fn report(order: OrderRequest, situation: &Situation, channel: &Channel) -> Report {
    Report {
        source: Source {
            channel: channel.name.clone(),
            external_no: Some(order.external_no),
            by_order: true,
        },
        region: order.region,
        address: order.address,
        summary: order.summary,
        situation: situation.code.clone(),
        occurred_at: Some(order.received_at),
        persons: order.persons,
        amount: None,
    }
}

async fn receipt_again(
    conn: &mut PgConnection,
    sent: &Incident,
    known: &KnownIncident,
) -> Result<ReceiptView, Problem> {
    if known.content_hash != sent.content_hash {
        return Err(Problem::OrderDiffers);
    }
    let missing = || Problem::internal("an incident is known without its case");
    let case = known.case.ok_or_else(missing)?;
    let line = case::lookup_line(conn, case).await?.ok_or_else(missing)?;
    let relation = link::lookup(conn, case, known.id).await?;
    Ok(ReceiptView {
        case_id: line.case.0,
        case_no: line.case_no.to_string(),
        public_code: line.public_code.to_string(),
        received_at: known.received_at,
        is_repeat: relation == Some(IncidentRelation::Repeat),
    })
}

async fn log(
    conn: &mut PgConnection,
    channel: &Channel,
    receipt: &IncidentReceipt,
) -> Result<(), Problem> {
    let (case, at) = (receipt.case, receipt.received_at);
    let line = audit_line(channel, "create_order", Some(case), at);
    Ok(audit::add(conn, &line).await?)
}
