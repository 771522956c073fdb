use super::*;
use crate::{
    deadline::start,
    facts::{AgreementFact, ColourOverride, DeadlineKind},
    ids::EntryId,
    record::{AgreementForm, Cents, Injury},
    role::{Author, Role},
    sample::{actor, at, facts, observe, view},
};
use RiskFactor as F;
use proptest::prelude::*;

const OFFICER: u8 = 7;
const MEDIATOR: u8 = 1;

/// One case of the worked examples: what is known of it, and the colour that follows.
struct Example {
    view: CaseView,
    facts: Facts,
    now: &'static str,
}

impl Example {
    fn of(situation: &str) -> Self {
        Self {
            view: view(),
            facts: facts(situation),
            now: "03-02T09:00:00",
        }
    }

    fn sees(mut self, who: u8, factor: RiskFactor) -> Self {
        observe(&mut self.view, actor(who), factor);
        self
    }

    fn persons(mut self, n: u32) -> Self {
        self.view.intake.persons.values.push((actor(MEDIATOR), n));
        self
    }

    fn yuan(mut self, yuan: u64) -> Self {
        self.view
            .intake
            .amount
            .values
            .push((actor(MEDIATOR), Cents(yuan * 100)));
        self
    }

    fn repeat_calls(mut self, n: u32) -> Self {
        self.facts.repeat_calls = n;
        self
    }

    fn colour(&self) -> Colour {
        let police = BTreeSet::from([actor(OFFICER)]);
        let policy = Policy::default();
        let context = ColourContext {
            police: &police,
            policy: &policy,
            now: at(self.now),
        };
        colour(&self.view, &self.facts, &context)
    }

    fn verdict(&self) -> (u8, Level) {
        let colour = self.colour();
        (colour.score, colour.level)
    }
}

/// Twelve workers out of control over their wages, an answer overdue by a fifth of its limit, signs
/// of petitioning.
fn wages() -> Example {
    let mut example = Example::of("N06-01")
        .persons(12)
        .yuan(180_000)
        .sees(MEDIATOR, F::PetitionSign)
        .sees(MEDIATOR, F::Emotion(Emotion::OutOfControl));
    let policy = Policy::default();
    start(
        &mut example.facts,
        DeadlineKind::Dispatch,
        &policy,
        at("03-02T09:00:00"),
    );
    example.now = "03-03T14:00:00";
    example
}

/// Shows R042, D02.
#[test]
fn a_calm_dispute_over_a_deposit_of_2000_yuan_is_blue_with_2_points() {
    let deposit = Example::of("N08-01").persons(2).yuan(2000);
    assert_eq!(deposit.verdict(), (2, Level::Blue));
}

/// Shows R042, R033.
#[test]
fn noise_with_a_third_call_agitated_neighbours_and_a_middling_judgement_is_yellow_with_35_points() {
    let noise = Example::of("N02-01")
        .repeat_calls(2)
        .sees(MEDIATOR, F::Emotion(Emotion::Agitated))
        .sees(OFFICER, F::Residual(Residual::Mid));
    assert_eq!(noise.verdict(), (35, Level::Yellow));
}

/// Shows R042, R033.
#[test]
fn a_minor_who_ran_away_repeatedly_with_a_high_judgement_is_yellow_with_49_points() {
    let gutang = Example::of("N01-07")
        .repeat_calls(2)
        .sees(OFFICER, F::Residual(Residual::High))
        .sees(MEDIATOR, F::Vulnerable);
    assert_eq!(gutang.verdict(), (49, Level::Yellow));
}

/// Shows R042.
#[test]
fn twelve_workers_without_180000_yuan_of_wages_are_yellow_with_54_points() {
    assert_eq!(wages().verdict(), (54, Level::Yellow));
}

/// Shows R042.
#[test]
fn a_break_up_with_a_death_threat_is_red_with_80_points() {
    let break_up = Example::of("N01-03")
        .sees(MEDIATOR, F::Threat)
        .sees(OFFICER, F::Violence)
        .sees(MEDIATOR, F::Emotion(Emotion::OutOfControl));
    assert_eq!(break_up.verdict(), (80, Level::Red));
}

/// Shows R042.
#[test]
fn the_wages_once_paid_and_after_two_calm_visits_are_blue_with_4_points() {
    let mut paid = wages()
        .sees(MEDIATOR, F::Emotion(Emotion::Calm))
        .sees(2, F::CalmVisit)
        .sees(3, F::CalmVisit);
    crate::deadline::meet(&mut paid.facts, DeadlineKind::Dispatch, at(paid.now));
    paid.facts.round.agreement = Some(AgreementFact {
        draft: EntryId(uuid::Uuid::nil()),
        form: AgreementForm::Written,
        content_hash: String::new(),
        number: None,
        effective_at: Some(at("03-05T09:00:00")),
        seal_no: None,
        void_at: None,
        mediators: std::collections::BTreeMap::new(),
    });
    paid.facts.stage = Stage::FollowUp;
    assert_eq!(paid.verdict(), (4, Level::Blue));
}

#[test]
fn a_threat_a_weapon_a_breached_order_or_a_gathering_of_thirty_is_red_at_once() {
    for danger in [F::Threat, F::Weapon, F::OrderBreached, F::Gathering(30)] {
        let case = Example::of("N07-01").sees(2, danger);
        assert_eq!(case.colour().level, Level::Red, "{danger:?}");
        assert!(case.colour().score < 60);
    }
}

#[test]
fn a_history_of_domestic_violence_counts_when_the_police_say_so_and_from_nobody_else() {
    let said_by = |who| Example::of("N01-01").sees(who, F::DvHistory).colour().score;
    assert_eq!(said_by(MEDIATOR), 8);
    assert_eq!(said_by(OFFICER), 26);
}

#[test]
fn a_broken_agreement_and_repeat_calls_count_up_to_their_most() {
    let mut case = Example::of("N07-01").repeat_calls(9);
    case.facts.round.breached = true;
    assert_eq!(case.colour().score, 2 + 24 + 10);
}

#[test]
fn the_score_has_a_floor_and_a_cap() {
    let mut calm = Example::of("N07-01")
        .sees(2, F::CalmVisit)
        .sees(3, F::CalmVisit);
    calm.facts.stage = Stage::FollowUp;
    assert_eq!(calm.colour().score, 0);
    let everything = [
        F::Threat,
        F::Weapon,
        F::OrderBreached,
        F::Violence,
        F::Gathering(99),
    ];
    let everything = everything
        .into_iter()
        .fold(Example::of("N01-01"), |c, f| c.sees(2, f));
    assert_eq!(everything.colour().score, 100);
}

/// Shows P07, R051.
#[test]
fn every_part_of_the_score_says_in_words_where_it_comes_from() {
    let colour = wages().colour();
    let sum: i16 = colour.reasons.iter().map(|r| r.points).sum();
    assert_eq!(sum, i16::from(colour.score));
    assert!(colour.reasons.iter().all(|r| !r.zh.is_empty()));
    assert!(colour.reasons.iter().any(|r| r.zh == "“分拨”超期"));
}

fn over(level: Level, why: &str, until: Option<&str>) -> ColourOverride {
    ColourOverride {
        level,
        by: Author {
            user: crate::ids::UserId(uuid::Uuid::nil()),
            role: Role::Supervisor,
            org: crate::ids::OrgId(uuid::Uuid::nil()),
        },
        why: why.into(),
        since: at("03-02T09:00:00"),
        until: until.map(at),
    }
}

#[test]
fn a_person_overrides_upward_freely_and_downward_with_a_reason_and_for_a_week_at_most() {
    let (yellow, weights) = (wages().colour(), Weights::default());
    let check = |over: &ColourOverride| check_override(yellow.level, over, &weights);
    assert_eq!(check(&over(Level::Red, "", None)), Ok(()));
    let down = |why, until| check(&over(Level::Blue, why, until));
    assert_eq!(down("工资已到账", Some("03-09T09:00:00")), Ok(()));
    assert_eq!(
        down(" ", Some("03-05T09:00:00")),
        Err(OverrideError::NoReason)
    );
    let no_end = Err(OverrideError::NoEnd { days: 7 });
    assert_eq!(down("工资已到账", None), no_end);
    assert_eq!(down("工资已到账", Some("03-09T09:00:01")), no_end);
}

#[test]
fn an_override_is_shown_with_its_reason_while_it_lasts_and_the_higher_of_two_wins() {
    let yellow = wages().colour();
    let down = over(Level::Blue, "工资已到账", Some("03-09T09:00:00"));
    let during = shown(yellow.clone(), Some(&down), at("03-08T09:00:00"));
    assert_eq!((during.level, during.score), (Level::Blue, yellow.score));
    assert_eq!(during.reckoned(), yellow.level);
    assert_eq!(
        during.reasons.last().unwrap().zh,
        "人工调整为蓝色：工资已到账"
    );
    let after = shown(yellow.clone(), Some(&down), at("03-09T09:00:00"));
    assert_eq!(after, yellow);
    let up = over(Level::Red, "", None);
    let now = at("03-03T09:00:00");
    assert_eq!(prevailing(down.clone(), up.clone(), now), up);
    assert_eq!(prevailing(up.clone(), down, now), up);
}

#[test]
fn a_danger_that_comes_up_ends_an_override_that_did_not_know_of_it() {
    let before = wages().colour();
    let after = wages().sees(2, F::Weapon).colour();
    assert!(new_danger(&before, &after));
    assert!(!new_danger(&after, &after));
}

fn factor() -> impl Strategy<Value = RiskFactor> {
    prop_oneof![
        Just(F::Threat),
        Just(F::Weapon),
        Just(F::OrderBreached),
        Just(F::Violence),
        Just(F::DvHistory),
        Just(F::Vulnerable),
        Just(F::PetitionSign),
        (0..40_u32).prop_map(F::Gathering),
        prop::sample::select(vec![Residual::Low, Residual::Mid, Residual::High])
            .prop_map(F::Residual),
        prop::sample::select(vec![
            Emotion::Calm,
            Emotion::Agitated,
            Emotion::OutOfControl
        ])
        .prop_map(F::Emotion),
    ]
}

/// What one phone knows: its own observations, and its own word on persons and money.
type Phone = (Vec<RiskFactor>, Option<u32>, Option<u64>);

fn phone() -> impl Strategy<Value = Phone> {
    let seen = prop::collection::vec(factor(), 0..5);
    (
        seen,
        prop::option::of(0..50_u32),
        prop::option::of(0..900_000_u64),
    )
}

fn merged(phones: &[(u8, &Phone)]) -> Colour {
    phones
        .iter()
        .fold(
            Example::of("N03-01"),
            |mut case, (who, (seen, persons, yuan))| {
                case.view
                    .intake
                    .persons
                    .values
                    .extend(persons.map(|n| (actor(*who), n)));
                let cents = yuan.map(|y| (actor(*who), Cents(y * 100)));
                case.view.intake.amount.values.extend(cents);
                case.view
                    .intake
                    .injury
                    .values
                    .push((actor(*who), Injury::None));
                seen.iter()
                    .fold(case, |case, factor| case.sees(*who, *factor))
            },
        )
        .colour()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_merge_lowers_the_score_or_the_colour_of_either_side(a in phone(), b in phone(), c in phone()) {
        let (a, b, c) = ((OFFICER, &a), (2, &b), (3, &c));
        let all = merged(&[a, b, c]);
        for part in [merged(&[a]), merged(&[b]), merged(&[a, b]), merged(&[b, c])] {
            prop_assert!(all.score >= part.score, "{:?} fell to {:?}", part, all);
            prop_assert!(all.level >= part.level);
        }
        let other_way = merged(&[c, b, a]);
        prop_assert_eq!((all.score, all.level), (other_way.score, other_way.level));
    }
}
