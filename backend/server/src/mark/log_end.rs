//! Whether the registry was set back under this running server since it looked last, told by the
//! audit log: of a log that is only ever added to, the last line that was seen stays where it is.
//!
//! It is asked whenever somebody comes in, since what was taken back from people lies beside the
//! marks and not in the backup: until that was carried out once more, nobody may come in. What
//! happened between the last look and the restore nobody saw; the marks are looked at each minute
//! besides.

use super::{MarkError, Marks, SetBack};
use hejie_registry::{
    audit::{self, LogEnd},
    error::RegistryError,
    pool::{self, PgConnection, PgPool},
};
use jiff::Timestamp;
use parking_lot::Mutex;

/// The end of the audit log as this process saw it last.
#[derive(Debug, Default)]
pub(super) struct SeenLogEnd {
    last: Mutex<LogEnd>,
    /// Of all who find the registry set back one looks at the marks, and the others wait.
    checking: tokio::sync::Mutex<()>,
}

impl SeenLogEnd {
    /// What was seen in a log that goes on from what was seen before.
    fn advance(&self, end: LogEnd) {
        let mut last = self.last.lock();
        if end.seq > last.seq {
            *last = end;
        }
    }

    /// What is seen in a log of which the marks were looked at since.
    pub(super) fn replace(&self, end: LogEnd) {
        *self.last.lock() = end;
    }
}

impl Marks {
    /// Whether the registry still has all that this process saw of it. Asked outside of a
    /// transaction, or in one that sees what is committed by now.
    ///
    /// # Errors
    /// Postgres failed.
    pub async fn has_all_seen(&self, conn: &mut PgConnection) -> Result<bool, RegistryError> {
        let seen = *self.seen.last.lock();
        let (end, goes_on) = audit::follow(conn, &seen).await?;
        if goes_on {
            self.seen.advance(end);
        }
        Ok(goes_on)
    }

    /// Looks at the marks before anybody comes in, where the registry was set back under this
    /// server.
    ///
    /// # Errors
    /// When a mark or the registry cannot be read or written: then nobody comes in.
    pub async fn check_first(&self, pool: &PgPool, now: Timestamp) -> Result<(), MarkError> {
        let _one = self.seen.checking.lock().await;
        let mut conn = pool::acquire(pool).await?;
        if self.has_all_seen(&mut conn).await? {
            return Ok(());
        }
        drop(conn);
        tracing::warn!(
            "the registry lost what this server saw of it: the marks are looked at before anybody comes in"
        );
        if let Some(SetBack { epoch, rows }) = self.check(pool, now).await? {
            tracing::warn!(
                epoch,
                rows,
                "a new epoch begins, and phones bring back what they hold"
            );
        }
        Ok(())
    }
}
