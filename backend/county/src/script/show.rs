//! The stage of a script: the county's known people, one case, and what happens again and again.

use super::Script;
use crate::{
    County,
    chance::Chance,
    course::{CaseStart, opening},
    place::DemoPerson,
    play::{Agreed, Halt, Play, PlayError, Promise, Result, notice},
    text::TemplateSlots,
};
use hejie_case::{
    act::{self, Act, DeskAct},
    edit::{Edit, NewEntry, TextTarget},
    facts::Duty,
    ids::{CaseId, EntryId},
    reason::Reason,
    record::{
        AgreementForm, Ask, CloseKind, ConsentDecision, NoteKind, Party, PartyKind, Side,
        SignatureMedium,
    },
    role::Role,
};

/// The phone of the mediator who is on duty: always the first.
pub(super) const LEAD: usize = 0;

/// A script on its stage.
pub(crate) struct Show<'a> {
    pub(crate) play: Play,
    pub(super) county: &'a County,
    pub(super) script: &'static Script,
}

impl<'a> Show<'a> {
    pub(super) fn open(
        county: &'a County,
        number: usize,
        script: &'static Script,
    ) -> Result<Self, PlayError> {
        let call = &county.calls[number];
        let township = &county.map.townships[script.setting.township];
        let slots = TemplateSlots {
            what: String::new(),
            place: format!("{}{}", township.name, script.setting.place),
            yuan: script.setting.yuan,
            persons: script.setting.persons,
        };
        let mediator = known(county, "tiaojie", script.setting.township);
        let begin = CaseStart {
            number,
            source: ("110", true),
            external_no: Some(format!("DEMO-{}", script.id)),
            situation: &call.situation,
            region: &township.villages[0].region,
            slots: &slots,
            summary: script.setting.summary.to_owned(),
            offer_to: Some(mediator),
            earlier: call.earlier,
            at: call.at,
        };
        let ids = Chance::of(county.seed, "entries", number as u64);
        let mut play = Play::open(&opening(county, &begin)?, county.until, ids)?;
        play.hand_to(mediator, 0).map_err(failed)?;
        Ok(Self {
            play,
            county,
            script,
        })
    }

    /// One of the township's known people: `minjing`, `wangge`, `sifa`.
    pub(super) fn here(&self, title: &str) -> &'a DemoPerson {
        known(self.county, title, self.script.setting.township)
    }

    /// Somebody by login.
    pub(super) fn person(&self, login: &str) -> &'a DemoPerson {
        self.county.map.person(login)
    }

    /// The mediator of the next township, who helps out.
    pub(super) fn colleague(&self) -> &'a DemoPerson {
        known(
            self.county,
            "tiaojie",
            (self.script.setting.township + 1) % 3,
        )
    }

    /// A desk acts and is granted it.
    pub(super) fn desk(&mut self, login: &str, act: impl Into<Act>) -> Result {
        let by = self.person(login).author;
        self.play.act(by, act)
    }

    /// Somebody joins the case with a phone.
    pub(super) fn join(&mut self, person: &DemoPerson, duty: Duty) -> Result<usize> {
        let desk = self.person("fenliu").author;
        if person.author.role == Role::Department {
            self.sharing_agreed()?;
        }
        self.play.assign(desk, person, duty)?;
        self.play.wait(1)?;
        self.play.hand_to(person, 0)
    }

    /// The parties agree to what another body gets to know of their case.
    pub(super) fn sharing_agreed(&mut self) -> Result {
        let parties: Vec<_> = self.play.settled().view.parties.keys().copied().collect();
        for party in parties {
            self.play.share_agreed(LEAD, party)?;
        }
        self.play.sync(LEAD)
    }

    pub(super) fn grid_worker(&mut self) -> Result<usize> {
        let person = self.here("wangge");
        self.join(person, Duty::Visit)
    }

    pub(super) fn helper(&mut self) -> Result<usize> {
        let person = self.colleague();
        self.join(person, Duty::Co)
    }

    /// The mediator signs for the case.
    pub(super) fn signed_for(&mut self) -> Result {
        self.play.wait(6)?;
        if let Some(offer) = self.play.facts().offered() {
            let assignment = offer.version;
            self.play.ask(LEAD, act::SignFor { assignment })?;
        }
        self.play.sync(LEAD)
    }

    /// And arrives.
    pub(super) fn arrived(&mut self) -> Result {
        self.signed_for()?;
        self.play.wait(14)?;
        let reason = Some(String::from("室内无法定位"));
        self.play.ask(
            LEAD,
            act::Arrive {
                reason,
                ..act::Arrive::default()
            },
        )?;
        Ok(())
    }

    /// Enters parties, A first: name and kind.
    pub(super) fn parties(&mut self, names: &[(&str, PartyKind)]) -> Result<Vec<EntryId>> {
        let mut ids = Vec::new();
        for (n, (name, kind)) in names.iter().enumerate() {
            let side = match n {
                0 => Side::A,
                1 => Side::B,
                _ => Side::Third,
            };
            ids.push(self.play.party(LEAD, *kind, side, name)?);
        }
        Ok(ids)
    }

    /// Two people quarrel.
    pub(super) fn two(&mut self) -> Result<[EntryId; 2]> {
        let ids = self.parties(&[("张*明", PartyKind::Person), ("李*", PartyKind::Person)])?;
        Ok([ids[0], ids[1]])
    }

    /// Notice is given and everybody agrees; accepted and begun.
    pub(super) fn accepted(&mut self, parties: &[EntryId]) -> Result {
        let text_version = notice();
        self.play.ask(LEAD, act::GiveNotice { text_version })?;
        for party in parties {
            self.play
                .consent(LEAD, *party, ConsentDecision::Agree, Vec::new())?;
        }
        self.play.ask(LEAD, Ask::Accept)?;
        self.play.ask(LEAD, Ask::Start)?;
        self.play.sync(LEAD)
    }

    /// From the call to mediation between two people.
    pub(super) fn mediating(&mut self) -> Result<[EntryId; 2]> {
        self.arrived()?;
        let parties = self.two()?;
        self.accepted(&parties)?;
        Ok(parties)
    }

    /// B promises A so many yuan; drafted, frozen, signed by all, in effect.
    pub(super) fn effective(
        &mut self,
        parties: &[EntryId],
        yuan: u64,
        text: &str,
        in_days: &[u16],
    ) -> Result<Agreed> {
        let agreed = self.frozen(parties, yuan, text, in_days)?;
        let medium = SignatureMedium::Fingerprint;
        self.play.all_sign(LEAD, &agreed, parties, medium)?;
        let office = self.here("sifa");
        self.play.take_effect(LEAD, &agreed, office)?;
        Ok(agreed)
    }

    /// B promises A so many yuan; drafted and frozen.
    pub(super) fn frozen(
        &mut self,
        parties: &[EntryId],
        yuan: u64,
        text: &str,
        in_days: &[u16],
    ) -> Result<Agreed> {
        let promise = promise(parties, yuan, text, in_days);
        self.play.agree(LEAD, AgreementForm::Written, &promise)
    }

    /// A draft with one clause, not frozen: draft and clause.
    pub(super) fn drafted(&mut self, parties: &[EntryId]) -> Result<(EntryId, EntryId)> {
        let draft = self.play.draft(LEAD, AgreementForm::Written, None)?;
        let promise = promise(parties, 8_600, "乙方退还甲方中介费。", &[]);
        let clause = self.play.promise(LEAD, draft, &promise)?;
        Ok((draft, clause))
    }

    /// Closing is asked for, and the desk that may closes.
    pub(super) fn closed(&mut self, agreed: &Agreed, feedback: &str) -> Result {
        let outcome = CloseKind::AgreementPerformed;
        self.play.done(LEAD, agreed, outcome, feedback.to_owned())?;
        self.play.sync(LEAD)?;
        self.close_as(outcome)
    }

    /// The desk that may closes.
    pub(super) fn close_as(&mut self, outcome: CloseKind) -> Result {
        self.play.wait(240)?;
        for phone in 0..self.play.phones.len() {
            self.play.sync(phone)?;
        }
        let supervisor = self.person("dudao").author;
        self.play
            .try_act(supervisor, DeskAct::Close(act::Close { outcome }))?;
        Ok(())
    }

    /// Everybody sends and takes, in the order given, and then once more.
    pub(super) fn all_come_back(&mut self, order: &[usize]) -> Result {
        for phone in order.iter().chain(order) {
            self.play.wait(3)?;
            self.play.sync(*phone)?;
        }
        Ok(())
    }

    pub(super) fn note(&mut self, phone: usize, text: &str) -> Result<EntryId> {
        self.play.note(phone, NoteKind::Inquiry, text)
    }

    /// A party is entered with more than a name.
    pub(super) fn special_party(&mut self, phone: usize, party: Party) -> Result<EntryId> {
        self.play.add(phone, NewEntry::Party(party))
    }

    /// The text of a clause is written anew.
    pub(super) fn reword(
        &mut self,
        phone: usize,
        (draft, clause): (EntryId, EntryId),
        content: &str,
    ) -> Result {
        let target = TextTarget::Clause { draft, clause };
        self.play.rewrite(phone, target, content)
    }

    /// The terms of a clause are replaced.
    pub(super) fn reset_terms(
        &mut self,
        phone: usize,
        (draft, clause): (EntryId, EntryId),
        parties: &[EntryId],
        (yuan, in_days): (u64, &[u16]),
    ) -> Result {
        let terms = self.play.terms(&promise(parties, yuan, "", in_days));
        let terms = Some(terms);
        self.play.edit(
            phone,
            &Edit::Terms {
                draft,
                clause,
                terms,
            },
        )
    }

    /// The case of another script.
    pub(super) fn case_of(&self, id: &str) -> CaseId {
        let calls = &self.county.calls;
        let number = calls.iter().position(|call| call.script == Some(id));
        self.county.case_id(number.unwrap_or(0))
    }

    /// The first person in a role.
    pub(super) fn role(&self, role: Role) -> &'a DemoPerson {
        self.county.map.first(role)
    }
}

/// B promises A something.
pub(super) fn promise(parties: &[EntryId], yuan: u64, text: &str, in_days: &[u16]) -> Promise {
    Promise {
        obligor: parties[1],
        obligee: parties[0],
        yuan,
        in_days: in_days.to_vec(),
        text: text.to_owned(),
    }
}

fn known<'a>(county: &'a County, title: &str, township: usize) -> &'a DemoPerson {
    county.map.person(&format!("{title}{}", township + 1))
}

fn failed(halt: Halt) -> PlayError {
    match halt {
        Halt::Failed(error) => error,
        Halt::Curtain => PlayError::Refused(Reason::new("too_late", "剧本开始得太晚")),
    }
}
