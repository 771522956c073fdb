//! Who calls: the person, role and phone that were recognised.

use crate::problem::Problem;
use hejie_case::{
    catalogue::{Route, routes},
    disclosure::{Reader, Scope},
    ids::{OrgId, RegionCode, UserId},
    role::{Author, Role},
};
use hejie_registry::{
    audit::AuditEvent,
    county,
    error::RegistryError,
    identity::session::{AuthSession, BoundDevice},
    pool::PgConnection,
};
use jiff::Timestamp;
use std::net::IpAddr;
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
    /// The routing table of the county, for whoever claims by it (R014); the shipped one otherwise.
    pub routes: Option<Vec<Route>>,
}

/// A call from an enrolled phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneCaller {
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

    /// The caller, who wants to read of cases.
    #[must_use]
    pub fn reader(&self) -> Reader<'_> {
        Reader {
            by: self.author(),
            territory: &self.region,
            office: &self.org_name,
            routes: self.routes.as_deref().unwrap_or_else(|| routes()),
        }
    }

    /// Which cases exist for the caller now.
    #[must_use]
    pub fn scope(&self, now: Timestamp) -> Scope {
        Scope::of(&self.reader(), now)
    }

    /// Passes when a region lies in the caller's jurisdiction. Of cases, ask [`Caller::scope`].
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
    pub fn act<'a>(&self, at: Timestamp, action: &'a str) -> AuditEvent<'a> {
        AuditEvent {
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

impl Caller {
    /// Who has a session.
    ///
    /// # Errors
    /// Postgres failed.
    pub async fn of(conn: &mut PgConnection, session: AuthSession) -> Result<Self, RegistryError> {
        let routes = match session.role {
            Role::Department => Some(county::list_routes_in(conn, &session.region).await?),
            _ => None,
        };
        Ok(Self {
            session: session.id,
            user: session.user,
            display_name: session.display_name,
            role: session.role,
            org: session.org,
            org_name: session.org_name,
            region: session.region,
            device: session.device,
            routes,
        })
    }
}
