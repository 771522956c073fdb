//! Orders of destruction beside the marks: a registry that comes out of a backup knows nothing of
//! the orders that were given since, and backup and phones still hold what was destroyed.
//!
//! An order is kept before it is committed, one file each, in every place where marks are kept:
//! where the server dies in between, the order is carried out at its next start.

use super::{
    MarkError, Marks,
    record::{MarkRecord, PlaceNotes},
};
use hejie_case::ids::{CaseId, EntryId};
use hejie_registry::{
    audit::{self, AuditEvent},
    mark,
    pool::{self, PgConnection, PgPool},
    secret::{
        self,
        destroyed::{DestroyedSecret, destroy_again, list_undestroyed},
    },
};
use jiff::Timestamp;
use std::collections::BTreeSet;
use uuid::Uuid;

impl Marks {
    /// Keeps an order of destruction in every place, in the caller's transaction that carries it
    /// out.
    ///
    /// # Errors
    /// When a place cannot be written: then the caller destroys nothing.
    pub async fn note_destroyed(
        &self,
        conn: &mut PgConnection,
        left: &DestroyedSecret,
    ) -> Result<(), MarkError> {
        let registry = mark::registry(conn).await?;
        let name = name_of(left.case, left.party);
        let bytes = serde_json::to_vec(left).map_err(MarkError::Malformed)?;
        self.put_record((registry, MarkRecord::Destroyed), &name, bytes)
            .await
    }

    /// Destroys an identity again of which an order is kept and the registry knows none; tells
    /// whether it did.
    ///
    /// # Errors
    /// When a place or the registry cannot be read or written.
    pub async fn destroy_again(
        &self,
        conn: &mut PgConnection,
        (case, party): (CaseId, EntryId),
        now: Timestamp,
    ) -> Result<bool, MarkError> {
        let registry = mark::registry(conn).await?;
        let Some(left) = self.order(registry, &name_of(case, party)).await? else {
            return Ok(false);
        };
        if !destroy_again(conn, &left).await? {
            return Ok(false);
        }
        let object = left.party.to_string();
        let purpose = format!("{}: {}", left.order_no, left.reason);
        let act = AuditEvent {
            at: now,
            user: None,
            device: None,
            address: None,
            action: "destroy_identity_again",
            object: Some(&object),
            case: Some(left.case),
            purpose: Some(&purpose),
            ok: true,
        };
        audit::add(conn, &act).await?;
        tracing::warn!(case.id = %left.case, party.id = %left.party, "an identity that was destroyed before the registry was set back is destroyed again");
        Ok(true)
    }

    /// Carries out once more what the registry does not know any more: all that reads, before it
    /// says of what it does not.
    pub(super) async fn destroy_all_again(
        &self,
        pool: &PgPool,
        now: Timestamp,
    ) -> Result<(), MarkError> {
        let mut conn = pool::acquire(pool).await?;
        let registry = mark::registry(&mut conn).await?;
        let ordered = self.ordered(registry).await?;
        if ordered.is_empty() {
            return Ok(());
        }
        let undone = list_undestroyed(&mut conn, &ordered).await?;
        let mut unread = Ok(());
        for party in &undone {
            let mut tx = pool::begin(pool).await?;
            match self.destroy_again(&mut tx, *party, now).await {
                Ok(_) => pool::commit(tx).await?,
                Err(error @ MarkError::Unread { .. }) => unread = Err(error),
                Err(error) => return Err(error),
            }
        }
        if !undone.is_empty() {
            secret::sweep_out(&mut conn).await?;
        }
        unread
    }

    /// Whose identities all places together know as destroyed.
    async fn ordered(&self, registry: Uuid) -> Result<BTreeSet<(CaseId, EntryId)>, MarkError> {
        let names = self.list_records((registry, MarkRecord::Destroyed)).await?;
        Ok(names.iter().filter_map(|name| party_of(name)).collect())
    }

    async fn order(
        &self,
        registry: Uuid,
        name: &str,
    ) -> Result<Option<DestroyedSecret>, MarkError> {
        let place = (registry, MarkRecord::Destroyed);
        match self.read_notes(place, name).await? {
            PlaceNotes::Read(orders) => Ok(orders.into_iter().next()),
            PlaceNotes::Unread => Err(MarkError::Unread {
                file: name.to_owned(),
            }),
        }
    }
}

fn name_of(case: CaseId, party: EntryId) -> String {
    format!("{}.{}.json", case.0, party.0)
}

/// Whose order it is, by its name; one that was not written whole has another.
fn party_of(name: &str) -> Option<(CaseId, EntryId)> {
    let (case, party) = name.strip_suffix(".json")?.split_once('.')?;
    Some((CaseId(case.parse().ok()?), EntryId(party.parse().ok()?)))
}
