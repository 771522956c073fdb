//! A phone's clock is a claim (D12): beside a fresh anchor it counts, else the receipt does.

use crate::stage::{MEDIATOR, Stage};
use hejie_case::{
    act,
    edit::NewEntry,
    facts::{Deadline, DeadlineKind, Status},
    record::{Anchor, Ask, Request},
};
use jiff::ToSpan;

impl Stage {
    /// The mediator asks for something now that happened forty minutes ago, as the phone says.
    fn ask_late(&mut self, ask: Ask, anchor: Option<Anchor>) {
        let request = Request {
            ask,
            base_version: self.facts().version,
            at: self.now.checked_sub(40.minutes()).unwrap(),
            anchor,
        };
        self.add(MEDIATOR, NewEntry::Request(request));
        self.sync(MEDIATOR);
    }

    fn arrival(&self) -> &Deadline {
        let mut clocks = self.facts().deadlines.iter();
        clocks.find(|d| d.kind == DeadlineKind::Arrive).unwrap()
    }
}

fn signed_for() -> Stage {
    let mut stage = Stage::of("N08-02");
    stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment: 1 }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::SignedFor);
    stage.later(60);
    stage
}

fn arrive() -> Ask {
    let reason = Some("楼道内无定位".into());
    Ask::Arrive(act::Arrive {
        place: None,
        reason,
    })
}

/// Shows E07, D12.
#[test]
fn an_arrival_without_signal_is_in_time_when_the_phone_knew_the_time() {
    let mut stage = signed_for();
    let fresh = Anchor {
        age_s: 3600,
        drift_s: 2,
    };
    stage.ask_late(arrive(), Some(fresh));
    assert_eq!(stage.status(), Status::OnScene);
    let met = stage.arrival().met_at.unwrap();
    assert!(met <= stage.arrival().due_at, "the claimed time counts");
    assert_eq!(stage.facts().trail.last().unwrap().zh, "到场");
}

/// Shows E07, D12.
#[test]
fn an_arrival_claimed_by_a_clock_that_nobody_vouches_for_counts_from_its_receipt_and_is_marked() {
    let mut stage = signed_for();
    let moved = Anchor {
        age_s: 60,
        drift_s: -2400,
    };
    stage.ask_late(arrive(), Some(moved));
    let met = stage.arrival().met_at.unwrap();
    assert!(met > stage.arrival().due_at, "the receipt counts");
    let line = stage.facts().trail.last().unwrap();
    assert_eq!(line.zh, "到场（时钟可疑）");
}

/// Shows E05, E07.
#[test]
fn what_one_phone_wrote_is_heard_in_its_order_although_its_clock_was_set_back_in_between() {
    let mut stage = Stage::of("N08-02");
    let signed = stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment: 1 }));
    stage.later(-90);
    let arrived = stage.ask(MEDIATOR, arrive());
    stage.later(90);
    stage.sync(MEDIATOR);
    assert!(arrived < signed, "the ids are as wrong as the clock was");
    assert_eq!(stage.refusal(signed), None);
    assert_eq!(stage.refusal(arrived), None);
    assert_eq!(stage.status(), Status::OnScene);
}
