//! Somebody at a desk before one case: the one path that every decision takes.
//!
//! Every act names the version of the facts on which it was decided; if the case moved since,
//! nothing happens and the desk is told to look again. Whether the act is allowed is a matter of
//! the rules of the case alone; here it is only handed in, and what came of it is written into the
//! audit log under the name of the operation: what is granted in the transaction that it is granted
//! in, what is refused after that.

use super::list::CaseSummaryView;
use crate::{
    access::{Caller, Operation},
    identity,
    problem::{Json, Problem},
    reconcile::{Decider, DeciderAdmission, JointDecision, ReconcilerError},
    state::AppState,
};
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use hejie_case::{
    act::Act,
    ids::{CaseId, RegionCode},
    reason::Reason,
    rule::Motion,
};
use hejie_registry::{audit, case, pool};
use jiff::Timestamp;
use uuid::Uuid;

/// The answer to every act: the case as it stands afterwards.
pub(super) type ActAnswer = Result<Json<CaseSummaryView>, Problem>;

/// Somebody at a desk, before the case that the path names as `id`.
pub struct DeskContext {
    pub(super) state: AppState,
    pub(super) caller: Caller,
    pub(super) case: CaseId,
    operation: Operation,
}

impl DeskContext {
    /// Decides, on a version of the facts.
    ///
    /// # Errors
    /// The case is not the caller's to see, moved since, or a rule refuses.
    pub(super) async fn decide(&self, base_version: u64, act: impl Into<Act>) -> ActAnswer {
        self.begin(base_version).await?;
        let record = self.record();
        let motion = self.motion(act.into(), record.at);
        let motions = std::slice::from_ref(&motion);
        let reconciler = &self.state.reconciler;
        let answers = reconciler
            .decide(self.case, base_version, motions, self.decider(&record))
            .await?;
        let refusal = answers.into_iter().flatten().next();
        self.finish(&record, refusal).await
    }

    /// The desk, whose decision stands in the audit log under the name of the act.
    pub(super) fn named(self, act: &'static str) -> Self {
        Self {
            operation: Operation(act),
            ..self
        }
    }

    /// Decides about this case and another one, which `deed` hands to the reconciliation together
    /// with the line of the audit log.
    ///
    /// # Errors
    /// Like [`DeskContext::decide`].
    pub(super) async fn decide_with<T>(
        &self,
        base_version: u64,
        record: &audit::AuditEvent<'_>,
        deed: impl Future<Output = Result<Result<T, Reason>, ReconcilerError>>,
    ) -> ActAnswer {
        self.begin(base_version).await?;
        let verdict = deed.await?;
        self.finish(record, verdict.err()).await
    }

    /// Where a case lies that the caller may see.
    ///
    /// # Errors
    /// It is not the caller's to see, or there is none.
    pub(super) async fn sees(&self, case: CaseId) -> Result<RegionCode, Problem> {
        let mut conn = pool::acquire(&self.state.pool).await?;
        let scope = self.caller.scope(self.state.clock.now());
        let line = case::lookup_line_within(&mut conn, &scope, case).await?;
        Ok(line.ok_or(Problem::NotFound)?.region)
    }

    /// Sees to it that the caller may see the case and knows how it stands.
    pub(super) async fn begin(&self, base_version: u64) -> Result<(), Problem> {
        let mut conn = pool::acquire(&self.state.pool).await?;
        let scope = self.caller.scope(self.state.clock.now());
        let line = case::lookup_line_within(&mut conn, &scope, self.case).await?;
        let line = line.ok_or(Problem::NotFound)?;
        if line.version != base_version {
            return Err(Problem::Stale);
        }
        Ok(())
    }

    /// The line that an act leaves in the audit log, as of now.
    pub(super) fn record(&self) -> audit::AuditEvent<'_> {
        audit::AuditEvent {
            case: Some(self.case),
            ..self.caller.act(self.state.clock.now(), self.operation.0)
        }
    }

    /// What is decided about this case and another one.
    pub(super) fn decision<'a>(
        &self,
        base: u64,
        why: &'a str,
        record: &'a audit::AuditEvent<'a>,
    ) -> JointDecision<'a> {
        JointDecision {
            base: Some(base),
            by: self.caller.author(),
            why,
            desk: Some(self.decider(record)),
        }
    }

    /// Whoever sits here, with the line of the audit log.
    pub(super) fn decider<'a>(&self, record: &'a audit::AuditEvent<'a>) -> Decider<'a> {
        Decider {
            admission: DeciderAdmission::Session {
                session: self.caller.session,
                user: self.caller.user,
            },
            record,
        }
    }

    fn motion(&self, act: Act, now: Timestamp) -> Motion {
        Motion::online(act, self.caller.author(), now)
    }

    /// Answers; a refusal leaves its line in the audit log here.
    async fn finish(&self, record: &audit::AuditEvent<'_>, refusal: Option<Reason>) -> ActAnswer {
        if let Some(reason) = refusal {
            let tx = pool::begin(&self.state.pool).await?;
            let refused = audit::AuditEvent {
                ok: false,
                ..record.clone()
            };
            let now = self.state.clock.now();
            identity::commit_for(&self.caller, tx, &[refused], now).await?;
            return Err(Problem::Refused(reason));
        }
        let mut conn = pool::acquire(&self.state.pool).await?;
        let line = case::lookup_line(&mut conn, self.case).await?;
        Ok(Json(line.ok_or(Problem::NotFound)?.into()))
    }
}

impl FromRequestParts<AppState> for DeskContext {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller =
            <Caller as FromRequestParts<AppState>>::from_request_parts(parts, state).await?;
        let operation = parts.extensions.get::<Operation>().copied();
        let path = RawPathParams::from_request_parts(parts, state).await;
        let path = path.map_err(|_| Problem::NotFound)?;
        let mut named = path.iter().filter(|(name, _)| *name == "id");
        let case: Option<Uuid> = named.next().and_then(|(_, id)| id.parse().ok());
        Ok(Self {
            state: state.clone(),
            caller,
            case: case.ok_or(Problem::NotFound)?.into(),
            operation: operation.ok_or(Problem::NotAllowed)?,
        })
    }
}
