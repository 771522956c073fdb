//! Phones whose clock is wrong, and phones that were set back.

use crate::team::{COLLEAGUE, LEAD, Team, item, orders};
use hejie_case::view::{ConflictKind, Resolver, Severity};
use hejie_device::engine::Readiness;
use jiff::{SignedDuration, Timestamp};

/// Shows M23, D12.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_whose_clock_is_behind_changes_no_order_and_its_time_is_shown_as_claimed() {
    let mut team = Team::meet().await;
    for order in orders(COLLEAGUE) {
        team.mediating("N03-02").await;
        let seen = team.note(LEAD, "先写的记录。");
        team.come_back([LEAD, COLLEAGUE]).await;
        let (case, now) = (team.case(), team.tick());
        let wrong = now - SignedDuration::from_hours(30);
        team.phones[COLLEAGUE].set_clock(wrong);
        let behind = team.phones[COLLEAGUE].note(case, "后写的记录，手机慢了一天多。");
        team.note(LEAD, "同时写的记录。");
        team.come_back(order).await;
        let (kind, note) = (ConflictKind::ClockContradiction, Severity::Note);
        let conflict = team.the_one(kind, note, Resolver::Supervisor).await;
        let colleague = team.phones[COLLEAGUE].engine.enrolment().unwrap().actor;
        assert_eq!(conflict.variants[0].author, Some(colleague));
        let notes = team.detail().await["notes"].clone();
        let at = |id| -> Timestamp { item(&notes, id)["at"].as_str().unwrap().parse().unwrap() };
        assert_eq!(at(behind), wrong, "as it was claimed");
        assert!(at(behind) < at(seen));
        team.note(COLLEAGUE, "又一条，时间已校准。");
        team.come_back(order).await;
        team.the_one(kind, note, Resolver::Supervisor).await;
    }
}

/// Shows M24.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_set_back_by_a_backup_speaks_with_a_new_actor_and_nothing_is_lost() {
    let mut team = Team::meet().await;
    for order in orders(COLLEAGUE) {
        team.mediating("N03-02").await;
        let (case, backup) = (team.case(), team.phones[COLLEAGUE].disk.copy());
        let kept = team.note(COLLEAGUE, "备份之后写下的。");
        team.come_back([COLLEAGUE, LEAD]).await;
        let old = team.phones[COLLEAGUE].engine.enrolment().unwrap().actor;
        team.phones[COLLEAGUE].wake_up_with(backup);
        let again = team.note(COLLEAGUE, "恢复之后写下的。");
        let of_lead = team.note(LEAD, "其间写下的。");
        for phone in order {
            team.tick();
            team.phones[phone].sync().await;
            team.scene.server.reconcile().await;
        }
        let used_twice = "select count(*) - count(distinct (actor, actor_seq)) from case_change
            where case_id = $1 and state <> 'quarantined'";
        assert_eq!(team.scene.count(used_twice).await, 0);
        let status = team.phones[COLLEAGUE].engine.status();
        assert_eq!(status.readiness, Readiness::EnrolAgain);
        assert_eq!(status.trouble.unwrap().code, "phone_set_back");

        let person = team.scene.county.second_mediator.clone();
        let phone = &mut team.phones[COLLEAGUE];
        phone.enrol_again(&team.scene.server, &person).await;
        let new = phone.engine.enrolment().unwrap().actor;
        assert_ne!(new, old);
        team.come_back(order).await;
        for note in [kept, again, of_lead] {
            assert!(team.phones[LEAD].has_note(case, note));
        }
    }
}
