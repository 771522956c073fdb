//! The whole HTTP side put together: operations, console, and the layers around them.
//!
//! A handler extracts, calls once and answers with a view. What it calls lies below and knows
//! nothing of HTTP or of the state.

mod caller;
pub mod cases;
pub mod catalogue;
pub mod channel;
mod console;
mod deadline;
mod duty;
mod exchange;
pub mod exposition;
mod figures;
mod files;
mod gate;
mod identity;
mod link;
mod observe;
pub mod openapi;
mod probe;
mod secrets;

use crate::{problem::Problem, state::AppState};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, header},
    middleware,
};
use gate::Gate;
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, NotForContentType, Predicate},
    },
    set_header::SetResponseHeaderLayer,
    timeout::RequestBodyTimeoutLayer,
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Where the phones' exchange lies; its answers come compressed already.
const EXCHANGE_MEDIA_TYPE: &str = "application/vnd.hejie.exchange+cbor";

/// Styles may be inline because the console's components (Ant Design) write theirs into the page;
/// scripts may not.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Every operation, without state.
#[must_use]
pub fn routes() -> OpenApiRouter<AppState> {
    openapi::base()
        .routes(routes!(probe::get_health))
        .routes(routes!(probe::get_readiness))
        .routes(routes!(exposition::get_metrics))
        .routes(routes!(openapi::get_openapi))
        .merge(identity::router())
        .merge(exchange::router())
        .merge(cases::router())
        .merge(duty::router())
        .merge(catalogue::router())
        .merge(secrets::router())
        .merge(figures::router())
        .merge(files::router())
        .merge(channel::router())
        .merge(link::router())
}

/// The server as one service.
pub fn app(state: AppState) -> Router {
    let (router, api) = routes().split_for_parts();
    let gate = Gate::new(&api);
    let timeout =
        Duration::try_from(state.settings.request_timeout).unwrap_or(Duration::from_secs(30));
    let inner = ServiceBuilder::new()
        .layer(CompressionLayer::new().compress_when(
            DefaultPredicate::new().and(NotForContentType::const_new(EXCHANGE_MEDIA_TYPE)),
        ))
        .layer(CatchPanicLayer::custom(|_| {
            axum::response::IntoResponse::into_response(Problem::internal("a handler panicked"))
        }))
        .layer(middleware::from_fn_with_state(timeout, deadline::keep))
        .layer(DefaultBodyLimit::max(state.settings.body_limit_bytes))
        .layer(RequestBodyTimeoutLayer::new(state.settings.body_idle));
    router
        .route_layer(middleware::from_fn_with_state(
            (gate, state.clone()),
            Gate::pass,
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
        .fallback(console::serve)
        .layer(inner)
        .layer(middleware::from_fn_with_state(
            state.clone(),
            observe::observe,
        ))
        .layer(security_headers())
        .with_state(state)
}

fn security_headers()
-> tower::layer::util::Stack<SetStatic, tower::layer::util::Stack<SetStatic, SetStatic>> {
    let set = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    let nosniff = set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    let referrer = set(header::REFERRER_POLICY, "no-referrer");
    let policy = set(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    tower::layer::util::Stack::new(nosniff, tower::layer::util::Stack::new(referrer, policy))
}

type SetStatic = SetResponseHeaderLayer<HeaderValue>;
