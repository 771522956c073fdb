//! What a supervisor of processes asks: is it alive, can it work.

use crate::{problem::Problem, state::AppState};
use axum::extract::State;
use hejie_registry::{
    error::RegistryError,
    pool::{self, PgPool},
};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tokio::sync::Mutex;

/// Answers as long as the process does.
#[utoipa::path(get, path = "/healthz", tag = "operation", responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn get_health() -> &'static str {
    "ok"
}

/// Answers when Postgres lets somebody in and a worker can be had, both tried anew.
#[utoipa::path(get, path = "/readyz", tag = "operation", responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn get_readiness(State(state): State<AppState>) -> Result<&'static str, Problem> {
    let looked = state.looks.look(&state.pool).await;
    looked.map_err(|error| Problem::Unavailable(Some(error)))?;
    // Without a worker no change can be acknowledged, so this server is no use to a phone.
    let workers = state.workers.probe().await;
    workers.map_err(|error| Problem::Unavailable(Some(Arc::new(error))))?;
    Ok("ready")
}

/// Looks after Postgres, one at a time: each opens a connection, and anybody may ask. Who comes while one is under way shares the next.
#[derive(Default)]
pub struct Looks {
    begun: AtomicU64,
    last: Mutex<Option<Look>>,
}

struct Look {
    number: u64,
    found: Result<(), Arc<RegistryError>>,
}

impl Looks {
    /// Looks, or waits for a look that begins after this call.
    async fn look(&self, pool: &PgPool) -> Result<(), Arc<RegistryError>> {
        let arrived = self.begun.load(Ordering::SeqCst);
        let mut last = self.last.lock().await;
        if let Some(look) = last.as_ref().filter(|look| look.number > arrived) {
            return look.found.clone();
        }
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let found = pool::probe(pool).await.map_err(Arc::new);
        *last = Some(Look {
            number,
            found: found.clone(),
        });
        found
    }
}
