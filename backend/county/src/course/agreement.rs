//! Agreements of drawn cases: in writing or by word of mouth, kept at once, by and by, or broken
//! first.

use super::{CaseCourse, fate::Ending, mediation::after_days};
use crate::{
    play::{Agreed, Promise, Result},
    text::fill,
};
use hejie_case::{
    act,
    facts::Difficulty,
    ids::EntryId,
    policy::Policy,
    record::{AgreementForm, CloseKind, ContactMeans, Performance, Remedy, SignatureMedium},
    role::Role,
};

impl CaseCourse<'_> {
    /// The usual end.
    pub(super) fn agree(
        &mut self,
        phone: usize,
        visitor: Option<usize>,
        parties: [EntryId; 2],
    ) -> Result {
        let oral = self.fate.oral && self.may_be_oral();
        if oral && self.fate.ending != Ending::Broken {
            self.by_word_of_mouth(phone, parties)?;
            self.sync(phone)?;
            return self.end(phone);
        }
        let agreed = self.write_agreement(phone, parties)?;
        self.all_sign(phone, &agreed, parties)?;
        self.confirm(phone)?;
        self.delay(300.0, 0.8)?;
        if self.fate.ending == Ending::Broken && self.broken(phone, &agreed)? {
            return self.fail(phone);
        }
        if let (Some(visitor), true) = (visitor, self.chance.happens(0.3)) {
            self.play.sync(visitor)?;
            let half = agreed.yuan / 2;
            self.play
                .perform(visitor, agreed.clause, Performance::Partly, half, None)?;
            self.play.sync(visitor)?;
            self.play.sync(phone)?;
            self.rule_on_conflicts()?;
        }
        let feedback = self.say(&self.words.feedback).to_owned();
        self.play
            .done(phone, &agreed, CloseKind::AgreementPerformed, feedback)?;
        self.sync(phone)?;
        self.end(phone)
    }

    /// Whether the law lets what is kept at once be agreed by word of mouth.
    pub(super) fn may_be_oral(&self) -> bool {
        let facts = self.play.facts();
        let medical = Policy::default().medical_situations;
        facts.difficulty != Difficulty::Complex && !medical.contains(&facts.situation)
    }

    /// Drafts and freezes a written agreement.
    pub(super) fn write_agreement(
        &mut self,
        phone: usize,
        parties: [EntryId; 2],
    ) -> Result<Agreed> {
        let promise = self.what_is_promised(parties, AgreementForm::Written);
        self.play.agree(phone, AgreementForm::Written, &promise)
    }

    /// An agreement by word of mouth, in effect and kept on the spot.
    pub(super) fn by_word_of_mouth(&mut self, phone: usize, parties: [EntryId; 2]) -> Result {
        let promise = self.what_is_promised(parties, AgreementForm::Oral);
        let agreed = self.play.agree(phone, AgreementForm::Oral, &promise)?;
        self.play.all_assent(phone, &agreed, &parties)?;
        let (draft, seal_no) = (agreed.draft, None);
        self.play.ask(
            phone,
            act::TakeEffect {
                draft,
                seal_no,
                effective_on: None,
            },
        )?;
        let feedback = self.say(&self.words.feedback).to_owned();
        self.play
            .done(phone, &agreed, CloseKind::OralAgreementPerformed, feedback)
    }

    /// All parties and the mediator sign, on paper or with a fingerprint; then effect.
    pub(super) fn all_sign(
        &mut self,
        phone: usize,
        agreed: &Agreed,
        parties: [EntryId; 2],
    ) -> Result {
        let media = [SignatureMedium::PaperScan, SignatureMedium::Fingerprint];
        let medium = *self.chance.pick(&media);
        self.play.all_sign(phone, agreed, &parties, medium)?;
        let office = match self.township.office.as_slice() {
            [] => self.county.map.first(Role::JudicialOffice),
            pool => &self.county.map.people[*self.chance.pick(pool)],
        };
        self.play.take_effect(phone, agreed, office)
    }

    fn what_is_promised(&mut self, [a, b]: [EntryId; 2], form: AgreementForm) -> Promise {
        let text = fill(self.say(&self.category.clauses), &self.slots);
        let pays = self.slots.yuan > 0 && text.contains('元');
        let later = form == AgreementForm::Written && pays && self.chance.happens(0.3);
        Promise {
            obligor: b,
            obligee: a,
            yuan: if pays { self.slots.yuan } else { 0 },
            in_days: if later { vec![0, 20] } else { Vec::new() },
            text,
        }
    }

    /// Some ask a court to confirm the agreement, together.
    fn confirm(&mut self, phone: usize) -> Result {
        let family = self.call.situation.as_str().starts_with("N01");
        if family || !self.chance.happens(self.params.course.confirmed) {
            return Ok(());
        }
        let court = String::from("和安县人民法院");
        self.play.ask(
            phone,
            act::Confirm {
                court,
                jointly: true,
            },
        )?;
        self.sync(phone)
    }

    /// The promise is not kept; who owes is urged, and half of them end in court. Tells whether
    /// this one does.
    fn broken(&mut self, phone: usize, agreed: &Agreed) -> Result<bool> {
        let state = Performance::NotPerformed;
        self.play.perform(phone, agreed.clause, state, 0, None)?;
        self.sync(phone)?;
        let urged_at = self.play.clock_of(phone);
        self.play.wait_until(after_days(self.play.now, 1.0))?;
        let given_at = self.play.clock_of(phone);
        self.play.wait_until(after_days(self.play.now, 1.0))?;
        if self.chance.happens(0.5) {
            return Ok(false);
        }
        self.play.ask(
            phone,
            act::Breach {
                obligation: agreed.clause,
                remedy: Remedy::Litigate,
                urged_at,
                notice: Some(act::NoticeGiven {
                    means: ContactMeans::InPerson,
                    at: given_at,
                }),
            },
        )?;
        Ok(true)
    }
}
