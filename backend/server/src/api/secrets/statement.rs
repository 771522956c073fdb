//! `POST /api/v1/cases/{id}/statements/{statement}/reading`: the words of a sealed statement, for a
//! stated purpose, with a line in the audit log before the answer (D03).

use super::reading::{self, ReadingEvent, ReadingRequest};
use crate::{
    access::{Caller, reach},
    problem::{Json, Path, Problem},
    secrets::ring::KeyKind,
    state::{App, AppState},
};
use axum::extract::State;
use hejie_case::{disclosure::FieldClass, ids::EntryId, record::SealedText};
use hejie_registry::{
    case::{self, StoredCase},
    pool,
    secret::readings,
};
use hejie_wire::{code, sealed::SealedFor};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What was stated.
#[derive(Serialize, ToSchema)]
pub struct StatementTextView {
    /// Who stated it.
    party: Uuid,
    /// When it was taken, by a phone's clock.
    taken_at: Timestamp,
    /// The words.
    text: String,
    /// Signed: only supplements from then on.
    locked: bool,
}

/// Reads the words of a sealed statement for a stated purpose.
#[utoipa::path(post, path = "/api/v1/cases/{id}/statements/{statement}/reading", tag = "secrets",
    params(("id" = Uuid, Path, description = "The case"), ("statement" = Uuid, Path, description = "The statement")),
    request_body = ReadingRequest, responses((status = 200, body = StatementTextView)))]
pub async fn read_statement(
    State(state): State<AppState>,
    caller: Caller,
    Path((id, statement)): Path<(Uuid, Uuid)>,
    Json(asked): Json<ReadingRequest>,
) -> Result<Json<StatementTextView>, Problem> {
    let purpose = asked.stated()?;
    let statement = EntryId::from(statement);
    let now = state.clock.now();
    let mut tx = pool::begin(&state.pool).await?;
    let stored = case::lookup(&mut tx, id.into())
        .await?
        .ok_or(Problem::NotFound)?;
    let answer = reach::of_class(&caller, &stored.facts, FieldClass::Sealed, now)
        .and_then(|_| open(&state, &stored, statement));
    let line = ReadingEvent {
        action: readings::STATEMENT,
        case: stored.case,
        entry: statement,
        purpose: &purpose,
        ok: answer.is_ok(),
        at: now,
    };
    reading::commit(&caller, tx, line).await?;
    answer.map(Json)
}

fn open(state: &App, stored: &StoredCase, id: EntryId) -> Result<StatementTextView, Problem> {
    let entry = stored.view.statements.get(&id).ok_or(Problem::NotFound)?;
    let statement = &entry.value;
    let text = match &statement.sealed {
        Some(sealed) => unsealed(state, stored, id, sealed)?,
        None => statement.text.clone(),
    };
    Ok(StatementTextView {
        party: statement.head.party.0,
        taken_at: statement.head.taken_at,
        text,
        locked: statement.locked.is_some(),
    })
}

fn unsealed(
    state: &App,
    stored: &StoredCase,
    statement: EntryId,
    sealed: &SealedText,
) -> Result<String, Problem> {
    let unreadable = || {
        Problem::refused(
            "statement_unreadable",
            "该份陈述无法解密，请由笔录人重新制作补充笔录。",
        )
    };
    let ring = state.ring.ring()?;
    let gone = || match ring.is_given_up(&sealed.key_id) {
        true => unreadable(),
        false => Problem::refused(
            code::SEALING_KEY_ABSENT,
            "服务器暂缺所用的加密密钥，该份陈述暂时无法解密，请系统管理员核对密钥环后再试。",
        ),
    };
    let key = ring.find(KeyKind::Sealing, &sealed.key_id);
    let key = key.map_err(|_| gone())?;
    let case = stored.case;
    let text = key
        .sealing()
        .open_text(SealedFor::Statement { case, statement }, sealed)
        .map_err(|_| unreadable())?;
    Ok(text.to_string())
}
