//! Adopting a case that was begun on a phone: registered with everything the phone sent, or not at
//! all.

use super::{
    IncidentReceipt, Reconciler, ReconcilerError,
    open::{DrawnNo, store_new},
};
use hejie_case::{
    ids::{CaseId, DeviceId, PublicCode, RegionCode},
    reconcile::{Adoption, ReceivedChange, ReconcileOutput},
    rights::{Danger, ObjectEntry},
    role::Author,
};
use hejie_registry::{
    case::{self, NameKind, duty, report},
    danger::{self, Reporter},
    identity::{
        channel, org,
        session::{self, SessionStatus},
    },
    link,
    log::{self, batch::SignedBatch, change::ChangeSender},
    pool::{self, PgConnection},
};
use hejie_wire::chunk::Admitted;
use jiff::Timestamp;
use uuid::Uuid;

/// What a phone sent for a case that it began.
pub struct BegunCase<'a> {
    /// The case, named by the phone.
    pub case: CaseId,
    /// The phone.
    pub device: DeviceId,
    /// The person, in the role of the session.
    pub by: Author,
    /// The session, which must hold when the case is registered.
    pub session: Uuid,
    /// The territory of the person's organisation, in which the case gets its number.
    pub region: &'a RegionCode,
    /// All changes, judged by form and rights.
    pub changes: &'a [Admitted],
    /// The objects that they make.
    pub objects: &'a [ObjectEntry],
    /// The dangers that the changes report.
    pub reports: &'a [Danger],
    /// What the phone signed.
    pub signed: &'a SignedBatch,
}

impl Reconciler {
    /// Adopts a case. It is looked at before a number is drawn: whoever sends a draft that cannot
    /// be registered, however often, holds up nobody and uses no number up.
    ///
    /// # Errors
    /// [`ReconcilerError::Refused`] with the reason when the document cannot be registered as it
    /// is; [`ReconcilerError::PutOut`]; others when something is away.
    pub async fn adopt(&self, begun: &BegunCase<'_>) -> Result<IncidentReceipt, ReconcilerError> {
        pool::again(|| self.adopt_once(begun)).await
    }

    async fn adopt_once(&self, begun: &BegunCase<'_>) -> Result<IncidentReceipt, ReconcilerError> {
        let mut adoption = self.adoption(begun).await?;
        let mut settled = self.look_at(&adoption).await?;
        let mut tx = pool::begin(&self.0.pool).await?;
        let no = self.draw(&mut tx, begun.region, adoption.now).await?;
        let code = self.claim_names(&mut tx, &no, &adoption).await?;
        let is_as_expected = (&no.case_no, &code) == (&adoption.case_no, &adoption.public_code);
        adoption.case_no = no.case_no.clone();
        adoption.public_code = code;
        let is_offered = self.offer(&mut tx, &mut adoption, &settled).await?;
        if !is_as_expected || is_offered {
            settled = self.look_at(&adoption).await?;
        }
        self.store_adopted(&mut tx, begun, &settled).await?;
        is_still_in(&mut tx, begun.session, adoption.now).await?;
        self.note(&no).await?;
        pool::commit(tx).await?;
        let receipt = IncidentReceipt {
            case: adoption.case,
            case_no: adoption.case_no,
            public_code: adoption.public_code,
            received_at: adoption.now,
            version: settled.facts.version,
        };
        self.opened(&receipt);
        Ok(receipt)
    }

    /// What a worker is asked, under the names that the case will probably get.
    async fn adoption(&self, begun: &BegunCase<'_>) -> Result<Adoption, ReconcilerError> {
        let now = self.0.clock.now();
        let received = |a: &Admitted| ReceivedChange {
            hash: a.hash,
            actor: a.header.actor,
            bytes: a.bytes.clone(),
            received_at: now,
        };
        let mut conn = pool::acquire(&self.0.pool).await?;
        Ok(Adoption {
            case: begun.case,
            case_no: self.expected_no(&mut conn, begun.region, now).await?,
            public_code: self.random_code()?,
            territory: begun.region.clone(),
            channels: channel::list_of_county(&mut conn, begun.region).await?,
            changes: begun.changes.iter().map(received).collect(),
            by: begun.by,
            offer_to: None,
            orgs: org::list_facts(&mut conn, &[begun.by.org]).await?,
            policy: self.0.policy.clone(),
            now,
        })
    }

    async fn look_at(&self, adoption: &Adoption) -> Result<ReconcileOutput, ReconcilerError> {
        let settled = self.0.workers.adopt(adoption.clone()).await?;
        settled.map_err(ReconcilerError::Refused)
    }

    /// Finds who is on duty for a case whose author only reports; tells whether anybody is.
    async fn offer(
        &self,
        tx: &mut PgConnection,
        adoption: &mut Adoption,
        looked_at: &ReconcileOutput,
    ) -> Result<bool, ReconcilerError> {
        if !adoption.by.role.only_reports() {
            return Ok(false);
        }
        let region = &looked_at.facts.region;
        adoption.offer_to = duty::find_on_duty(tx, region, adoption.now).await?;
        let Some(target) = adoption.offer_to else {
            return Ok(false);
        };
        adoption
            .orgs
            .extend(org::list_facts(tx, &[target.org]).await?);
        Ok(true)
    }

    /// Claims the drawn number and a public code: the expected one, unless a case has it already.
    async fn claim_names(
        &self,
        tx: &mut PgConnection,
        no: &DrawnNo,
        adoption: &Adoption,
    ) -> Result<PublicCode, ReconcilerError> {
        let (case, code) = (adoption.case, &adoption.public_code);
        case::claim_name(tx, NameKind::CaseNo, no.case_no.as_str(), case).await?;
        if case::claim_name(tx, NameKind::PublicCode, code.as_str(), case).await? {
            return Ok(code.clone());
        }
        self.public_code(tx, case).await
    }

    async fn store_adopted(
        &self,
        tx: &mut PgConnection,
        begun: &BegunCase<'_>,
        settled: &ReconcileOutput,
    ) -> Result<(), ReconcilerError> {
        let (device, author, now) = (begun.device, begun.by, settled.facts.registered_at);
        let sender = ChangeSender::Phone { device, author };
        let to = &self.0.receivers;
        store_new(tx, to, settled, sender, begun.changes, begun.objects).await?;
        if author.role.only_reports() {
            report::add(tx, begun.case, author, now).await?;
        }
        let by = Reporter {
            user: author.user,
            device,
        };
        danger::note(tx, begun.case, begun.reports, by, Some(now), now).await?;
        log::batch::add(tx, begun.signed, now).await?;
        Ok(link::propose_similar(tx, begun.case, now).await?)
    }
}

/// Passes while the session of whoever sent something holds, which is held so until the end of the
/// transaction; behind all that it locks.
pub(super) async fn is_still_in(
    conn: &mut PgConnection,
    session: Uuid,
    now: Timestamp,
) -> Result<(), ReconcilerError> {
    match session::hold_standing(conn, session, now).await? {
        SessionStatus::Live => Ok(()),
        over => Err(ReconcilerError::PutOut(over)),
    }
}
