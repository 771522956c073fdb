//! Access tokens: EdDSA and nothing else, ten minutes, checked by the server's own clock.
//!
//! A token of a time to come is ours, of a clock that was put back since. How long ago it was given
//! nobody knows any more, so its time counts as over: whoever holds it gets the next one for the
//! refresh token, and none holds for longer than it was given for.

use super::keys::SigningKeys;
use crate::problem::Problem;
use hejie_case::{
    ids::{DeviceId, OrgId, UserId},
    role::Role,
};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Who issues and who accepts.
const ISSUER: &str = "hejie";
const AUDIENCE: &str = "hejie-api";

/// How long an access token holds.
pub(super) const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// How far servers' clocks may lie apart.
const LEEWAY_SECONDS: i64 = 5;

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Issuer.
    pub iss: String,
    /// Audience.
    pub aud: String,
    /// The person.
    pub sub: UserId,
    /// The session.
    pub sid: Uuid,
    /// The role of every act.
    pub role: Role,
    /// The organisation of every act.
    pub org: OrgId,
    /// The phone that the token is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dev: Option<DeviceId>,
    /// Issued at, in seconds.
    pub iat: i64,
    /// Expires at, in seconds.
    pub exp: i64,
}

/// For whom a token is issued.
pub(super) struct Bearer {
    pub(super) user: UserId,
    pub(super) session: Uuid,
    pub(super) role: Role,
    pub(super) org: OrgId,
    pub(super) device: Option<DeviceId>,
}

/// Signs an access token.
///
/// # Errors
/// The signature could not be made.
pub(super) fn issue(
    keys: &SigningKeys,
    bearer: &Bearer,
    now: Timestamp,
) -> Result<String, Problem> {
    let header = Header {
        kid: Some(keys.id.clone()),
        ..Header::new(Algorithm::EdDSA)
    };
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: bearer.user,
        sid: bearer.session,
        role: bearer.role,
        org: bearer.org,
        dev: bearer.device,
        iat: now.as_second(),
        exp: now.as_second() + LIFETIME.as_secs(),
    };
    jsonwebtoken::encode(&header, &claims, &keys.encoding).map_err(Problem::internal)
}

/// Checks signature, algorithm, issuer, audience and time of an access token.
///
/// # Errors
/// [`Problem::TokenExpired`] when only its time is over, else [`Problem::TokenInvalid`].
pub(super) fn read(keys: &SigningKeys, token: &str, now: Timestamp) -> Result<Claims, Problem> {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    // The library would ask the machine's clock; the time is checked below.
    validation.validate_exp = false;
    let claims = jsonwebtoken::decode::<Claims>(token, &keys.decoding, &validation)
        .map_err(|_| Problem::TokenInvalid)?
        .claims;
    let holds = claims.iat - LEEWAY_SECONDS..claims.exp + LEEWAY_SECONDS;
    if !holds.contains(&now.as_second()) {
        return Err(Problem::TokenExpired);
    }
    Ok(claims)
}
