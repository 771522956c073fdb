//! Past the scene: notice, consent, acceptance, then talks until there is an agreement or none.

use super::{CaseCourse, fate::Ending};
use crate::play::{DemoVisit, Result, later, notice};
use hejie_case::{
    act,
    edit::TextTarget,
    facts::Duty,
    ids::EntryId,
    record::{
        Ask, CloseKind, ConsentDecision, ContactMeans, NoteKind, Performance, SessionForm,
        VisitMethod,
    },
};
use jiff::Timestamp;

impl CaseCourse<'_> {
    /// From signing for it to the end, for a case that did not come through a scene.
    pub(super) fn mediate(&mut self, phone: usize) -> Result {
        if self.chance.happens(0.4) {
            self.delay(25.0, 0.5)?;
            self.arrive(phone)?;
        }
        self.delay(40.0, 0.8)?;
        let parties = self.parties(phone)?;
        self.risks(phone, false)?;
        self.pieces(phone)?;
        self.go_on(phone, parties)
    }

    /// Notice and consent; then the talks, if everybody agrees.
    pub(super) fn go_on(&mut self, phone: usize, parties: [EntryId; 2]) -> Result {
        self.play.ask(
            phone,
            act::GiveNotice {
                text_version: notice(),
            },
        )?;
        let means = if self.chance.happens(0.6) {
            ContactMeans::InPerson
        } else {
            ContactMeans::Telephone
        };
        self.play.contact(phone, parties[1], means, true)?;
        self.play
            .consent(phone, parties[0], ConsentDecision::Agree, Vec::new())?;
        if self.fate.ending == Ending::Refused {
            return self.give_up(phone, parties[1], ConsentDecision::Refuse);
        }
        self.play
            .consent(phone, parties[1], ConsentDecision::Agree, Vec::new())?;
        self.play.ask(phone, Ask::Accept)?;
        self.play.ask(phone, Ask::Start)?;
        self.sync(phone)?;
        let accepted = self.play.facts().round.accepted_at.unwrap_or(self.play.now);
        let visitor = self.visitor(phone)?;
        self.talk(phone, visitor, parties, accepted)?;
        match self.fate.ending {
            Ending::Withdrawn => self.give_up(phone, parties[0], ConsentDecision::Withdraw),
            Ending::Failed => self.fail(phone),
            Ending::Police => self.danger(phone),
            Ending::Reconciled => {
                let feedback = self.say(&self.words.feedback).to_owned();
                self.make_peace(phone, parties, feedback)?;
                self.sync(phone)?;
                self.end(phone)
            }
            Ending::Agreed | Ending::Broken | Ending::Refused => {
                self.agree(phone, visitor, parties)
            }
        }
    }

    /// Statements, inquiries, days without and with progress, sessions: about as long as was drawn.
    fn talk(
        &mut self,
        phone: usize,
        visitor: Option<usize>,
        parties: [EntryId; 2],
        accepted: Timestamp,
    ) -> Result {
        let days = self.fate.days;
        let first = days.min(1.5) * 0.3;
        self.play.wait_until(after_days(accepted, first))?;
        if self.may_take_statements() {
            let (a, b) = (self.say(&self.category.a), self.say(&self.category.b));
            self.play.statement(phone, parties[0], a)?;
            self.play.statement(phone, parties[1], b)?;
        }
        let text = self.say(&self.words.inquiry_notes);
        let note = self.play.note(phone, NoteKind::Inquiry, text)?;
        if days > 1.0 {
            self.sync(phone)?;
        }
        if let Some(visitor) = visitor {
            self.others_write([phone, visitor], note, text)?;
        }
        let rounds = if days > 8.0 { 3 } else { i32::from(days > 2.0) };
        for round in 1..=rounds {
            let share = first + (days * 0.85 - first) * f64::from(round) / f64::from(rounds + 1);
            self.play.wait_until(after_days(accepted, share))?;
            let daily = self.say(&self.words.daily_notes);
            self.play.note(phone, NoteKind::DailyProgress, daily)?;
            self.sync(phone)?;
        }
        self.play.wait_until(after_days(accepted, days * 0.85))?;
        let forms = [
            SessionForm::Room,
            SessionForm::Scene,
            SessionForm::Bench,
            SessionForm::Online,
            SessionForm::Circuit,
        ];
        let form = forms[self.chance.weighted([5.0, 3.0, 1.5, 0.8, 0.5])];
        let (record, result) = (
            self.say(&self.words.sessions),
            self.say(&self.words.results),
        );
        self.play.session(phone, form, &parties, record, result)?;
        Ok(())
    }

    /// Statements are sealed in these categories, which needs the server's key; their drawn cases
    /// have notes instead.
    fn may_take_statements(&self) -> bool {
        !matches!(
            self.call.situation.as_str().get(..3),
            Some("N01" | "N05" | "N12")
        )
    }

    /// A grid worker joins what is not simple, and looks in meanwhile.
    fn visitor(&mut self, phone: usize) -> Result<Option<usize>> {
        let grid = &self.village.grid;
        let known: &[usize] = if grid.is_empty() {
            &self.township.villages[0].grid
        } else {
            grid
        };
        if !self.fate.is_shared || known.is_empty() {
            return Ok(None);
        }
        let visitor = &self.county.map.people[*self.chance.pick(known)];
        if self.play.phones[phone].sender().author.user == visitor.author.user {
            return Ok(None);
        }
        let desk = self
            .county
            .map
            .first(hejie_case::role::Role::Dispatcher)
            .author;
        self.play.assign(desk, visitor, Duty::Visit)?;
        self.hand_to(visitor).map(Some)
    }

    /// Others write while the lead does: the visitor what was seen on the way, and now and then
    /// another mediator, in the same note.
    fn others_write(&mut self, [phone, visitor]: [usize; 2], note: EntryId, text: &str) -> Result {
        self.play.sync(phone)?;
        self.play.sync(visitor)?;
        let text_of_visit = self.say(&self.words.rounds).to_owned();
        self.play.visit(
            visitor,
            &DemoVisit {
                due: None,
                method: VisitMethod::Door,
                performance: Performance::NothingDue,
                satisfaction: None,
                relapse_sign: false,
                text: text_of_visit,
            },
        )?;
        if self.chance.happens(0.12) {
            self.both_write(phone, note, text)?;
        }
        self.delay(50.0, 0.8)?;
        self.play.sync(phone)?;
        self.play.sync(visitor)?;
        self.delay(200.0, 0.8)?;
        self.rule_on_conflicts()
    }

    /// Two mediators write on one note without having seen each other; a supervisor rules on it
    /// later, mostly.
    fn both_write(&mut self, phone: usize, note: EntryId, text: &str) -> Result {
        let Some(colleague) = self.colleague()? else {
            return Ok(());
        };
        let target = TextTarget::Note { id: note };
        for writer in [phone, colleague] {
            let more = self.say(&self.words.scene_notes);
            self.play
                .rewrite(writer, target, &format!("{text}补充：{more}"))?;
        }
        self.play.sync(colleague)
    }

    /// A mediator of the township who has no part in the case yet joins it.
    fn colleague(&mut self) -> Result<Option<usize>> {
        let map = &self.county.map;
        let is_here = |user| {
            let mut phones = self.play.phones.iter();
            phones.any(|phone| phone.sender().author.user == user)
        };
        let free: Vec<usize> = (self.township.mediators.iter())
            .copied()
            .filter(|number| !is_here(map.people[*number].author.user))
            .collect();
        if free.is_empty() {
            return Ok(None);
        }
        let colleague = &map.people[*self.chance.pick(&free)];
        let desk = map.first(hejie_case::role::Role::Dispatcher).author;
        self.play.assign(desk, colleague, Duty::Co)?;
        self.hand_to(colleague).map(Some)
    }

    /// A party does not want any more.
    fn give_up(&mut self, phone: usize, party: EntryId, decision: ConsentDecision) -> Result {
        self.delay(30.0, 0.5)?;
        self.play.consent(phone, party, decision, Vec::new())?;
        let why = self.say(&self.words.refused);
        self.play.note(phone, NoteKind::Other, why)?;
        self.play.ask(
            phone,
            act::Refuse {
                party,
                routes_told: true,
            },
        )?;
        self.sync(phone)
    }

    /// The parties make it up by themselves; it is written down as an agreement by word of mouth
    /// where that is possible.
    fn make_peace(&mut self, phone: usize, parties: [EntryId; 2], feedback: String) -> Result {
        if !self.may_be_oral() {
            let agreed = self.write_agreement(phone, parties)?;
            self.all_sign(phone, &agreed, parties)?;
            self.play
                .done(phone, &agreed, CloseKind::AgreementPerformed, feedback)?;
            return Ok(());
        }
        self.by_word_of_mouth(phone, parties)
    }
}

/// A time so many days later.
pub(super) fn after_days(at: Timestamp, days: f64) -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "seconds of some weeks")]
    let seconds = (days * 86_400.0) as i64;
    later(at, seconds)
}
