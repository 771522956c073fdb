//! Agreements by word of mouth: what each party says to them, and when they must be written
//! (LW09, LW10, LW16).

use crate::stage::{MEDIATOR, Stage, deeds::payment};
use hejie_case::{
    act,
    edit::{Edit, Withdrawable},
    facts::Status,
    ids::EntryId,
    record::*,
};
use jiff::civil::{Date, date};

/// What is promised orally: B pays A at once, unless somebody says otherwise.
struct Oral {
    stage: Stage,
    parties: [EntryId; 2],
    draft: EntryId,
    hash: String,
}

impl Oral {
    fn of(situation: &str) -> Self {
        Self::promising(situation, payment)
    }

    fn promising(situation: &str, promise: impl Fn([EntryId; 2]) -> Terms) -> Self {
        Self::in_case(Stage::of(situation), promise)
    }

    fn in_case(mut stage: Stage, promise: impl Fn([EntryId; 2]) -> Terms) -> Self {
        let parties = stage.accept();
        let terms = Some(promise(parties));
        let (draft, _, hash) = stage.freeze_as(AgreementForm::Oral, terms);
        Self {
            stage,
            parties,
            draft,
            hash,
        }
    }

    fn says_yes(&mut self, signer: Signer) -> EntryId {
        let (draft, said) = (self.draft, SignatureMedium::Spoken);
        self.stage.sign_as(draft, &self.hash, signer, said)
    }

    fn all_say_yes(&mut self) {
        for party in self.parties {
            self.says_yes(Signer::Party(party));
        }
        self.stage.sign(self.draft, &self.hash, Signer::Mediator);
    }

    /// What becomes of the request for effect: why not, if it is refused.
    fn effect(&mut self) -> Option<String> {
        self.effect_on(None)
    }

    fn effect_on(&mut self, effective_on: Option<Date>) -> Option<String> {
        let (draft, seal_no) = (self.draft, None);
        let effect = Ask::Effect(act::TakeEffect {
            draft,
            seal_no,
            effective_on,
        });
        let asked = self.stage.ask(MEDIATOR, effect);
        self.stage.sync(MEDIATOR);
        self.stage.refusal(asked).map(str::to_owned)
    }
}

/// Shows LW09, E18.
#[test]
fn an_oral_agreement_takes_effect_at_once_when_each_party_has_said_yes_to_its_words() {
    let mut oral = Oral::of("N03-02");
    oral.stage.sign(oral.draft, &oral.hash, Signer::Mediator);
    assert_eq!(oral.effect().as_deref(), Some("assent_missing"));
    oral.says_yes(Signer::Party(oral.parties[0]));
    assert_eq!(
        oral.effect().as_deref(),
        Some("assent_missing"),
        "one of two"
    );
    oral.says_yes(Signer::Party(oral.parties[1]));
    assert_eq!(oral.effect(), None);
    assert_eq!(oral.stage.status(), Status::AgreementEffective);
}

/// Shows LW09, E17. The mediator answers for the record and cannot only say so.
#[test]
fn an_oral_agreement_is_none_without_the_mediators_signature_under_the_record() {
    let mut oral = Oral::of("N03-02");
    for party in oral.parties {
        oral.says_yes(Signer::Party(party));
    }
    let said = oral.says_yes(Signer::Mediator);
    assert_eq!(oral.effect().as_deref(), Some("mediator_signature_missing"));
    assert_eq!(oral.stage.refusal(said), Some("spoken_not_enough"));
}

/// Shows LW11, E17.
#[test]
fn what_a_party_only_said_is_no_signature_under_a_written_agreement() {
    let mut stage = Stage::of("N03-02");
    let parties = stage.accept();
    let (draft, _, hash) = stage.freeze(parties, "捌仟陆佰元整");
    let (signer, medium) = (Signer::Party(parties[0]), SignatureMedium::Spoken);
    let said = stage.sign_as(draft, &hash, signer, medium);
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(said), Some("spoken_not_enough"));
}

/// Shows LW10.
#[test]
fn a_complex_dispute_is_not_ended_by_word_of_mouth() {
    let mut stage = Stage::of("N03-02");
    let field = IntakeField::Persons(12);
    stage.edit(MEDIATOR, Edit::Intake { field });
    let mut oral = Oral::in_case(stage, payment);
    oral.all_say_yes();
    assert_eq!(oral.effect().as_deref(), Some("written_required"));
}

/// Shows LW16. Elder care stands beside it in the catalogue and is none.
#[test]
fn a_medical_dispute_is_ended_in_writing_and_one_about_care_need_not_be() {
    for (situation, expected) in [("N05-03", Some("written_required")), ("N05-04", None)] {
        let mut oral = Oral::of(situation);
        oral.all_say_yes();
        assert_eq!(oral.effect().as_deref(), expected, "{situation}");
    }
}

/// Shows LW10.
#[test]
fn what_is_left_for_a_later_day_is_promised_in_writing() {
    for (day, expected) in [(2, None), (3, Some("written_required"))] {
        let mut oral = Oral::promising("N03-02", |parties| due_on(day, parties));
        oral.all_say_yes();
        assert_eq!(oral.effect().as_deref(), expected, "due on the {day}.");
    }
}

/// Shows LW09, LW10. It is the day of the agreement that counts, not the one on which effect is
/// asked for.
#[test]
fn what_was_left_for_later_when_it_was_agreed_is_so_after_its_day_too() {
    for (day, expected) in [(2, None), (4, Some("written_required"))] {
        let mut oral = Oral::promising("N03-02", |parties| due_on(day, parties));
        oral.all_say_yes();
        oral.stage.later(5 * 24 * 60);
        let agreed = oral.effect_on(Some(date(2026, 3, 2)));
        assert_eq!(agreed.as_deref(), expected, "due on the {day}.");
    }
}

fn due_on(day: i8, parties: [EntryId; 2]) -> Terms {
    Terms {
        schedule: vec![Instalment {
            due: date(2026, 3, day),
            amount: Cents(860_000),
        }],
        ..payment(parties)
    }
}

/// Shows LW10, LW01.
#[test]
fn the_wish_for_a_written_agreement_does_not_go_away_with_the_entry_of_the_party() {
    let mut oral = Oral::of("N03-02");
    let third = oral.stage.party(Side::Third, "王*");
    let refuses = (ConsentSubject::OralForm, ConsentDecision::Refuse);
    oral.stage.say(MEDIATOR, third, refuses, Vec::new());
    oral.all_say_yes();
    let (target, why, at) = (Withdrawable::Party(third), "录错".into(), oral.stage.now);
    oral.stage
        .edit(MEDIATOR, Edit::Withdraw { target, why, at });
    assert_eq!(oral.effect().as_deref(), Some("written_required"));
}

/// Shows LW14, E32.
#[test]
fn an_oral_agreement_is_not_confirmed_by_a_court() {
    let mut oral = Oral::of("N03-02");
    oral.all_say_yes();
    assert_eq!(oral.effect(), None);
    let (court, jointly) = ("和安县人民法院".into(), true);
    let confirm = Ask::Confirm(act::Confirm { court, jointly });
    let asked = oral.stage.ask(MEDIATOR, confirm);
    oral.stage.sync(MEDIATOR);
    assert_eq!(oral.stage.refusal(asked), Some("written_agreement_missing"));
}

/// Shows LW10.
#[test]
fn whoever_asks_for_it_gets_it_in_writing_until_he_thinks_better_of_it() {
    let mut oral = Oral::of("N03-02");
    oral.all_say_yes();
    let refuses = (ConsentSubject::OralForm, ConsentDecision::Refuse);
    let party = oral.parties[0];
    let refusal = oral.stage.say(MEDIATOR, party, refuses, Vec::new());
    assert_eq!(oral.effect().as_deref(), Some("written_required"));
    let agrees = (ConsentSubject::OralForm, ConsentDecision::Agree);
    oral.stage.say(MEDIATOR, party, agrees, vec![refusal]);
    assert_eq!(oral.effect(), None);
}
