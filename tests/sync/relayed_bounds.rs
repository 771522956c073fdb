//! How much of what nothing proves one person may hand in: each has a share of a case, and nobody fills that of another.

use crate::{
    phone::{Phone, read, send},
    relayed::{Lost, change, claims, empty, relayed},
};
use hejie_case::ids::CaseId;
use hejie_wire::{
    limits::RELAYED_CHANGES,
    message::{Down, Up},
};
use jiff::SignedDuration;
use std::ops::Range;

#[tokio::test(flavor = "multi_thread")]
async fn relayed_words_are_bounded_for_a_person_and_the_rest_stays_on_the_phone() {
    let lost = Lost::set().await;
    let case = lost.scene.case;
    fill_four_fifths(&lost).await;
    let down = relay(&lost.mediator, case, 400..520).await;
    assert!(down.relayed.is_empty(), "not all of it is kept");
    let kept = claims(&lost.scene).await.len();
    assert!((400..=500).contains(&kept), "{kept}");
    let again = relay(&lost.mediator, case, 400..520).await;
    assert!(again.relayed.is_empty());
    let after = claims(&lost.scene).await.len();
    assert_eq!(after, kept, "a flood changes nothing");
    let beside = "select count(*) from case_change where case_id = $1 and state <> 'quarantined'";
    assert_eq!(lost.scene.count(beside).await, 1);
}

/// However small they are.
#[tokio::test(flavor = "multi_thread")]
async fn relayed_words_are_bounded_in_number_too() {
    let lost = Lost::set().await;
    for first in [0, 100, 200, 300, 400, 500] {
        let down = relay_of(&lost.mediator, lost.scene.case, first..first + 100, 30).await;
        assert_eq!(down.relayed.is_empty(), first == 500);
        lost.scene.server.advance(SignedDuration::from_secs(1));
    }
    let most = usize::try_from(RELAYED_CHANGES).unwrap();
    assert_eq!(claims(&lost.scene).await.len(), most);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_fills_a_share_with_false_claims_keeps_no_colleague_out() {
    let lost = Lost::set().await;
    let case = lost.scene.case;
    fill_four_fifths(&lost).await;
    relay(&lost.mediator, case, 400..520).await;
    let full = claims(&lost.scene).await.len();
    let down = relay(&lost.grid, case, 600..601).await;
    assert_eq!(down.relayed, [case]);
    assert_eq!(claims(&lost.scene).await.len(), full + 1);
}

/// The mediator's phone relays what nobody wrote: form and actor are looked at, not more.
async fn fill_four_fifths(lost: &Lost) {
    for first in [0, 100, 200, 300] {
        let down = relay(&lost.mediator, lost.scene.case, first..first + 100).await;
        assert_eq!(down.relayed, [lost.scene.case]);
        lost.scene.server.advance(SignedDuration::from_secs(1));
    }
}

async fn relay(phone: &Phone, case: CaseId, changes: Range<u32>) -> Down {
    relay_of(phone, case, changes, 2_200).await
}

/// Relays changes of about so many bytes each.
async fn relay_of(phone: &Phone, case: CaseId, changes: Range<u32>, bytes: usize) -> Down {
    let changes = changes.map(|n| change(n, bytes)).collect();
    let up = Up {
        relayed: vec![relayed(case, changes)],
        ..empty(phone)
    };
    read(&send(&phone.agent, &up).await)
}
