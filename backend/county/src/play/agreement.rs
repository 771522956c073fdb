//! Agreements as they are made: drafted, frozen, signed, put into effect, kept.

use super::{Halt, Play, Promise};
use crate::place::Person;
use hejie_case::{
    facts::Decision,
    ids::EntryId,
    record::{AgreementForm, Ask, CloseKind, Lock, Performance, SignatureMedium, Signer},
    rule::Act,
};

/// A frozen draft.
#[derive(Debug, Clone)]
pub(crate) struct Agreed {
    /// The draft.
    pub(crate) draft: EntryId,
    /// The clause with the promise.
    pub(crate) clause: EntryId,
    /// What is signed.
    pub(crate) lock: Lock,
    /// The sum, yuan.
    pub(crate) yuan: u64,
}

impl Play {
    /// Drafts a promise and freezes it.
    pub(crate) fn agree(
        &mut self,
        phone: usize,
        form: AgreementForm,
        promise: &Promise,
    ) -> Result<Agreed, Halt> {
        let draft = self.draft(phone, form, None)?;
        let clause = self.promise(phone, draft, promise)?;
        let lock = self.freeze(phone, draft)?;
        self.ask(phone, Ask::Freeze { draft })?;
        let yuan = promise.yuan;
        Ok(Agreed {
            draft,
            clause,
            lock,
            yuan,
        })
    }

    /// All parties and the mediator sign.
    pub(crate) fn all_sign(
        &mut self,
        phone: usize,
        agreed: &Agreed,
        parties: &[EntryId],
        medium: SignatureMedium,
    ) -> Result<(), Halt> {
        let parties = parties.iter().copied().map(Signer::Party);
        for signer in parties.chain([Signer::Mediator]) {
            self.sign(phone, agreed.draft, &agreed.lock, signer, medium)?;
        }
        Ok(())
    }

    /// Effect is asked for; where the seal is kept at the judicial office, that office grants it.
    pub(crate) fn take_effect(
        &mut self,
        phone: usize,
        agreed: &Agreed,
        office: &Person,
    ) -> Result<(), Halt> {
        let serial = self.chance().between(1, 9_999);
        let (draft, seal_no) = (agreed.draft, Some(format!("调字印-{serial:04}")));
        let request = self.ask(phone, Ask::Effect { draft, seal_no })?;
        self.sync(phone)?;
        let ruling = self.facts().rulings.get(&request);
        if !ruling.is_some_and(|r| matches!(r.decision, Decision::Referred { .. })) {
            return Ok(());
        }
        self.wait(95)?;
        let (grant, why) = (true, "签名齐全，已核对用印。".into());
        self.try_act(
            office.author,
            Act::Decide {
                request,
                grant,
                why,
            },
        )?;
        Ok(())
    }

    /// What was promised is done, and closing is asked for.
    pub(crate) fn done(
        &mut self,
        phone: usize,
        agreed: &Agreed,
        outcome: CloseKind,
        feedback: String,
    ) -> Result<(), Halt> {
        let serial = self.chance().between(1, 99_999_999);
        let slip = (agreed.yuan > 0).then(|| format!("ZZ{serial:08}"));
        self.perform(
            phone,
            agreed.clause,
            Performance::Performed,
            agreed.yuan,
            slip,
        )?;
        self.ask(phone, Ask::AskClose { outcome, feedback })?;
        Ok(())
    }
}
