//! Signing in, refreshing, signing out; phones; roles.

mod device;
mod role;
mod session;

use crate::state::AppState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The operations of identity.
pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(session::create_session, session::delete_session))
        .routes(routes!(session::refresh_session))
        .routes(routes!(session::get_me))
        .routes(routes!(device::add_device, device::list_devices))
        .routes(routes!(device::revoke_device))
        .routes(routes!(device::revoke_user_device))
        .routes(routes!(role::list_own_roles))
        .routes(routes!(role::list_user_roles))
        .routes(routes!(role::end_role))
}
