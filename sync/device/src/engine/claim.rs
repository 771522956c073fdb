//! Claiming cases (E04): what may be claimed, as the server last said; the phone's own claims, with
//! or without a line, and what became of them.
//!
//! A claim is no change of a document, which whoever makes it does not hold. It waits here until
//! the server has answered it by its id; a claim whose answer was lost is sent again.

use super::{
    Engine, EngineError, Reason,
    exchange::ExchangeRun,
    row::{self, OwnClaim},
};
use crate::{entropy::draw, store::Store};
use hejie_case::{
    act::claim::may_claim,
    ids::{CaseId, ClaimId},
};
use hejie_wire::{
    claim::{CaseClaim, ClaimableList, ClaimsUp},
    code, limits,
    message::{Down, Up},
};
use jiff::Timestamp;

/// How a claim of the phone stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimState {
    /// 待确认: the server has not answered it.
    Waiting,
    /// The case is the claimer's, and comes with the exchange.
    Yours,
    /// Why not.
    Refused(Reason),
}

impl<S: Store> Engine<S> {
    /// What the person may claim, as the server last said; nothing for a role that claims none.
    #[must_use]
    pub fn claimable_list(&self) -> ClaimableList {
        match self.claims_cases() {
            true => self.claims.list.clone(),
            false => ClaimableList::default(),
        }
    }

    /// The phone's own claims, the oldest first.
    #[must_use]
    pub fn own_claims(&self) -> &[OwnClaim] {
        &self.claims.own
    }

    /// Claims a case of the list, with or without a line: it waits until the server says who has
    /// it. A case that is claimed already and not answered is not claimed twice.
    ///
    /// # Errors
    /// [`EngineError::NotPossible`] when the case is not in the list, or too many claims wait.
    pub fn claim(&mut self, case: CaseId, now: Timestamp) -> Result<ClaimId, EngineError> {
        self.owner()?;
        let own = &self.claims.own;
        if let Some(known) = own.iter().find(|one| one.case == case && one.waits()) {
            return Ok(known.id);
        }
        let list = self.claimable_list();
        let mut listed = list.cases.into_iter();
        let Some(listed) = listed.find(|one| one.case == case) else {
            let zh = "该纠纷不在认领列表中，请同步后重新选择。";
            return Err(EngineError::NotPossible(Reason::new("not_claimable", zh)));
        };
        if own.iter().filter(|one| one.waits()).count() >= limits::CLAIMS_KEPT {
            let zh = "待确认的认领过多，请先同步，确认后再认领其他纠纷。";
            return Err(EngineError::NotPossible(Reason::new("too_many_claims", zh)));
        }
        let id = ClaimId::new(now, draw(self.store.entropy())?);
        let mut claims = self.claims.clone();
        claims.own.push(OwnClaim {
            id,
            case,
            listed,
            at: now,
            state: ClaimState::Waiting,
        });
        claims.forget_old();
        self.keep_claims(claims)?;
        Ok(id)
    }

    /// Whether somebody in this role claims cases.
    pub(super) fn claims_cases(&self) -> bool {
        self.enrolment().is_some_and(|of| may_claim(of.role))
    }

    /// How many claims wait for the server.
    pub(super) fn waiting_claims(&self) -> u64 {
        self.claims.own.iter().filter(|one| one.waits()).count() as u64
    }

    /// The claims that a run brings to the server.
    pub(super) fn claims_of_run(&self) -> Vec<CaseClaim> {
        let waiting = self.claims.own.iter().filter(|one| one.waits());
        let claim = |one: &OwnClaim| CaseClaim {
            id: one.id,
            case: one.case,
        };
        waiting.map(claim).collect()
    }

    /// What the next request says of claims; with claims the list is asked for anew, since they
    /// change it.
    pub(super) fn next_claims(&self, run: &mut ExchangeRun) -> Option<ClaimsUp> {
        let fit = run.claims.len().min(limits::CLAIMS_PER_UP);
        let claims: Vec<CaseClaim> = run.claims.drain(..fit).collect();
        let asks = std::mem::take(&mut run.asks_list) || !claims.is_empty();
        let list = asks.then(|| self.claims.list.mark());
        asks.then_some(ClaimsUp { list, claims })
    }

    /// Takes what the server says of the claims of a request, and the list that was asked for.
    pub(super) fn take_claims(&mut self, down: &Down, request: &Up) -> Result<(), EngineError> {
        let (Some(said), Some(asked)) = (&down.claims, &request.claims) else {
            return Ok(());
        };
        let mut claims = self.claims.clone();
        let was_asked = |id: ClaimId| asked.claims.iter().any(|one| one.id == id);
        for answer in said.answers.iter().filter(|one| was_asked(one.id)) {
            let refused = answer.refused.clone();
            if refused.as_ref().is_some_and(passes) {
                continue;
            }
            let own = claims.own.iter_mut().find(|one| one.id == answer.id);
            if let Some(own) = own {
                own.state = refused.map_or(ClaimState::Yours, ClaimState::Refused);
            }
        }
        if let (Some(list), true) = (&said.list, asked.list.is_some()) {
            claims.list.clone_from(list);
            claims.list.cases.truncate(limits::CLAIMABLE);
        }
        if claims == self.claims {
            return Ok(());
        }
        self.keep_claims(claims)
    }

    fn keep_claims(&mut self, claims: row::ClaimBook) -> Result<(), EngineError> {
        self.commit(vec![row::put(row::CLAIMS, &claims)?])?;
        self.claims = claims;
        Ok(())
    }
}

fn passes(why: &Reason) -> bool {
    code::is_passing_claim(&why.code)
}
