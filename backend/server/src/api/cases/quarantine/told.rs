//! What a change in quarantine says in words, so that a person can look at it and have it written
//! anew. It is opened by a worker, as everything of a phone is, and reading it leaves a line in the
//! audit log.

use crate::{
    access::{Caller, reach},
    identity,
    problem::{Json, Path, Problem},
    state::{App, AppState},
    worker::Tell,
};
use axum::extract::State;
use hejie_case::{
    disclosure::{Sight, table},
    ids::{CaseId, ChangeHash},
    rights::{ChangeSummary, Passage, PassageContent},
};
use hejie_registry::{
    audit::AuditEvent,
    deposit,
    log::{object, quarantine},
    pool::{self, PgConnection},
};
use serde::Serialize;
use serde_bytes::ByteBuf;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// What a change says, which is not merged.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuarantinedWordsView {
    /// In the order in which it was written.
    passages: Vec<PassageView>,
    /// There is more than is told.
    more: bool,
}

/// What a change says in one place.
#[derive(Debug, Serialize, ToSchema)]
pub struct PassageView {
    /// The part of the case file, such as `notes`; none when the change builds on what never
    /// arrived.
    container: Option<String>,
    /// The entry in it.
    entry: Option<String>,
    /// The field of the entry, and what lies below it as a path.
    field: Option<String>,
    /// What was done there.
    kind: PassageKind,
    /// What was typed or set.
    text: Option<String>,
    /// How much was taken out.
    erased: Option<u64>,
}

/// What was done in one place.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PassageKind {
    /// Typed into a text.
    Typed,
    /// Taken out.
    Erased,
    /// A value was set.
    Set,
    /// Words that a phone had sealed; they are not opened here.
    Sealed,
    /// Something that no edit does.
    Other,
    /// Something that the caller may not see.
    Withheld,
}

/// Reads what a change in quarantine says in words.
#[utoipa::path(get, path = "/api/v1/quarantine/{case_id}/{hash}", tag = "cases",
    params(("case_id" = Uuid, Path, description = "The case under which it was sent"), ("hash" = String, Path, description = "Its hash")),
    responses((status = 200, body = QuarantinedWordsView)))]
pub async fn read_quarantined(
    State(state): State<AppState>,
    caller: Caller,
    Path((case, hash)): Path<(Uuid, String)>,
) -> Result<Json<QuarantinedWordsView>, Problem> {
    let (case, change) = (CaseId::from(case), hash.parse());
    let change: ChangeHash = change.map_err(|_| Problem::NotFound)?;
    let now = state.clock.now();
    let mut tx = pool::begin(&state.pool).await?;
    let wanted = lookup(&mut tx, &caller, case, change).await?;
    let object = change.to_string();
    let line = AuditEvent {
        object: Some(&object),
        case: Some(case),
        ..caller.act(now, "read_quarantined")
    };
    identity::commit_for(&caller, tx, &[line], now).await?;
    let sight = reach::of_territory(caller.role);
    Ok(Json(QuarantinedWordsView::of(
        told(&state, wanted).await?,
        &sight,
    )))
}

/// A change that the caller may read, with what is known of its case.
async fn lookup(
    conn: &mut PgConnection,
    caller: &Caller,
    case: CaseId,
    change: ChangeHash,
) -> Result<Tell, Problem> {
    let within = &caller.region;
    let bytes = match quarantine::lookup_bytes(conn, within, case, change).await? {
        None => deposit::lookup_bytes(conn, within, case, change).await?,
        bytes => bytes,
    };
    Ok(Tell {
        case,
        change: ByteBuf::from(bytes.ok_or(Problem::NotFound)?),
        index: object::list_objects(conn, case).await?,
    })
}

async fn told(state: &App, wanted: Tell) -> Result<ChangeSummary, Problem> {
    let unreadable = || {
        Problem::refused(
            "change_unreadable",
            "这项修改无法解读，原样仍在隔离区保存；请联系记录人说明内容，或联系系统管理员核查。",
        )
    };
    match state.workers.tell(wanted).await {
        Ok(Ok(told)) => Ok(told),
        Ok(Err(_)) => Err(unreadable()),
        Err(error) if error.blames_job() => Err(unreadable()),
        Err(error) => Err(Problem::Unavailable(Some(Arc::new(error)))),
    }
}

impl QuarantinedWordsView {
    fn of(told: ChangeSummary, sight: &Sight) -> Self {
        let passages = told.passages.into_iter();
        Self {
            passages: passages.map(|one| PassageView::of(one, sight)).collect(),
            more: told.more,
        }
    }
}

impl PassageView {
    fn of(passage: Passage, sight: &Sight) -> Self {
        let container = passage.container.as_deref().unwrap_or_default();
        let class = table::of_field(container, passage.field.as_deref());
        let (kind, text, erased) = match passage.said {
            _ if !sight.shows(class) => (PassageKind::Withheld, None, None),
            PassageContent::Typed(text) => (PassageKind::Typed, Some(text), None),
            PassageContent::Set(text) => (PassageKind::Set, Some(text), None),
            PassageContent::Erased(count) => (PassageKind::Erased, None, Some(count)),
            PassageContent::Sealed => (PassageKind::Sealed, None, None),
            PassageContent::Other => (PassageKind::Other, None, None),
        };
        Self {
            container: passage.container,
            entry: passage.entry,
            field: passage.field,
            kind,
            text,
            erased,
        }
    }
}
