//! Tells the consoles of this server that a case moved, that somebody is to call the police, and
//! that a session of somebody ended. A hint only: what is so is read from the registry.

use hejie_case::ids::{CaseId, RegionCode, UserId};
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::broadcast;
use uuid::Uuid;

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

/// The police did not sign for a danger in time: somebody is to call them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallDue {
    /// The case that holds it, or under which it was sent.
    pub case_id: CaseId,
    /// The order to the police.
    pub order_id: Uuid,
    /// Whose desks are told.
    #[serde(skip)]
    pub region: RegionCode,
}

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// A case moved.
    Moved(CaseMoved),
    /// A danger waits for a call.
    Call(CallDue),
    /// A session of this person ended.
    Left(UserId),
}

/// Hands hints to whoever listens. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Events(Arc<RwLock<Option<broadcast::Sender<Hint>>>>);

impl Events {
    /// Tells the listeners that a case moved. Nobody need be listening.
    pub fn send(&self, moved: CaseMoved) {
        self.tell(Hint::Moved(moved));
    }

    /// Tells the listeners that a danger waits for a call.
    pub fn ring(&self, due: CallDue) {
        self.tell(Hint::Call(due));
    }

    /// Tells the listeners that a session of a person ended, so that what streams in it ends at
    /// once.
    pub fn left(&self, user: UserId) {
        self.tell(Hint::Left(user));
    }

    /// Listens from now on, until the server goes down.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Hint> {
        match &*self.0.read() {
            Some(sender) => sender.subscribe(),
            // Its sender is gone at once, so that it ends at once.
            None => broadcast::channel(1).1,
        }
    }

    /// Ends every listening: a server that goes down waits for its answers to end, and these have
    /// no end of their own.
    pub fn close(&self) {
        self.0.write().take();
    }

    fn tell(&self, hint: Hint) {
        if let Some(sender) = &*self.0.read() {
            // The only error is that nobody listens.
            let _ = sender.send(hint);
        }
    }
}

impl Default for Events {
    fn default() -> Self {
        Self(Arc::new(RwLock::new(Some(broadcast::channel(BACKLOG).0))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::broadcast::error::RecvError;

    #[tokio::test]
    async fn who_listens_is_told_and_then_let_go() {
        let events = Events::default();
        let mut early = events.listen();
        let moved = CaseMoved {
            case_id: CaseId(uuid::Uuid::nil()),
            version: 3,
        };
        events.send(moved);
        events.close();
        events.send(moved);
        assert_eq!(early.recv().await, Ok(Hint::Moved(moved)));
        assert_eq!(early.recv().await, Err(RecvError::Closed));
        assert_eq!(events.listen().recv().await, Err(RecvError::Closed));
    }
}
