//! Adopting a case that was begun on a phone: registered with everything the phone sent, or not at
//! all.

use super::{IncidentReceipt, Reconciler, ReconcilerError, open::store_new};
use hejie_case::{
    ids::{CaseId, DeviceId, RegionCode},
    reconcile::{Adoption, ReceivedChange},
    rights::{Danger, ObjectEntry},
    role::Author,
};
use hejie_registry::{
    case::{self, NameKind},
    danger::{self, Reporter},
    identity::{channel, org},
    link,
    log::{self, batch::SignedBatch, change::ChangeSender},
    pool,
};
use hejie_wire::chunk::Admitted;

/// What a phone sent for a case that it began.
pub struct BegunCase<'a> {
    /// The case, named by the phone.
    pub case: CaseId,
    /// The phone.
    pub device: DeviceId,
    /// The person, in the role of the session.
    pub by: Author,
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
    /// Adopts a case.
    ///
    /// # Errors
    /// [`ReconcilerError::Refused`] with the reason when the document cannot be registered as it
    /// is; others when something is away.
    pub async fn adopt(&self, begun: &BegunCase<'_>) -> Result<IncidentReceipt, ReconcilerError> {
        let now = self.0.clock.now();
        let mut tx = pool::begin(&self.0.pool).await?;
        let received = |a: &Admitted| ReceivedChange {
            hash: a.hash,
            actor: a.header.actor,
            bytes: a.bytes.clone(),
            received_at: now,
        };
        let adoption = Adoption {
            case: begun.case,
            case_no: self.number(&mut tx, begun.region, now).await?,
            public_code: self.public_code(&mut tx, begun.case).await?,
            territory: begun.region.clone(),
            channels: channel::list_of_county(&mut tx, begun.region).await?,
            changes: begun.changes.iter().map(received).collect(),
            by: begun.by,
            orgs: org::list_facts(&mut tx, &[begun.by.org]).await?,
            policy: self.0.policy.clone(),
            now,
        };
        case::claim_name(
            &mut tx,
            NameKind::CaseNo,
            adoption.case_no.as_str(),
            begun.case,
        )
        .await?;
        let settled = match self.0.workers.adopt(adoption.clone()).await? {
            Ok(settled) => settled,
            Err(refusal) => {
                return Err(ReconcilerError::Refused(refusal));
            }
        };
        let (device, author) = (begun.device, begun.by);
        let sender = ChangeSender::Phone { device, author };
        store_new(
            &mut tx,
            &self.0.receivers,
            &settled,
            sender,
            begun.changes,
            begun.objects,
        )
        .await?;
        let by = Reporter {
            user: author.user,
            device,
        };
        danger::note(&mut tx, begun.case, begun.reports, by, Some(now), now).await?;
        log::batch::add(&mut tx, begun.signed, now).await?;
        link::propose_similar(&mut tx, begun.case, now).await?;
        pool::commit(tx).await?;
        let Adoption {
            case,
            case_no,
            public_code,
            ..
        } = adoption;
        let receipt = IncidentReceipt {
            case,
            case_no,
            public_code,
            received_at: now,
            version: settled.facts.version,
        };
        self.opened(&receipt);
        Ok(receipt)
    }
}
