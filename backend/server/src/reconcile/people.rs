//! People who are not there: nothing is given to somebody who left, and whoever was put out decides
//! nothing any more.

use super::{Answers, GatheredCase, Reconciler, ReconcilerError};
use hejie_case::{
    facts::Facts,
    ids::{CaseId, UserId},
    role::Author,
    rule::Motion,
};
use hejie_registry::{
    audit,
    claim::{self, ClaimOutcome},
    error::RegistryError,
    identity::{
        channel, presence,
        session::{self, EndReason, SessionStatus},
        taken::{self, ChannelSignature},
        user,
    },
    pool::PgConnection,
};
use hejie_wire::claim::CaseClaim;
use jiff::Timestamp;
use uuid::Uuid;

/// Who decides, and the line that it leaves in the audit log when it is granted.
#[derive(Debug, Clone, Copy)]
pub struct Decider<'a> {
    /// What must hold when the decision is written.
    pub admission: DeciderAdmission,
    /// The line of the audit log, written in the same transaction.
    pub record: &'a audit::AuditEvent<'a>,
}

/// By what somebody is let in who decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeciderAdmission {
    /// The session of somebody at a desk.
    Session {
        /// The session.
        session: Uuid,
        /// Whose it is.
        user: UserId,
    },
    /// A channel that signed.
    Channel {
        /// Which.
        channel: Uuid,
        /// The signature, under which what is granted is known again.
        signature: ChannelSignature,
    },
    /// The session of somebody who claims a case, once.
    Claimer {
        /// The session.
        session: Uuid,
        /// Whose it is.
        user: UserId,
        /// The claim, under which what is granted is known again.
        claim: CaseClaim,
    },
}

impl Decider<'_> {
    /// Notes what was granted, before the commit: the signature of a channel or the claim, and the
    /// line of the audit log.
    pub(super) async fn note(
        &self,
        conn: &mut PgConnection,
        now: Timestamp,
    ) -> Result<(), RegistryError> {
        match &self.admission {
            DeciderAdmission::Channel { channel, signature } => {
                taken::note(conn, *channel, signature, now).await?;
            }
            DeciderAdmission::Claimer { user, claim, .. } => {
                let named = (claim.case, *user, claim.id);
                claim::note(conn, named, &ClaimOutcome::Won, now).await?;
            }
            DeciderAdmission::Session { .. } => {}
        }
        audit::add(conn, self.record).await
    }
}

/// What a case is settled with, beside what its phones wrote.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ReconcileRequest<'a> {
    /// The version of the facts on which a desk decided; none where whatever stands will do.
    pub(super) base: Option<u64>,
    /// Acts of the console.
    pub(super) motions: &'a [Motion],
    /// Who decided them; none where the server itself did.
    pub(super) by: Option<Decider<'a>>,
}

impl ReconcileRequest<'_> {
    /// Whether a person asks at a desk. What comes by itself, from a channel, or as a claim comes
    /// again.
    pub(super) fn waits_for_nothing(&self) -> bool {
        let at_a_desk = |by: Decider<'_>| matches!(by.admission, DeciderAdmission::Session { .. });
        !self.motions.is_empty() && self.by.is_none_or(at_a_desk)
    }
}

/// What came of a reconciliation.
pub(super) struct ReconcileOutcome {
    pub(super) answers: Answers,
    /// The version of the facts on which the case stands.
    pub(super) version: u64,
    /// The case under which this one goes on, while something waits here to be handed on to it.
    pub(super) hands_on_to: Option<CaseId>,
}

impl ReconcileOutcome {
    pub(super) fn of(facts: &Facts, answers: Answers) -> Self {
        let merged = facts.kin.merged.as_ref();
        Self {
            answers,
            version: facts.version,
            hands_on_to: merged
                .filter(|_| facts.is_to_hand_on())
                .map(|merged| merged.into),
        }
    }
}

impl Reconciler {
    /// As [`Reconciler::reconcile`], for a desk that decided on a version of the facts: that is
    /// looked at in every attempt, and what is written is written on it alone, so of two decisions
    /// on one version one is told that the case moved. What is granted has its line of the audit
    /// log in the same transaction; what is refused has none yet. Whoever was put out meanwhile
    /// decides nothing.
    ///
    /// # Errors
    /// [`ReconcilerError::Moved`], [`ReconcilerError::PutOut`], and as [`Reconciler::reconcile`].
    pub async fn decide(
        &self,
        case: CaseId,
        base_version: u64,
        motions: &[Motion],
        by: Decider<'_>,
    ) -> Result<Answers, ReconcilerError> {
        let asked = ReconcileRequest {
            base: Some(base_version),
            motions,
            by: Some(by),
        };
        Ok(self.reconcile_on(case, asked).await?.answers)
    }

    /// As [`Reconciler::decide`], for a channel that reports what happened at its side, and for a
    /// claim: they were shown no version.
    ///
    /// # Errors
    /// [`ReconcilerError::PutOut`], [`ReconcilerError::Moved`] for a claim that was granted before,
    /// and as [`Reconciler::reconcile`].
    pub async fn report(
        &self,
        case: CaseId,
        motions: &[Motion],
        by: Decider<'_>,
    ) -> Result<Answers, ReconcilerError> {
        let asked = ReconcileRequest {
            base: None,
            motions,
            by: Some(by),
        };
        Ok(self.reconcile_on(case, asked).await?.answers)
    }

    /// Merges what waits of a case that a desk decides about together with another one; returns the
    /// version on which it then must stand, if it had to stand on one before.
    pub(super) async fn catch_up(
        &self,
        case: CaseId,
        base_version: Option<u64>,
    ) -> Result<Option<u64>, ReconcilerError> {
        let asked = ReconcileRequest {
            base: base_version,
            ..ReconcileRequest::default()
        };
        let outcome = self.reconcile_on(case, asked).await?;
        Ok(base_version.map(|_| outcome.version))
    }
}

impl GatheredCase {
    /// Passes when the case stands on this version of the facts, if it has to stand on one.
    pub(super) fn stands_on(&self, version: Option<u64>) -> Result<(), ReconcilerError> {
        match version {
            Some(version) if version != self.stored.facts.version => Err(ReconcilerError::Moved),
            _ => Ok(()),
        }
    }
}

/// Who of those that the case names, and that the motions would give it to, is not there any more.
pub(super) async fn departed(
    conn: &mut PgConnection,
    facts: &Facts,
    motions: &[Motion],
    now: Timestamp,
) -> Result<Vec<Author>, RegistryError> {
    let open = facts.assignments.iter().filter(|a| a.to.is_none());
    let named: Vec<Author> = open.map(|a| a.author()).chain(targets(motions)).collect();
    presence::list_departed(conn, &named, now).await
}

/// Whether everybody to whom the motions gave the case is there, held so until the end of the
/// transaction; but for those of whom the reconciliation knew that they are not, and who were
/// refused.
pub(super) async fn are_there(
    conn: &mut PgConnection,
    motions: &[Motion],
    departed: &[Author],
    now: Timestamp,
) -> Result<bool, RegistryError> {
    let named: Vec<Author> = targets(motions)
        .filter(|to| !departed.contains(to))
        .collect();
    Ok(presence::list_departed(conn, &named, now).await?.is_empty())
}

/// Passes when whoever decided may still come in, and holds that until the end of the transaction:
/// an account that is being closed, a role or a session that is being ended, waits, or is waited
/// for. The server itself is always there.
pub(super) async fn is_let_in(
    conn: &mut PgConnection,
    by: Option<Decider<'_>>,
    now: Timestamp,
) -> Result<(), ReconcilerError> {
    let Some(by) = by else {
        return Ok(());
    };
    let over = SessionStatus::Ended(EndReason::SignedOut);
    let status = match by.admission {
        DeciderAdmission::Session { session, user }
        | DeciderAdmission::Claimer { session, user, .. } => {
            // The account before the session, as whoever closes it takes them.
            user::hold(conn, user).await?;
            let session = session::hold(conn, session, now).await?;
            session.map_or(over, |session| session.standing)
        }
        DeciderAdmission::Channel { channel, .. } => match channel::hold(conn, channel).await? {
            true => SessionStatus::Live,
            false => over,
        },
    };
    if let DeciderAdmission::Claimer { user, claim, .. } = by.admission {
        is_claimed_once(conn, user, claim).await?;
    }
    match status {
        SessionStatus::Live => Ok(()),
        over => Err(ReconcilerError::PutOut(over)),
    }
}

/// Passes a claim that was not answered before; the case is locked.
async fn is_claimed_once(
    conn: &mut PgConnection,
    user: UserId,
    CaseClaim { id, case }: CaseClaim,
) -> Result<(), ReconcilerError> {
    match claim::lookup_outcome(conn, case, user, id).await? {
        None => Ok(()),
        Some(_) => Err(ReconcilerError::Moved),
    }
}

fn targets(motions: &[Motion]) -> impl Iterator<Item = Author> + '_ {
    let targets = motions.iter().flat_map(|motion| motion.act.targets());
    targets.copied()
}
