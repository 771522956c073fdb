//! `POST /api/v1/cases/{id}/parties/{party}/identity/reading`: the full identity, for a stated
//! purpose. The line in the audit log is durable before the answer goes out, and a refused reading
//! leaves one too.

use crate::{
    access::{
        Caller,
        reach::{self, Disclosure},
    },
    identity,
    problem::{Json, Path, Problem},
    secrets::envelope::{self, IdentityOwner},
    state::{App, AppState},
};
use axum::extract::State;
use garde::Validate;
use hejie_case::{
    identity::{Identity, Purpose, StatedPurpose},
    ids::{CaseId, EntryId},
};
use hejie_registry::{
    audit::AuditEvent,
    case::{self, StoredCase},
    pool::{self, PgConnection, Transaction},
    secret::{self, SecretState, StoredSecret, readings, rotation},
};
use hejie_wire::code;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// For what something is read.
#[derive(Deserialize, Validate, ToSchema)]
pub struct ReadingRequest {
    /// `contact`, `verify`, `agreement`, `mediation`, `review`, `confirmation`, `transfer`,
    /// `safety`, `dispatch`, `supervision` or `party_request`.
    #[garde(skip)]
    #[schema(value_type = String, example = "contact")]
    purpose: Purpose,
    /// In words, at least four characters, for this one time; without numbers of persons.
    #[garde(length(chars, max = 200))]
    #[schema(example = "约定周五上午调解时间")]
    words: String,
}

/// Who a party is.
#[derive(Serialize, ToSchema)]
pub struct IdentityView {
    /// The name in full; none for a role that sees the telephone alone.
    name: Option<String>,
    /// The ID number.
    id_number: Option<String>,
    /// The telephone number.
    telephone: Option<String>,
    /// What lies below the building.
    address: Option<String>,
    /// Who speaks for the party.
    guardian: Option<GuardianView>,
    /// Of class S: a minor's, or of a case of domestic violence.
    sensitive: bool,
    /// When it was written down, by a phone's clock.
    captured_at: Timestamp,
    /// When the server received it.
    received_at: Timestamp,
}

/// Who speaks for a party.
#[derive(Serialize, ToSchema)]
pub struct GuardianView {
    /// The name in full.
    name: String,
    /// What the guardian is to the party.
    relation: String,
    /// The telephone number.
    telephone: Option<String>,
}

/// Reads the full identity of a party for a stated purpose.
#[utoipa::path(post, path = "/api/v1/cases/{id}/parties/{party}/identity/reading", tag = "secrets",
    params(("id" = Uuid, Path, description = "The case"), ("party" = Uuid, Path, description = "The party")),
    request_body = ReadingRequest, responses((status = 200, body = IdentityView)))]
pub async fn read_identity(
    State(state): State<AppState>,
    caller: Caller,
    Path((id, party)): Path<(Uuid, Uuid)>,
    Json(asked): Json<ReadingRequest>,
) -> Result<Json<IdentityView>, Problem> {
    let owner = IdentityOwner {
        case: id.into(),
        party: party.into(),
    };
    let purpose = asked.stated()?;
    let now = state.clock.now();
    let mut tx = pool::begin(&state.pool).await?;
    let stored = case::lookup(&mut tx, owner.case)
        .await?
        .ok_or(Problem::NotFound)?;
    let answer = open(&state, &mut tx, &caller, &stored, owner, now).await;
    let line = ReadingEvent {
        action: readings::IDENTITY,
        case: owner.case,
        entry: owner.party,
        purpose: &purpose,
        ok: answer.is_ok(),
        at: now,
    };
    commit(&caller, tx, line).await?;
    answer.map(Json)
}

impl ReadingRequest {
    /// The purpose, if it says something.
    pub(super) fn stated(&self) -> Result<StatedPurpose, Problem> {
        StatedPurpose::new(self.purpose, &self.words)
            .map_err(|bad| Problem::invalid(format!("words: {}", bad.zh())))
    }
}

async fn open(
    state: &App,
    conn: &mut PgConnection,
    caller: &Caller,
    stored: &StoredCase,
    owner: IdentityOwner,
    now: Timestamp,
) -> Result<IdentityView, Problem> {
    let sensitive = reach::is_sensitive(&stored.view, owner.party);
    let extent = reach::of_identity(caller, &stored.facts, sensitive, now)?;
    let known = StoredIdentity::open(state, conn, owner).await?;
    Ok(IdentityView::of(&known, extent, sensitive))
}

/// An identity that was opened, with how it was kept. Whoever opens one leaves a line.
pub(super) struct StoredIdentity {
    pub(super) identity: Identity,
    pub(super) secret: StoredSecret,
}

impl StoredIdentity {
    /// Opens the identity of a party; its hashes follow a new key.
    pub(super) async fn open(
        state: &App,
        conn: &mut PgConnection,
        owner: IdentityOwner,
    ) -> Result<Self, Problem> {
        let secret = secret::lookup(conn, owner.case, owner.party).await?;
        let secret = secret.ok_or_else(|| {
            Problem::refused(
                "identity_missing",
                "该当事人尚未登记完整身份信息，请联系承办人补充登记。",
            )
        })?;
        let SecretState::Kept { locked, hash_key } = &secret.state else {
            return Err(Problem::refused(
                code::IDENTITY_DESTROYED,
                "该当事人的身份信息已按指令销毁，无法恢复。",
            ));
        };
        let ring = state.ring.ring()?;
        let identity = envelope::open(&ring, owner, locked)?;
        let hashes = envelope::hashes(&ring, &identity)?;
        if *hash_key != hashes.key {
            rotation::set_hashes(conn, owner.case, owner.party, &hashes).await?;
        }
        Ok(Self { identity, secret })
    }
}

/// A reading, as the audit log tells it.
pub(super) struct ReadingEvent<'a> {
    pub(super) action: &'a str,
    pub(super) case: CaseId,
    pub(super) entry: EntryId,
    pub(super) purpose: &'a StatedPurpose,
    /// Whether it was answered.
    pub(super) ok: bool,
    pub(super) at: Timestamp,
}

/// Commits a reading with its line, of somebody who is still here.
pub(super) async fn commit(
    caller: &Caller,
    tx: Transaction,
    line: ReadingEvent<'_>,
) -> Result<(), Problem> {
    let (object, purpose) = (line.entry.to_string(), line.purpose.line());
    let act = AuditEvent {
        object: Some(&object),
        case: Some(line.case),
        purpose: Some(&purpose),
        ok: line.ok,
        ..caller.act(line.at, line.action)
    };
    identity::commit_for(caller, tx, &[act], line.at).await
}

impl IdentityView {
    fn of(known: &StoredIdentity, extent: Disclosure, sensitive: bool) -> Self {
        let StoredIdentity { identity, secret } = known;
        let whole = (extent == Disclosure::Whole).then_some(identity);
        let guardian = whole.and_then(|identity| identity.guardian.as_ref());
        Self {
            name: whole.map(|identity| identity.name.clone()),
            id_number: whole.and_then(|identity| identity.id_number.clone()),
            telephone: identity.telephone.clone(),
            address: whole.and_then(|identity| identity.address.clone()),
            guardian: guardian.map(|guardian| GuardianView {
                name: guardian.name.clone(),
                relation: guardian.relation.clone(),
                telephone: guardian.telephone.clone(),
            }),
            sensitive,
            captured_at: secret.captured_at,
            received_at: secret.received_at,
        }
    }
}
