//! Sealing on the phone: the server's key, and what is sealed to it. Statements are sealed where
//! they must be (D03).

use super::{
    Engine, EngineError, Receipt, heal,
    row::{self, KnownKey},
    secret::not_possible,
};
use crate::{encryption::RowChange, entropy::draw, store::Store};
use hejie_case::{
    edit::{Edit, NewEntry, TextTarget},
    identity::Identity,
    ids::{CaseId, EntryId},
    record::{SealedText, StatementBody, StatementHead},
    sealing::must_seal,
};
use hejie_wire::sealed::{SealedError, SealedFor, SealingKey, Voucher, VoucherError};
use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

/// A sealing key is asked for anew after so long.
const FRESH: SignedDuration = SignedDuration::from_hours(24);

impl<S: Store> Engine<S> {
    /// Adds a statement; its words are sealed where they must be (D03), and are then read on the
    /// server alone.
    ///
    /// # Errors
    /// As [`Engine::edit`], or there is no key to seal to yet.
    pub fn add_statement(
        &mut self,
        case: CaseId,
        head: StatementHead,
        text: &str,
        now: Timestamp,
    ) -> Result<EntryId, EngineError> {
        let id = self.new_entry_id(now)?;
        let body = if self.seals(case, now)? {
            StatementBody::Sealed(self.sealed_text(case, id, text)?)
        } else {
            StatementBody::Plain(text.to_owned())
        };
        let entry = NewEntry::Statement(head, body);
        self.edit(case, Edit::Add { id, entry }, now)?;
        Ok(id)
    }

    /// Replaces the words of a statement; those of a sealed one as a whole, since nobody can read
    /// them here.
    ///
    /// # Errors
    /// As [`Self::add_statement`].
    pub fn edit_statement(
        &mut self,
        case: CaseId,
        statement: EntryId,
        text: &str,
        now: Timestamp,
    ) -> Result<Receipt, EngineError> {
        let seals = self.seals(case, now)?;
        let view = self.case(case, now)?.view;
        let known = view.statements.get(&statement);
        let is_plain = known.is_some_and(|entry| !entry.value.text.is_empty());
        let edit = if seals && !is_plain || known.is_some_and(|e| e.value.sealed.is_some()) {
            let sealed = self.sealed_text(case, statement, text)?;
            Edit::SealStatement { statement, sealed }
        } else {
            let target = TextTarget::Statement { id: statement };
            let content = text.to_owned();
            Edit::Text { target, content }
        };
        self.edit(case, edit, now)
    }

    /// Whether words of statements are sealed in a case: what a desk ruled it to be about counts as
    /// much as what the document says.
    fn seals(&mut self, case: CaseId, now: Timestamp) -> Result<bool, EngineError> {
        let file = self.case(case, now)?;
        let ruled = file.facts.as_ref().map(|facts| &facts.situation);
        Ok(must_seal(&file.view, ruled))
    }

    /// Whether the sealing key should be asked for: there is none, or it was asked for long ago.
    ///
    /// # Errors
    /// When the store fails.
    pub fn wants_sealing_key(&self, now: Timestamp) -> Result<bool, EngineError> {
        let known = self.known_key()?;
        Ok(known.is_none_or(|known| now.duration_since(known.heard_at).abs() > FRESH))
    }

    /// Takes the server's sealing key, if the root key that the phone knows vouches for it.
    ///
    /// # Errors
    /// [`EngineError::NotPossible`] when it does not; the key that was known stays.
    pub fn learn_sealing_key(
        &mut self,
        voucher: Voucher,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        let known = self.known_key()?;
        voucher
            .check(known.as_ref().map(|known| known.voucher.root.as_str()))
            .map_err(not_believed)?;
        let known = KnownKey {
            voucher,
            heard_at: now,
        };
        self.commit(vec![row::put(row::SEALING, &known)?])
    }

    /// What enrolling brought: from now on this root key is the one that is believed.
    pub(super) fn trusted_key(voucher: Voucher, now: Timestamp) -> Result<RowChange, EngineError> {
        voucher.check(None).map_err(not_believed)?;
        let known = KnownKey {
            voucher,
            heard_at: now,
        };
        row::put(row::SEALING, &known)
    }

    pub(super) fn known_key(&self) -> Result<Option<KnownKey>, EngineError> {
        heal::read_own(&self.store, row::SEALING)
    }

    fn sealing_key(&self) -> Result<SealingKey, EngineError> {
        let known = self.known_key()?.ok_or_else(no_key)?;
        known.voucher.check(None).map_err(not_believed)
    }

    /// Seals an identity for its party.
    pub(super) fn sealed(
        &mut self,
        what: SealedFor,
        identity: &Identity,
    ) -> Result<SealedText, EngineError> {
        let plain = Zeroizing::new(row::encode(identity)?);
        let text = std::str::from_utf8(&plain).map_err(|_| too_long())?;
        let (key, random) = (self.sealing_key()?, draw(self.store.entropy())?);
        key.seal_text(what, text, random).map_err(not_sealed)
    }

    fn sealed_text(
        &mut self,
        case: CaseId,
        statement: EntryId,
        text: &str,
    ) -> Result<SealedText, EngineError> {
        let what = SealedFor::Statement { case, statement };
        let (key, random) = (self.sealing_key()?, draw(self.store.entropy())?);
        key.seal_text(what, text, random).map_err(not_sealed)
    }
}

fn no_key() -> EngineError {
    not_possible(
        "no_sealing_key",
        "本机尚未取得加密密钥，请联网同步一次后再登记。",
    )
}

fn too_long() -> EngineError {
    not_possible("too_long_to_seal", "内容过长，请分成几份记录。")
}

fn not_sealed(error: SealedError) -> EngineError {
    match error {
        SealedError::TooLong => too_long(),
        SealedError::Key | SealedError::Closed => no_key(),
    }
}

fn not_believed(error: VoucherError) -> EngineError {
    match error {
        VoucherError::OtherRoot => not_possible(
            "server_key_changed",
            "服务器的根密钥已更换，请向管理员核实后重新登录并登记本机。",
        ),
        VoucherError::Forged => not_possible(
            "server_key_forged",
            "服务器的加密密钥未通过验证，请立即报告管理员。",
        ),
    }
}
