//! Applying a settled case: one transaction for facts, log, members, registry rows and what the
//! outside is told.

use super::{
    GatheredCase, Reconciler, ReconcilerError, ReconcilerParts,
    people::{ReconcileRequest, are_there, is_let_in},
    project, recused,
};
use crate::{
    channel::{ChannelMessage, Receivers},
    events::CaseMoved,
    membership::changed_members,
};
use hejie_case::{
    ids::{CaseId, ChangeHash},
    reconcile::{ConfirmationPacket, Effect, PAPERS, ReceivedChange, ReconcileOutput, Unmerged},
};
use hejie_registry::{
    case::{self, StoredCase, Unprojected},
    danger,
    error::RegistryError,
    feed::Move,
    identity::channel,
    log,
    pool::{self, PgConnection},
};
use jiff::Timestamp;
use uuid::Uuid;

/// How an attempt to apply a reconciliation ended.
pub(super) enum Applied {
    /// It stands.
    Done,
    /// The case moved since the reconciliation began.
    Moved,
    /// Nothing was written, because the registry objects to these fields, which it took before.
    Refused(Vec<Unprojected>),
}

/// What becomes of a reconciliation in which the registry objects to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Objections {
    /// It is not applied, so that the change to blame can be found.
    Refuse,
    /// A safe value takes the place of what the registry does not take, and the case shows it.
    Note,
}

impl Reconciler {
    /// Applies a reconciliation, if whoever decided is there, and everybody to whom it gives the
    /// case.
    pub(super) async fn apply(
        &self,
        before: &GatheredCase,
        merged: &[ReceivedChange],
        asked: ReconcileRequest<'_>,
        settled: &ReconcileOutput,
        objections: Objections,
    ) -> Result<Applied, ReconcilerError> {
        let (stored, now) = (&before.stored, self.0.clock.now());
        let case = stored.case;
        let mut tx = pool::begin(&self.0.pool).await?;
        log::lock_case(&mut tx, case).await?;
        is_let_in(&mut tx, asked.by, now).await?;
        if !are_there(&mut tx, asked.motions, &before.departed, now).await? {
            return Ok(Applied::Moved);
        }
        let known = case::list_unprojected(&mut tx, case).await?;
        let Some(unprojected) =
            write_noting(&mut tx, &self.0.receivers, stored, merged, settled, now).await?
        else {
            return Ok(Applied::Moved);
        };
        let is_known = |field: &Unprojected| known.iter().any(|k| k.path == field.path);
        let news: Vec<_> = unprojected.into_iter().filter(|f| !is_known(f)).collect();
        if !news.is_empty() {
            tracing::error!(case.id = %case, fields = ?news, "the registry does not take what a case says");
            if objections == Objections::Refuse {
                return Ok(Applied::Refused(news));
            }
        }
        if let Some(by) = asked.by.filter(|_| is_granted(settled)) {
            by.note(&mut tx, now).await?;
        }
        let recused = [&stored.facts, &settled.facts].map(|facts| facts.recused.as_slice());
        recused::note(&self.0.parts, &mut tx, case, recused).await;
        pool::commit(tx).await?;
        self.moved_from(stored, settled);
        Ok(Applied::Done)
    }

    /// The fields of a reconciliation that the registry would not take; nothing is written.
    pub(super) async fn objections(
        &self,
        before: &StoredCase,
        settled: &ReconcileOutput,
    ) -> Result<Vec<Unprojected>, RegistryError> {
        let mut tx = pool::begin(&self.0.pool).await?;
        log::lock_case(&mut tx, before.case).await?;
        let written = write_noting(
            &mut tx,
            &self.0.receivers,
            before,
            &[],
            settled,
            self.0.clock.now(),
        )
        .await?;
        Ok(written.unwrap_or_default())
    }

    /// Hands effects of a case to the outbox in the caller's transaction; after the commit ring.
    ///
    /// # Errors
    /// Postgres failed.
    pub async fn tell(
        &self,
        conn: &mut PgConnection,
        case: CaseId,
        effects: &[Effect],
    ) -> Result<(), RegistryError> {
        tell(conn, &self.0.receivers, case, effects, self.0.clock.now()).await
    }

    /// As [`Self::moved`]; what came into the case late is handed on at once, and by the next sweep
    /// should the server die now. What could not be handed on waits for the sweep.
    pub(super) fn moved_from(&self, before: &StoredCase, settled: &ReconcileOutput) {
        let has_news = before.facts.version != settled.facts.version;
        if has_news && settled.facts.is_to_hand_on() {
            self.nudge(settled.facts.case_id);
        }
        self.moved(settled);
    }

    /// Tells the consoles that a case moved, after the commit.
    pub(super) fn moved(&self, settled: &ReconcileOutput) {
        self.0.events.send(CaseMoved {
            case_id: settled.facts.case_id,
            version: settled.facts.version,
        });
        if !settled.effects.is_empty() {
            self.0.outbox.ring();
        }
    }
}

/// Whether no rule refused an act of the console.
fn is_granted(settled: &ReconcileOutput) -> bool {
    settled.answers.iter().all(Option::is_none)
}

/// Writes a reconciliation in the caller's transaction, which has locked the case; tells whether
/// the case still stood where the reconciliation started. If not, the caller must not commit. What
/// the registry does not take is noted at the case.
pub(super) async fn write(
    tx: &mut PgConnection,
    parts: &ReconcilerParts,
    before: &StoredCase,
    merged: &[ReceivedChange],
    settled: &ReconcileOutput,
    now: Timestamp,
) -> Result<bool, RegistryError> {
    let to = &parts.receivers;
    let written = write_noting(tx, to, before, merged, settled, now).await?;
    if written.is_some() {
        let recused = [&before.facts, &settled.facts].map(|facts| facts.recused.as_slice());
        recused::note(parts, tx, before.case, recused).await;
    }
    Ok(written.is_some())
}

/// As [`write`]; returns the fields of which the registry did not take what was settled, none if
/// the case had moved.
async fn write_noting(
    tx: &mut PgConnection,
    to: &Receivers,
    before: &StoredCase,
    merged: &[ReceivedChange],
    settled: &ReconcileOutput,
    now: Timestamp,
) -> Result<Option<Vec<Unprojected>>, RegistryError> {
    let case = before.case;
    let Some(projected) = project::settled(tx, before, settled, now).await? else {
        return Ok(None);
    };
    let settled = &*projected.settled;
    let mut moves = set_merged(tx, case, merged, &settled.unmerged).await?;
    if settled.facts.version != before.facts.version {
        moves.push(Move::Facts);
        moves.extend(changed_members(tx, &settled.facts, now).await?);
        if !settled.answers.is_empty() {
            case::recovery::set_decided(tx, case).await?;
        }
    }
    tell(tx, to, case, &settled.effects, now).await?;
    danger::call::follow(tx, &settled.facts).await?;
    if !moves.is_empty() {
        log::touch_case(tx, case, &moves, now).await?;
    }
    Ok(Some(projected.unprojected))
}

/// Hands the effects of a reconciliation to the outbox, from which they leave after the commit.
/// Whoever writes a reconciliation calls this, the first one of a case included: a danger that does
/// not reach the police is the worst that can happen here.
pub(super) async fn tell(
    conn: &mut PgConnection,
    to: &Receivers,
    case_id: CaseId,
    effects: &[Effect],
    now: Timestamp,
) -> Result<(), RegistryError> {
    for effect in effects {
        let key = effect.key(case_id);
        if let (Some(entry), Effect::PoliceOrder { order, .. }) = (effect.reported_in(), effect) {
            danger::note_told(conn, case_id, entry, now).await?;
            danger::call::begin(conn, case_id, (key, entry), order.at).await?;
        }
        match effect {
            Effect::Feedback {
                channel,
                external_no,
                text,
                ..
            } => {
                let message = ChannelMessage::Feedback {
                    case_id,
                    external_no,
                    text,
                    closed_at: now,
                };
                message.owe(conn, key, channel).await?;
            }
            // The police reported it themselves, and what they are told of it is the answer to
            // that.
            Effect::PoliceOrder { order, .. } if order.known_to.as_ref() == Some(&to.police) => {}
            Effect::PoliceOrder { order, .. } => {
                let message = ChannelMessage::PoliceOrder {
                    case_id,
                    text: &order.text,
                    reported_at: now,
                };
                message.owe(conn, key, &to.police).await?;
            }
            Effect::Confirmation(packet) => apply_for(conn, case_id, (key, packet)).await?,
            Effect::Push {
                target, department, ..
            } => {
                let department = department.as_deref();
                let receiver = to.of_push(conn, case_id, *target, department).await?;
                if let Some(channel) = receiver {
                    let message = ChannelMessage::Push {
                        case_id,
                        target: *target,
                        department,
                        pushed_at: now,
                    };
                    message.owe(conn, key, &channel).await?;
                }
            }
        }
    }
    Ok(())
}

/// Hands an application for judicial confirmation in, where the court has a channel; else a person
/// takes it there, and a desk notes what came of it.
async fn apply_for(
    conn: &mut PgConnection,
    case_id: CaseId,
    (key, packet): (Uuid, &ConfirmationPacket),
) -> Result<(), RegistryError> {
    let Some(channel) = channel::of_court(conn, case_id, &packet.court).await? else {
        return Ok(());
    };
    let message = ChannelMessage::Confirmation {
        case_id,
        case_no: packet.case_no.as_str(),
        court: &packet.court,
        agreement_no: &packet.agreement_no,
        content_hash: &packet.content_hash,
        effective_at: packet.effective_at,
        papers: &PAPERS,
        sent_at: packet.sent_at,
    };
    message.owe(conn, key, &channel).await
}

async fn set_merged(
    conn: &mut PgConnection,
    case: CaseId,
    merged: &[ReceivedChange],
    unmerged: &[Unmerged],
) -> Result<Vec<Move>, RegistryError> {
    let failed = |hash: &ChangeHash| unmerged.iter().any(|u| u.hash == *hash);
    let good: Vec<ChangeHash> = merged
        .iter()
        .map(|c| c.hash)
        .filter(|hash| !failed(hash))
        .collect();
    log::change::set_merged(conn, case, &good).await?;
    let mut moves = Vec::new();
    for bad in unmerged {
        moves.extend(log::quarantine::quarantine(conn, case, &[bad.hash], &bad.reason).await?);
    }
    Ok(moves)
}
