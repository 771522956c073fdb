//! Who calls: the person, role and phone that the gate recognised, as extractors for handlers.

use crate::{problem::Problem, state::AppState};
use axum::{
    extract::{ConnectInfo, FromRequestParts, OptionalFromRequestParts},
    http::request::Parts,
};
use hejie_case::{
    ids::{OrgId, RegionCode, UserId},
    role::{Author, Role},
};
use hejie_registry::{
    audit::Act,
    identity::session::{BoundDevice, Session},
};
use jiff::Timestamp;
use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};
use uuid::Uuid;

/// The person who calls, in the one role of the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The session.
    pub session: Uuid,
    /// The person.
    pub user: UserId,
    /// The person's name.
    pub display_name: String,
    /// The role of every act in the session.
    pub role: Role,
    /// The organisation of every act in the session.
    pub org: OrgId,
    /// That organisation's name.
    pub org_name: String,
    /// That organisation's territory: the jurisdiction.
    pub region: RegionCode,
    /// The phone that the session is bound to.
    pub device: Option<BoundDevice>,
}

/// A call from an enrolled phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// The person whose phone it is.
    pub caller: Caller,
    /// The phone.
    pub device: BoundDevice,
}

/// The network address of the client, if it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub Option<IpAddr>);

impl Caller {
    /// Who acts, in which role and for which organisation.
    #[must_use]
    pub fn author(&self) -> Author {
        Author {
            user: self.user,
            role: self.role,
            org: self.org,
        }
    }

    /// Passes when a region lies in the caller's jurisdiction.
    ///
    /// # Errors
    /// [`Problem::NotFound`] outside it: what a person may not see does not exist for that person.
    pub fn in_jurisdiction(&self, region: &RegionCode) -> Result<(), Problem> {
        if region.as_str().starts_with(self.region.as_str()) {
            Ok(())
        } else {
            Err(Problem::NotFound)
        }
    }

    /// Begins an entry of the audit log about an act of this caller that succeeded.
    #[must_use]
    pub fn act<'a>(&self, at: Timestamp, action: &'a str) -> Act<'a> {
        Act {
            at,
            user: Some(self.user),
            device: self.device.map(|device| device.id),
            address: None,
            action,
            object: None,
            case: None,
            purpose: None,
            ok: true,
        }
    }
}

impl From<Session> for Caller {
    fn from(session: Session) -> Self {
        Self {
            session: session.id,
            user: session.user,
            display_name: session.display_name,
            role: session.role,
            org: session.org,
            org_name: session.org_name,
            region: session.region,
            device: session.device,
        }
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(Problem::NotSignedIn)
    }
}

impl OptionalFromRequestParts<AppState> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &AppState,
    ) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

impl FromRequestParts<AppState> for Phone {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller =
            <Caller as FromRequestParts<AppState>>::from_request_parts(parts, state).await?;
        let device = caller.device.ok_or(Problem::NotAllowed)?;
        Ok(Self { caller, device })
    }
}

impl FromRequestParts<AppState> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|ConnectInfo(peer)| peer.ip());
        if !state.settings.behind_proxy {
            return Ok(Self(peer));
        }
        // The last entry is the one that our own proxy wrote; those before it are the client's claim.
        let forwarded = parts.headers.get_all("x-forwarded-for").iter().next_back();
        let last = forwarded
            .and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
        Ok(Self(last.or(peer)))
    }
}
