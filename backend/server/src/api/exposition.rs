//! `GET /metrics`: who may read it, and what reading it costs.

use crate::{
    access::ClientAddress,
    clock::Stopwatch,
    problem::Problem,
    state::{AppState, MetricsAccess},
    telemetry::recorder,
};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::PrometheusHandle;
use std::time::Duration;
use tokio::sync::Mutex;

/// What was written for one reader serves all who ask within this time: however many read, one text
/// at a time is made.
const FRESH: Duration = Duration::from_millis(500);

/// How often what was measured is brought together. Nothing else does that while nobody reads, and
/// single values would pile up.
pub const UPKEEP: Duration = Duration::from_secs(5);

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4");

static LAST: Mutex<Option<(Stopwatch, Bytes)>> = Mutex::const_new(None);

/// The metrics in Prometheus form, for the networks that may read them; to others there is no such
/// thing.
#[utoipa::path(get, path = "/metrics", tag = "operation", responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn get_metrics(
    State(state): State<AppState>,
    address: ClientAddress,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let MetricsAccess::From(networks) = &state.settings.metrics else {
        return Err(Problem::NotFound);
    };
    // A proxy that nobody told us of makes everybody's address its own.
    let is_passed_on = ["x-forwarded-for", "forwarded", "via"]
        .iter()
        .any(|name| headers.contains_key(*name));
    let is_known = state.settings.behind_proxy || !is_passed_on;
    match address.0 {
        Some(address) if is_known && networks.iter().any(|of| of.holds(address)) => {
            Ok(exposition().await)
        }
        _ => Err(Problem::NotFound),
    }
}

/// The metrics alone, for an address of their own.
pub fn router() -> Router {
    Router::new().route("/metrics", get(exposition))
}

/// Brings together what was measured, for as long as the server runs.
pub async fn keep_up() {
    loop {
        tokio::time::sleep(UPKEEP).await;
        if let Some(recorder) = recorder() {
            recorder.run_upkeep();
        }
    }
}

async fn exposition() -> Response {
    let mut last = LAST.lock().await;
    let text = match &*last {
        Some((written, text)) if written.elapsed() < FRESH => text.clone(),
        _ => {
            let text = render().await;
            *last = Some((Stopwatch::start(), text.clone()));
            text
        }
    };
    drop(last);
    ([(header::CONTENT_TYPE, TEXT)], text).into_response()
}

/// Writes the text, on a thread that may take its time.
async fn render() -> Bytes {
    let write = || recorder().map(PrometheusHandle::render).unwrap_or_default();
    // A task that is not awaited to its end can only have been cut off by the end of the runtime.
    Bytes::from(tokio::task::spawn_blocking(write).await.unwrap_or_default())
}
