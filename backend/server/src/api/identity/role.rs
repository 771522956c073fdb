//! The roles that somebody may sign in with, and taking one away (R001).

use super::device::in_jurisdiction;
use crate::{
    access::Caller,
    identity::{self, account},
    problem::{Json, Path, Problem},
    state::AppState,
};
use axum::{extract::State, http::StatusCode};
use hejie_case::role::{Author, Role};
use hejie_registry::{
    audit::{self, AuditEvent},
    identity::{
        grant::{self, Grant},
        user,
    },
    pool::{self, PgConnection},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A role that somebody has, for one organisation.
#[derive(Serialize, ToSchema)]
#[schema(as = RoleOffer)]
pub struct RoleOfferView {
    /// The role.
    #[schema(value_type = String, example = "mediator")]
    role: Role,
    /// The same in Chinese.
    role_zh: &'static str,
    /// The organisation.
    org_id: Uuid,
    /// Its name.
    org_name: String,
    /// Its territory.
    region: String,
    /// Since when.
    from: Timestamp,
}

/// Lists the roles that the caller may sign in with, the oldest first.
#[utoipa::path(get, path = "/api/v1/me/roles", tag = "identity", responses((status = 200, body = [RoleOfferView])))]
pub async fn list_own_roles(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<RoleOfferView>>, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    let grants = grant::list_current(&mut conn, caller.user, state.clock.now()).await?;
    Ok(Json(grants.into_iter().map(RoleOfferView::from).collect()))
}

/// Lists the roles of somebody in the jurisdiction.
#[utoipa::path(get, path = "/api/v1/users/{user_id}/roles", tag = "identity",
    params(("user_id" = Uuid, Path, description = "The person")), responses((status = 200, body = [RoleOfferView])))]
pub async fn list_user_roles(
    State(state): State<AppState>,
    caller: Caller,
    Path(user_id): Path<Uuid>,
) -> Result<Json<Vec<RoleOfferView>>, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    in_jurisdiction(&mut conn, &caller, user_id.into()).await?;
    let grants = grant::list_current(&mut conn, user_id.into(), state.clock.now()).await?;
    let seen = |grant: &Grant| caller.in_jurisdiction(&grant.region).is_ok();
    let grants = grants.into_iter().filter(seen);
    Ok(Json(grants.map(RoleOfferView::from).collect()))
}

/// Takes a role away from somebody in the jurisdiction: every session in it ends at once, and a
/// phone that was enrolled in it hands in what it had not sent.
#[utoipa::path(delete, path = "/api/v1/users/{user_id}/roles/{role}/{org_id}", tag = "identity",
    params(("user_id" = Uuid, Path, description = "The person"), ("role" = String, Path, description = "The role"),
        ("org_id" = Uuid, Path, description = "The organisation")),
    responses((status = 204)))]
pub async fn end_role(
    State(state): State<AppState>,
    caller: Caller,
    Path((user_id, role, org_id)): Path<(Uuid, Role, Uuid)>,
) -> Result<StatusCode, Problem> {
    let who = Author {
        user: user_id.into(),
        role,
        org: org_id.into(),
    };
    let now = state.clock.now();
    let mut tx = pool::begin(&state.pool).await?;
    // Before, and not with the commit, since the session may be one of those that end here; in one
    // order, so that two who put each other out do not wait for each other.
    let mut accounts = [caller.user, who.user];
    accounts.sort_unstable();
    for account in accounts {
        user::lock(&mut tx, account).await?;
    }
    identity::hold(&mut tx, &caller, now).await?;
    is_held(&mut tx, &caller, &who, now).await?;
    let ended = account::end_role(&state.marks, &mut tx, &who, now).await;
    ended.map_err(Problem::internal)?;
    let object = format!("{} {role:?} {}", who.user, who.org);
    let line = AuditEvent {
        object: Some(&object),
        ..caller.act(now, "end_role")
    };
    audit::add(&mut tx, &line).await?;
    pool::commit(tx).await?;
    state.events.left(who.user);
    Ok(StatusCode::NO_CONTENT)
}

/// Passes when somebody has this role now, for an organisation in the caller's jurisdiction.
async fn is_held(
    conn: &mut PgConnection,
    caller: &Caller,
    who: &Author,
    now: Timestamp,
) -> Result<(), Problem> {
    let grants = grant::list_current(conn, who.user, now).await?;
    let named = |grant: &&Grant| grant.role == who.role && grant.org == who.org;
    let held = grants.iter().find(named).ok_or(Problem::NotFound)?;
    caller.in_jurisdiction(&held.region)
}

impl From<Grant> for RoleOfferView {
    fn from(grant: Grant) -> Self {
        Self {
            role: grant.role,
            role_zh: grant.role.zh(),
            org_id: grant.org.0,
            org_name: grant.org_name,
            region: grant.region.into(),
            from: grant.from,
        }
    }
}
