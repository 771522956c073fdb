//! Claiming 工作认领 (E04): what waits for somebody like the phone's person, and the claims that were
//! made here.

use super::Phone;
use crate::{
    clock,
    error::PhoneError,
    view::{CaseToClaim, ClaimMade},
    words::{CaseId, ClaimId},
};

#[uniffi::export]
impl Phone {
    /// The cases that may be claimed, as the server said at the last exchange: those registered
    /// longest ago first, and of very many only the first. Needs no line.
    pub fn claimable_list(&self) -> Vec<CaseToClaim> {
        let list = self.engine().claimable_list();
        list.cases.into_iter().map(CaseToClaim::from).collect()
    }

    /// Claims a case of the list. It is sent with the next exchange, and [`Self::own_claims`] shows
    /// it as 待确认 until the server has said who has the case.
    pub fn claim(&self, case_id: CaseId) -> Result<ClaimId, PhoneError> {
        Ok(self.engine().claim(case_id, clock::now())?)
    }

    /// The claims made on this phone, the oldest first, with what became of them.
    pub fn own_claims(&self) -> Vec<ClaimMade> {
        let engine = self.engine();
        engine.own_claims().iter().map(ClaimMade::from).collect()
    }
}
