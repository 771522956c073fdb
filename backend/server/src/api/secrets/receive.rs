//! `POST /api/v1/cases/{id}/parties/{party}/identity`: a phone delivers what it sealed. The same
//! bytes sent again get the same receipt.

use crate::{
    access::{
        PhoneCaller,
        reach::{self, CAPTURERS},
    },
    identity,
    problem::{Json, Path, PhoneJson, Problem, field},
    secrets::{
        envelope::{self, IdentityOwner},
        ring::{KeyKind, Ring},
    },
    state::{App, AppState},
};
use axum::extract::State;
use base64::{Engine, prelude::BASE64_STANDARD};
use garde::Validate;
use hejie_case::{identity::Identity, reason::Explain, record::PartyKind};
use hejie_registry::{
    audit::AuditEvent,
    link,
    pool::{self, PgConnection},
    secret::{self, NewSecret, SecretState, StoredSecret, repeat},
};
use hejie_wire::{code, sealed::SealedFor};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

/// An identity as a phone sealed it.
#[derive(Deserialize, Validate, ToSchema)]
pub struct SealedIdentity {
    /// The sealing key.
    #[garde(length(min = 1, max = 64))]
    key_id: String,
    /// The sealed bytes, base64.
    #[garde(length(min = 1, max = 12_000))]
    sealed: String,
    /// When it was written down, by the phone's clock.
    #[garde(custom(field::moment))]
    captured_at: Timestamp,
}

/// The server has it: the phone keeps the sealed bytes until a backup was begun later, then the
/// mask alone.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityReceipt {
    /// When it was received, the first time.
    received_at: Timestamp,
}

/// Takes the sealed identity of a party.
#[utoipa::path(post, path = "/api/v1/cases/{id}/parties/{party}/identity", tag = "secrets",
    params(("id" = Uuid, Path, description = "The case"), ("party" = Uuid, Path, description = "The party")),
    request_body = SealedIdentity, responses((status = 200, body = IdentityReceipt)))]
pub async fn add_identity(
    State(state): State<AppState>,
    phone: PhoneCaller,
    Path((id, party)): Path<(Uuid, Uuid)>,
    PhoneJson(sent): PhoneJson<SealedIdentity>,
) -> Result<Json<IdentityReceipt>, Problem> {
    let owner = IdentityOwner {
        case: id.into(),
        party: party.into(),
    };
    let bytes = BASE64_STANDARD
        .decode(&sent.sealed)
        .map_err(|_| Problem::invalid("sealed: 不是有效的编码"))?;
    let delivery = IdentityDelivery {
        owner,
        key_id: &sent.key_id,
        sealed_hash: Sha256::digest(&bytes).into(),
        bytes,
        captured_at: sent.captured_at,
    };
    let received_at = pool::again(|| delivery.take(&state, &phone)).await?;
    Ok(Json(IdentityReceipt { received_at }))
}

struct IdentityDelivery<'a> {
    owner: IdentityOwner,
    key_id: &'a str,
    bytes: Vec<u8>,
    sealed_hash: [u8; 32],
    captured_at: Timestamp,
}

impl IdentityDelivery<'_> {
    async fn take(&self, state: &App, phone: &PhoneCaller) -> Result<Timestamp, Problem> {
        let mut tx = pool::begin(&state.pool).await?;
        let now = state.clock.now();
        self.is_allowed(&mut tx, phone, now).await?;
        let known = secret::lookup(&mut tx, self.owner.case, self.owner.party).await?;
        let receipt = known.map(|known| self.receipt_of(&known)).transpose()?;
        if let Some(receipt) = receipt.flatten() {
            return Ok(receipt);
        }
        let at = (self.owner.case, self.owner.party);
        if state.marks.destroy_again(&mut tx, at, now).await? {
            identity::commit_for(&phone.caller, tx, &[], now).await?;
            return Err(destroyed_before());
        }
        let new = self.new_secret(state, phone, now)?;
        if !secret::put(&mut tx, &new).await? {
            // Another phone, or this one a moment ago, was faster.
            let known = secret::lookup(&mut tx, self.owner.case, self.owner.party).await?;
            let receipt = known.map(|known| self.receipt_of(&known)).transpose()?;
            return receipt.flatten().ok_or_else(newer_known);
        }
        repeat::note_pair(&mut tx, self.owner.case).await?;
        let again = repeat::pair_cases(&mut tx, self.owner.case, window(now)).await?;
        for other in &again {
            link::propose_pair(&mut tx, self.owner.case, other.case, now).await?;
        }
        let object = self.owner.party.to_string();
        let entry = AuditEvent {
            object: Some(&object),
            case: Some(self.owner.case),
            ..phone.caller.act(now, "add_identity")
        };
        identity::commit_for(&phone.caller, tx, &[entry], now).await?;
        state.reconciler.nudge(self.owner.case);
        again
            .iter()
            .for_each(|other| state.reconciler.nudge(other.case));
        Ok(now)
    }

    async fn is_allowed(
        &self,
        conn: &mut PgConnection,
        phone: &PhoneCaller,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let IdentityOwner { case, party } = self.owner;
        if !CAPTURERS.contains(&phone.caller.role) {
            return Err(Problem::NotAllowed);
        }
        let zh = "您不再负责本案，身份信息未上传，请交由现承办人重新登记。";
        reach::of_delivery(conn, phone, case, now, zh).await?;
        if !secret::is_party(conn, case, party).await? {
            return Err(Problem::refused(
                code::PARTY_UNKNOWN,
                "服务器尚未收到该当事人，请同步后自动重试。",
            ));
        }
        Ok(())
    }

    /// The receipt that the same bytes got before; none when something earlier is known.
    fn receipt_of(&self, known: &StoredSecret) -> Result<Option<Timestamp>, Problem> {
        match &known.state {
            _ if known.sealed_hash == self.sealed_hash => Ok(Some(known.received_at)),
            SecretState::Destroyed { .. } => Err(destroyed_before()),
            SecretState::Kept { .. } if known.captured_at >= self.captured_at => Err(newer_known()),
            SecretState::Kept { .. } => Ok(None),
        }
    }

    fn new_secret(
        &self,
        state: &App,
        phone: &PhoneCaller,
        now: Timestamp,
    ) -> Result<NewSecret, Problem> {
        let ring = state.ring.ring()?;
        let identity = self.opened(&ring)?;
        Ok(NewSecret {
            case: self.owner.case,
            party: self.owner.party,
            locked: envelope::lock(&ring, &state.entropy, self.owner, &identity)?,
            hashes: envelope::hashes(&ring, &identity)?,
            sealed_hash: self.sealed_hash,
            captured_at: self.captured_at,
            received_at: now,
            by: phone.caller.user,
            device: phone.device.id,
        })
    }

    /// Only what was sealed to a key that was given up opens never more: the ring may be an older
    /// copy, and the phone keeps what it has until the right one is back.
    fn key_gone(&self, ring: &Ring) -> Problem {
        if ring.is_given_up(self.key_id) {
            return Problem::refused(
                code::SEALING_KEY_UNKNOWN,
                "加密密钥已停用，请同步后重新登记该当事人的身份信息。",
            );
        }
        tracing::error!(key = %self.key_id, "a phone has sealed to a key that the ring lacks: it keeps it and tries again");
        Problem::refused(
            code::SEALING_KEY_ABSENT,
            "服务器暂缺所用的加密密钥，身份信息仍在本机，会自动重试。",
        )
    }

    /// What the phone sealed, in the form in which it is kept; whether it is a person or an
    /// organisation shows in it.
    fn opened(&self, ring: &Ring) -> Result<Identity, Problem> {
        let IdentityOwner { case, party } = self.owner;
        let key = ring.find(KeyKind::Sealing, self.key_id);
        let key = key.map_err(|_| self.key_gone(ring))?;
        let unreadable = || {
            Problem::refused(
                code::IDENTITY_UNREADABLE,
                "身份信息无法读取，请重新登记该当事人的身份信息。",
            )
        };
        let plain = key
            .sealing()
            .open(SealedFor::Identity { case, party }, &self.bytes)
            .map_err(|_| unreadable())?;
        let identity: Identity = serde_json::from_slice(&plain).map_err(|_| unreadable())?;
        let (checked, _) = identity
            .checked(PartyKind::Person)
            .or_else(|_| identity.checked(PartyKind::Organisation))
            .map_err(|bad| Problem::Refused(bad.reason()))?;
        Ok(checked)
    }
}

/// Cases so old are weighed no more.
fn window(now: Timestamp) -> Timestamp {
    now.saturating_sub(repeat::WINDOW).unwrap_or(Timestamp::MIN)
}

fn destroyed_before() -> Problem {
    Problem::refused(
        code::IDENTITY_DESTROYED,
        "该当事人的身份信息已按指令销毁，不能再次登记。",
    )
}

fn newer_known() -> Problem {
    Problem::refused(
        code::IDENTITY_NEWER,
        "服务器上已有更晚登记的身份信息，请核对后重新登记。",
    )
}
