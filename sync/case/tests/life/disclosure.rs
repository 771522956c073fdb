//! What of a case its readers see, as rulings and time change how they stand to it.

use crate::stage::{MEDIATOR, Stage, author};
use hejie_case::{
    act::{self, DeskAct},
    disclosure::{AFTERWARDS, Disclosed, FieldClass, Reader, Relation, Sight, Tie},
    facts::{Duty, Facts, RecusalGround},
    ids::{RegionCode, UserId},
    reconcile::members,
    role::{Author, Role},
};
use jiff::{SignedDuration, Timestamp};

fn reader(by: Author, facts: &Facts, now: Timestamp) -> Relation {
    let territory: RegionCode = facts.region.clone();
    let reader = Reader {
        by,
        territory: &territory,
        office: "",
    };
    Relation::of(&reader, facts, now)
}

fn recuse(handler: UserId) -> DeskAct {
    DeskAct::RecuseHandler(act::RecuseHandler {
        handler,
        ground: RecusalGround::Relative,
        party: None,
        why: "系一方当事人的表兄。".into(),
    })
}

#[test]
fn whoever_is_recused_sees_nothing_from_that_ruling_on_and_is_not_put_on_the_case_again() {
    let mut stage = Stage::of("N02-02");
    stage.accept();
    stage.sync(MEDIATOR);
    let lead = stage.facts().lead().unwrap().author();
    let now = stage.now;
    assert_eq!(reader(lead, stage.facts(), now).tie, Tie::Own);
    assert_eq!(stage.desk(Role::Supervisor, recuse(lead.user)), None);
    let relation = reader(lead, stage.facts(), now);
    assert_eq!(relation.tie, Tie::Recused);
    assert!(Sight::of(Role::Mediator, relation).is_blind());
    assert!(
        !members(stage.facts()).contains(&lead),
        "no phone of theirs writes"
    );
    let back = DeskAct::Assign(act::Assign {
        target: lead,
        duty: Duty::Co,
    });
    let refusal = stage.desk(Role::Dispatcher, back).unwrap();
    assert_eq!(refusal.code, "recused");
}

#[test]
fn an_offer_shows_what_it_is_about_and_seven_days_after_the_work_nothing_is_shown() {
    let mut stage = Stage::of("N02-02");
    let offered = stage.facts().offered().unwrap().author();
    let brief = Sight::of(offered.role, reader(offered, stage.facts(), stage.now));
    assert!(brief.shows(FieldClass::Core) && brief.shows(FieldClass::Risk));
    assert!(!brief.shows(FieldClass::Work) && !brief.shows(FieldClass::Identity));
    stage.accept();
    stage.sync(MEDIATOR);
    let mut facts = stage.facts().clone();
    let ended = stage.now;
    facts
        .assignments
        .iter_mut()
        .for_each(|a| a.to = Some(ended));
    let tie = |after: SignedDuration| reader(offered, &facts, ended + after).tie;
    assert_eq!(tie(AFTERWARDS), Tie::Own);
    assert_eq!(tie(AFTERWARDS + SignedDuration::from_secs(1)), Tie::None);
}

#[test]
fn nothing_of_what_is_withheld_stands_anywhere_in_what_is_disclosed() {
    let mut stage = Stage::of("N02-02");
    stage.accept();
    stage.note(MEDIATOR, "标记记录");
    stage.sync(MEDIATOR);
    let by = author(9, Role::Supervisor);
    let sight = Sight::of(by.role, reader(by, stage.facts(), stage.now));
    let disclosed = Disclosed::of(stage.view().clone(), stage.facts().clone(), sight);
    assert!(disclosed.view().notes.is_empty() && !disclosed.view().parties.is_empty());
    let text = format!("{:?}{:?}", disclosed.view(), disclosed.facts());
    assert!(!text.contains("标记记录"));
    assert!(sight.withheld().any(|class| class == FieldClass::Work));
}
