//! Whether Postgres is there, looked at anew for whoever asks and still not once for each.

use hejie_registry::{
    error::RegistryError,
    pool::{self, PgPool},
};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tokio::sync::Mutex;

/// Looks after Postgres, one at a time: each opens a connection, and anybody may ask. Who comes
/// while one is under way shares the next.
#[derive(Default)]
pub struct DatabaseProbe {
    begun: AtomicU64,
    last: Mutex<Option<ProbeResult>>,
}

struct ProbeResult {
    number: u64,
    found: Result<(), Arc<RegistryError>>,
}

impl DatabaseProbe {
    /// Looks, or waits for a look that begins after this call.
    pub(crate) async fn probe(&self, pool: &PgPool) -> Result<(), Arc<RegistryError>> {
        let arrived = self.begun.load(Ordering::SeqCst);
        let mut last = self.last.lock().await;
        if let Some(look) = last.as_ref().filter(|look| look.number > arrived) {
            return look.found.clone();
        }
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let found = pool::probe(pool).await.map_err(Arc::new);
        *last = Some(ProbeResult {
            number,
            found: found.clone(),
        });
        found
    }
}
