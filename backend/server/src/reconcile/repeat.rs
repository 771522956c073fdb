//! A new incident meets the cases that are known: a further call about one of them (E29, E28), or a
//! new case.
//!
//! Only what cannot be meant otherwise links by itself: the channel's own number, or the keyed
//! hashes of both parties. The same place and category, the weaker figure, names a building and not
//! two people; it is proposed to a dispatcher (M09).

use super::{ATTEMPTS, IncidentReceipt, Reconciler, ReconcilerError, Report, apply::write};
use hejie_case::{facts::RepeatCall, ids::CaseId, reconcile::call_again, rule::Motion};
use hejie_registry::{
    case::{self, duty},
    incident::{self, Incident},
    link::{self, EarlierCase, IncidentRelation, Trace},
    log,
    pool::PgConnection,
};
use jiff::{SignedDuration, Timestamp};

/// A new incident, and the case that it becomes if no case answers it.
#[derive(Debug, Clone, Copy)]
pub struct IncidentCall<'a> {
    /// The incident, kept in the same transaction.
    pub incident: &'a Incident,
    /// The channel's own number of an earlier incident of the same dispute.
    pub repeat_of: Option<&'a str>,
    /// What is reported.
    pub report: &'a Report,
}

/// Which case answers an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchedIncident {
    /// The case.
    pub receipt: IncidentReceipt,
    /// It was known before.
    pub is_repeat: bool,
}

impl Reconciler {
    /// Finds or opens the case of a new incident, in the caller's transaction; after the commit
    /// call [`Reconciler::opened`].
    ///
    /// # Errors
    /// See [`ReconcilerError`].
    pub async fn answer(
        &self,
        tx: &mut PgConnection,
        call: &IncidentCall<'_>,
    ) -> Result<MatchedIncident, ReconcilerError> {
        let (incident, now) = (call.incident, self.0.clock.now());
        let trace = Trace {
            channel: &incident.channel,
            repeat_of: call.repeat_of,
            pair: incident.pair.as_ref(),
        };
        let watch = SignedDuration::from_hours(24 * i64::from(self.policy().relapse_days));
        let watch = now.saturating_sub(watch).unwrap_or(Timestamp::MIN);
        let earlier = link::find_earlier(tx, &trace, watch).await?;
        if let Some(EarlierCase {
            reported,
            is_live: true,
            ..
        }) = earlier
            && let Some(receipt) = self.repeat(tx, reported, incident).await?
        {
            incident::set_case(tx, incident.id, receipt.case).await?;
            let relation = IncidentRelation::Repeat;
            link::add(tx, receipt.case, incident.id, relation, now).await?;
            return Ok(MatchedIncident {
                receipt,
                is_repeat: true,
            });
        }
        let receipt = self.open(tx, call.report).await?;
        incident::set_case(tx, incident.id, receipt.case).await?;
        link::add(tx, receipt.case, incident.id, IncidentRelation::Origin, now).await?;
        if let Some(EarlierCase { case, .. }) = earlier {
            link::add(tx, case, incident.id, IncidentRelation::Linked, now).await?;
        }
        Ok(MatchedIncident {
            receipt,
            is_repeat: false,
        })
    }

    /// Lets a case hear of a further call: linked, its closing disputed, or reopened, as its stage
    /// asks for, and triaged and offered as after a first one; if it went on under another one a
    /// moment ago, that one. None if it refuses.
    async fn repeat(
        &self,
        tx: &mut PgConnection,
        reported: CaseId,
        incident: &Incident,
    ) -> Result<Option<IncidentReceipt>, ReconcilerError> {
        for _ in 0..ATTEMPTS {
            let now = self.0.clock.now();
            let mut through = link::way(tx, reported).await?;
            let case = through.pop().ok_or(ReconcilerError::UnknownCase)?;
            through.reverse();
            let call = RepeatCall {
                channel: incident.channel.clone(),
                external_no: incident.external_no.clone(),
                received_at: incident.received_at,
                through,
                situation: Some(incident.situation.clone()),
            };
            let motions = self.called_again(tx, case, call, now).await?;
            let before = self.gather(case, &motions).await?;
            let settled = self.think_through(&before, &motions, now).await?;
            // The call itself is the first.
            if settled.answers.first().is_some_and(Option::is_some) {
                return Ok(None);
            }
            log::lock_case(tx, case).await?;
            if write(
                tx,
                &self.0.parts,
                &before.stored,
                &before.changes,
                &settled,
                now,
            )
            .await?
            {
                return Ok(Some(IncidentReceipt {
                    case,
                    case_no: settled.facts.case_no.clone(),
                    public_code: settled.facts.public_code.clone(),
                    received_at: incident.received_at,
                    version: settled.facts.version,
                }));
            }
        }
        Err(ReconcilerError::Contended)
    }

    /// What a further call asks of a case as it stands.
    async fn called_again(
        &self,
        tx: &mut PgConnection,
        case: CaseId,
        call: RepeatCall,
        now: Timestamp,
    ) -> Result<Vec<Motion>, ReconcilerError> {
        let stored = case::lookup(tx, case).await?;
        let facts = stored.ok_or(ReconcilerError::UnknownCase)?.facts;
        let on_duty = duty::find_on_duty(tx, &facts.region, now).await?;
        Ok(call_again(&facts, call, on_duty, now))
    }
}
