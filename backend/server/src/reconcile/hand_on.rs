//! What was written into a case late, after it went on under another one: the case that goes on
//! stands for it as well (E30f, E30g). A phone that was away knows nothing of the merge, and a
//! danger that it reports must hold the case in which somebody acts (ADR 0016).
//!
//! It is handed on after the case was settled, in a transaction of both cases. Until then the facts
//! say that it waits and the moment of the case is now, so that a server that dies between the two
//! loses nothing: the next sweep finds it. Where the other case went on under a third one, what it
//! took on waits there to be handed on, and so forth to the case that goes on at last.

use super::{JointDecision, Reconciler, ReconcilerError};
use hejie_case::{
    act::{Brings, HandOn, ServerAct, TakeOn},
    facts::Facts,
    ids::CaseId,
    role::Author,
    rule::Motion,
};
use hejie_registry::pool;
use jiff::Timestamp;

impl Reconciler {
    /// Hands on what came late into a case to the one under which it goes on. Where somebody parted
    /// them meanwhile it stays, as it does where another server was first.
    pub(super) async fn hand_on(&self, from: CaseId, into: CaseId) -> Result<(), ReconcilerError> {
        let by_rule = JointDecision {
            base: None,
            by: Author::SYSTEM,
            why: "",
            desk: None,
        };
        let plan = |[source, _]: [&Facts; 2], now: Timestamp| {
            let brings = Brings::late(source);
            let take = ServerAct::TakeOn(TakeOn {
                from,
                brings: brings.clone(),
            });
            let hand = ServerAct::HandOn(HandOn { into, brings });
            [hand, take].map(|act| vec![Motion::by_rule(act, now)])
        };
        let handed = pool::again(|| self.jointly([from, into], by_rule, &plan));
        if let Err(reason) = handed.await? {
            tracing::info!(case.id = %from, reason = %reason.code, "nothing is handed on");
        }
        Ok(())
    }
}
