//! What somebody who only reported a case sends of it afterwards (R130): what was written before
//! the receipt came is taken as the rest of the report was, within the rights of the role.

use super::{
    admit::{CaseAdmission, CaseContext, refused_at_once},
    refusal::Refusal,
    sift::{self, Readable},
};
use crate::{identity, problem::Problem};
use hejie_case::role::Author;
use hejie_registry::{
    error::RegistryError,
    log,
    pool::{self, PgConnection},
    sync::{self, CaseMembership},
};
use hejie_wire::chunk::Admitted;

impl CaseContext<'_> {
    /// Takes in what a reporter sends; `None` if the case moved meanwhile.
    pub(super) async fn hear_reporter(
        &self,
        author: Author,
        readable: &Readable,
    ) -> Result<Option<CaseAdmission>, Problem> {
        let mut conn = pool::acquire(&self.state.pool).await?;
        let again = self.begins_again(&mut conn, readable).await?;
        drop(conn);
        if again {
            return pool::again(|| self.keep_second(author, readable)).await;
        }
        let membership = CaseMembership::Reporter(author);
        self.acknowledge(membership, author, readable).await
    }

    /// Whether the report comes a second time under another actor: the phone was enrolled anew
    /// before it had heard of the first. It cannot be told what the case holds, so nothing that it
    /// wrote again fits.
    async fn begins_again(
        &self,
        conn: &mut PgConnection,
        readable: &Readable,
    ) -> Result<bool, RegistryError> {
        if !sift::begins(&readable.arrivals) {
            return Ok(false);
        }
        let already = self.list_known(conn, &readable.arrivals).await?;
        let first = readable.arrivals.first();
        Ok(first.is_some_and(|first| !already.contains(&first.hash)))
    }

    /// Keeps a report that was begun again aside, for a desk; `None` if the person works on the
    /// case by now.
    async fn keep_second(
        &self,
        author: Author,
        readable: &Readable,
    ) -> Result<Option<CaseAdmission>, Problem> {
        let now = self.state.clock.now();
        let mut tx = pool::begin(&self.state.pool).await?;
        log::lock_case(&mut tx, self.case).await?;
        let membership = sync::lookup_membership(&mut tx, self.case, author.user).await?;
        if membership != CaseMembership::Reporter(author) {
            return Ok(None);
        }
        let fresh: Vec<Admitted> = readable.arrivals.clone();
        let refusal = self
            .keep_aside(&mut tx, author, &fresh, Refusal::ReportedBefore, now)
            .await?;
        identity::commit_for(&self.phone.caller, tx, &[], now).await?;
        Ok(Some(CaseAdmission {
            case: self.case,
            accepted: Vec::new(),
            refused: refused_at_once(readable, &[], &refusal),
            forget: None,
        }))
    }
}
