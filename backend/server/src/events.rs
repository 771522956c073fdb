//! Tells the consoles of this server that a case moved. A hint only: what moved is read from the registry.

use hejie_case::ids::CaseId;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

/// How many hints a slow console may lag behind before it is told to read everything anew.
const BACKLOG: usize = 1024;

/// A case moved to a version of its facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseMoved {
    /// The case.
    pub case_id: CaseId,
    /// The version of its facts.
    pub version: u64,
}

/// Hands hints to whoever listens. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Events(broadcast::Sender<CaseMoved>);

impl Events {
    /// Tells the listeners. Nobody need be listening.
    pub fn send(&self, moved: CaseMoved) {
        // The only error is that nobody listens.
        let _ = self.0.send(moved);
    }

    /// Listens from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<CaseMoved> {
        self.0.subscribe()
    }
}

impl Default for Events {
    fn default() -> Self {
        Self(broadcast::channel(BACKLOG).0)
    }
}
