//! Agreements as they are made: drafted, frozen, signed, put into effect, kept.

use super::{Play, Result};
use crate::place::DemoPerson;
use hejie_case::{
    act::{self, Act},
    capital::capital,
    deadline::SHANGHAI,
    edit::{Edit, NewEntry},
    facts::Decision,
    ids::EntryId,
    record::{
        AgreementForm, Cents, CloseKind, DraftHead, EvidenceKind, Instalment, Lock, Performance,
        PromiseKind, Signature, SignatureMedium, Signer, Terms,
    },
};
use jiff::ToSpan;

/// What somebody promises.
#[derive(Debug, Clone)]
pub(crate) struct Promise {
    /// Who owes.
    pub(crate) obligor: EntryId,
    /// To whom.
    pub(crate) obligee: EntryId,
    /// How much, yuan; nothing if something is to be done.
    pub(crate) yuan: u64,
    /// In how many days each equal part is due; empty if at once.
    pub(crate) in_days: Vec<u16>,
    /// The clause in words.
    pub(crate) text: String,
}

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
    /// Begins a draft.
    pub(crate) fn draft(
        &mut self,
        phone: usize,
        form: AgreementForm,
        based_on: Option<EntryId>,
    ) -> Result<EntryId> {
        self.add(phone, NewEntry::Draft(DraftHead { form, based_on }))
    }

    /// Adds a clause with what is promised in it.
    pub(crate) fn promise(
        &mut self,
        phone: usize,
        draft: EntryId,
        promise: &Promise,
    ) -> Result<EntryId> {
        let terms = self.terms(promise);
        self.clause(phone, draft, &promise.text, Some(terms))
    }

    /// Adds a clause.
    pub(crate) fn clause(
        &mut self,
        phone: usize,
        draft: EntryId,
        text: &str,
        terms: Option<Terms>,
    ) -> Result<EntryId> {
        let clause = self.fresh(phone);
        let order = format!("{}", self.clock_of(phone).as_second());
        self.edit(
            phone,
            &Edit::AddClause {
                draft,
                clause,
                order,
                text: text.into(),
                terms,
            },
        )?;
        Ok(clause)
    }

    /// The terms of a promise, in figures and in words.
    #[must_use]
    pub(crate) fn terms(&self, promise: &Promise) -> Terms {
        let amount = Cents(promise.yuan * 100);
        let today = SHANGHAI.to_datetime(self.now).date();
        let parts = promise.in_days.len() as u64;
        let part = amount.0.checked_div(parts).unwrap_or(0);
        let schedule = promise.in_days.iter().zip(1..).map(|(days, n)| Instalment {
            due: today.checked_add(i64::from(*days).days()).unwrap_or(today),
            amount: Cents(if n == parts {
                amount.0 - part * (parts - 1)
            } else {
                part
            }),
        });
        let pays = promise.yuan > 0;
        Terms {
            obligor: promise.obligor,
            obligee: promise.obligee,
            kind: if pays {
                PromiseKind::Pay
            } else {
                PromiseKind::Do
            },
            amount,
            amount_words: if pays { capital(amount) } else { String::new() },
            schedule: schedule.collect(),
            method: String::from(if pays {
                "转账至甲方本人账户"
            } else {
                "由乙方自行完成，甲方验看"
            }),
            on_breach: String::from("逾期的，另一方可向人民法院起诉。"),
        }
    }

    /// Freezes a draft; returns what is to be signed.
    pub(crate) fn freeze(&mut self, phone: usize, draft: EntryId) -> Result<Lock> {
        let at = self.clock_of(phone);
        self.edit(phone, &Edit::Freeze { draft, at })?;
        let view = self.phones[phone].doc().view()?;
        let lock = view.drafts.get(&draft).and_then(|d| d.value.frozen.clone());
        Ok(lock.unwrap_or(Lock {
            heads: Vec::new(),
            hash: String::new(),
            at,
        }))
    }

    /// Takes a signature.
    pub(crate) fn sign(
        &mut self,
        phone: usize,
        draft: EntryId,
        lock: &Lock,
        signer: Signer,
        medium: SignatureMedium,
    ) -> Result<EntryId> {
        let scan = self.signed_page(phone, medium)?;
        self.sign_with(phone, (draft, lock), signer, (medium, scan))
    }

    /// The picture of what is signed on paper.
    fn signed_page(&mut self, phone: usize, medium: SignatureMedium) -> Result<Option<EntryId>> {
        if !medium.is_on_paper() {
            return Ok(None);
        }
        let page = self.evidence(phone, EvidenceKind::Photo, "现场拍摄", "协议签名页。")?;
        Ok(Some(page))
    }

    fn sign_with(
        &mut self,
        phone: usize,
        (draft, lock): (EntryId, &Lock),
        signer: Signer,
        (medium, scan): (SignatureMedium, Option<EntryId>),
    ) -> Result<EntryId> {
        let at = self.clock_of(phone);
        self.add(
            phone,
            NewEntry::Signature(Signature {
                draft,
                hash: lock.hash.clone(),
                heads: lock.heads.clone(),
                signer,
                medium,
                scan,
                at,
                anchor: Some(self.anchor_of(at)),
            }),
        )
    }

    /// Drafts a promise and freezes it.
    pub(crate) fn agree(
        &mut self,
        phone: usize,
        form: AgreementForm,
        promise: &Promise,
    ) -> Result<Agreed> {
        let draft = self.draft(phone, form, None)?;
        let clause = self.promise(phone, draft, promise)?;
        let lock = self.freeze(phone, draft)?;
        self.ask(phone, act::Freeze { draft })?;
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
    ) -> Result {
        let parties = parties.iter().copied().map(Signer::Party);
        let scan = self.signed_page(phone, medium)?;
        for signer in parties.chain([Signer::Mediator]) {
            let of = (agreed.draft, &agreed.lock);
            self.sign_with(phone, of, signer, (medium, scan))?;
        }
        Ok(())
    }

    /// All parties say that they agree to what was read out to them, and the mediator signs that.
    pub(crate) fn all_assent(
        &mut self,
        phone: usize,
        agreed: &Agreed,
        parties: &[EntryId],
    ) -> Result {
        let said = SignatureMedium::Spoken;
        for party in parties {
            let signer = Signer::Party(*party);
            self.sign(phone, agreed.draft, &agreed.lock, signer, said)?;
        }
        let (signer, medium) = (Signer::Mediator, SignatureMedium::PaperScan);
        self.sign(phone, agreed.draft, &agreed.lock, signer, medium)?;
        Ok(())
    }

    /// Effect is asked for; where the seal is kept at the judicial office, that office seals it.
    pub(crate) fn take_effect(
        &mut self,
        phone: usize,
        agreed: &Agreed,
        office: &DemoPerson,
    ) -> Result {
        let serial = self.chance().between(1, 9_999);
        let seal_no = Some(format!("调字印-{serial:04}"));
        let (draft, sealed) = (agreed.draft, seal_no.clone());
        let request = self.ask(
            phone,
            act::TakeEffect {
                draft,
                seal_no,
                effective_on: None,
            },
        )?;
        self.sync(phone)?;
        let ruling = self.facts().rulings.get(&request);
        if !ruling.is_some_and(|r| matches!(r.decision, Decision::Referred { .. })) {
            return Ok(());
        }
        self.wait(95)?;
        let (grant, why) = (true, "签名齐全，已核对用印。".into());
        self.try_act(
            office.author,
            Act::Decide(act::Decide {
                request,
                grant,
                why,
                seal_no: sealed,
                effective_on: None,
            }),
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
    ) -> Result {
        let serial = self.chance().between(1, 99_999_999);
        let slip = (agreed.yuan > 0).then(|| format!("ZZ{serial:08}"));
        self.perform(
            phone,
            agreed.clause,
            Performance::Performed,
            agreed.yuan,
            slip,
        )?;
        self.ask(phone, act::AskClose { outcome, feedback })?;
        Ok(())
    }
}
