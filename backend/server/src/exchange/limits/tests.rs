use super::*;
use jiff::{SignedDuration, Timestamp};
use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};
use uuid::Uuid;

fn limits() -> ExchangeLimits {
    ExchangeLimits::new(&Clock::settable(Timestamp::from_second(1_780_000_000).unwrap()).0)
}

fn whose(phone: u128, user: u128, address: u8) -> ExchangeOwner {
    ExchangeOwner {
        phone: DeviceId(Uuid::from_u128(phone)),
        user: UserId(Uuid::from_u128(user)),
        address: Some(IpAddr::from([10, 0, 0, address])),
    }
}

/// A permit, if there is one at once.
fn sit<'a>(admission: &'a Admission<'_>) -> Option<RunningPermit<'a>> {
    let waiting = pin!(admission.permit());
    match waiting.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(permit) => Some(permit.unwrap()),
        Poll::Pending => None,
    }
}

#[test]
fn a_phone_that_comes_too_often_is_told_when_to_come_again_and_others_are_not_touched() {
    let (clock, hand) = Clock::settable(Timestamp::from_second(1_780_000_000).unwrap());
    let limits = ExchangeLimits::new(&clock);
    let (hasty, calm) = (DeviceId(Uuid::from_u128(1)), DeviceId(Uuid::from_u128(2)));
    for _ in 0..BURST.get() {
        limits.count(hasty).unwrap();
    }
    assert!(matches!(
        limits.count(hasty),
        Err(Problem::TooManyExchanges { retry_after: 1 })
    ));
    limits.count(calm).unwrap();
    hand.advance(SignedDuration::from_secs(1));
    limits.count(hasty).unwrap();
}

#[test]
fn a_phone_has_one_place_at_most_and_the_third_request_is_sent_away() {
    let limits = limits();
    let first = limits.admit(whose(1, 1, 1)).unwrap();
    let second = limits.admit(whose(1, 1, 1)).unwrap();
    assert!(matches!(
        limits.admit(whose(1, 1, 1)),
        Err(Problem::ExchangeRunning { .. })
    ));
    let permit = sit(&first).unwrap();
    assert!(sit(&second).is_none());
    let other = limits.admit(whose(2, 2, 1)).unwrap();
    assert!(sit(&other).is_some());
    drop(permit);
    drop(first);
    assert!(sit(&second).is_some());
    limits.admit(whose(1, 1, 1)).unwrap();
}

#[test]
fn a_person_with_many_phones_has_two_places() {
    let limits = limits();
    let own: Vec<_> = (0..OF_USER as u128)
        .map(|phone| limits.admit(whose(phone, 1, 1)).unwrap())
        .collect();
    assert!(limits.admit(whose(99, 1, 1)).is_err());
    let permits: Vec<_> = own.iter().filter_map(sit).collect();
    assert_eq!(permits.len(), RUNNING_OF_USER);
    assert!(sit(&limits.admit(whose(100, 2, 1)).unwrap()).is_some());
}

#[tokio::test]
async fn a_phone_that_comes_too_often_waits_for_the_refusal_where_there_is_a_place() {
    let limits = limits();
    let hasty = DeviceId(Uuid::from_u128(1));
    for _ in 0..BURST.get() {
        limits.pass(hasty).await.unwrap();
    }
    let mut look = Context::from_waker(Waker::noop());
    let mut waits: Vec<_> = (0..HELD).map(|_| Box::pin(limits.pass(hasty))).collect();
    for wait in &mut waits {
        assert!(wait.as_mut().poll(&mut look).is_pending());
    }
    assert!(limits.pass(hasty).await.is_err(), "beyond these at once");
}

#[test]
fn a_person_has_one_large_request_at_most_however_many_phones_send_one() {
    let limits = limits();
    let [one, same] = [1, 2].map(|phone| limits.admit(whose(phone, 1, 1)).unwrap());
    let place = one.spool_place().ok().unwrap();
    assert!(matches!(
        same.spool_place(),
        Err(Problem::ExchangeRunning { .. })
    ));
    drop(place);
    assert!(same.spool_place().is_ok());
}

#[test]
fn large_requests_on_their_way_are_bounded_and_fit_into_a_gibibyte() {
    let limits = limits();
    let admitted = (0..=SPOOLS as u128).map(|n| limits.admit(whose(n, n, 1)).unwrap());
    let admitted: Vec<_> = admitted.collect();
    let (last, others) = admitted.split_last().unwrap();
    let places: Vec<_> = others.iter().map(Admission::spool_place).collect();
    assert!(places.iter().all(Result::is_ok));
    assert!(matches!(
        last.spool_place(),
        Err(Problem::Unavailable(None))
    ));
    drop(places);
    assert!(last.spool_place().is_ok());
    assert_eq!(SPOOLS * hejie_wire::limits::LARGE_UP_BYTES, 1 << 30);
}

#[test]
fn large_requests_that_came_whole_are_worked_on_in_turn() {
    let limits = limits();
    let [one, other, third] = [1, 2, 3].map(|n| limits.admit(whose(n, n, 1)).unwrap());
    let mut look = Context::from_waker(Waker::noop());
    let mut turns = [&one, &other].map(|admission| Box::pin(admission.large_turn()));
    let [first, second] = turns.each_mut().map(|turn| turn.as_mut().poll(&mut look));
    assert!(first.is_ready() && second.is_ready());
    let mut waits = Box::pin(third.large_turn());
    assert!(waits.as_mut().poll(&mut look).is_pending());
    drop(first);
    assert!(waits.as_mut().poll(&mut look).is_ready());
}

#[test]
fn what_was_given_back_is_forgotten_whoever_refused() {
    let limits = limits();
    let all: Vec<_> = (0..OF_ADDRESS as u128)
        .map(|n| limits.admit(whose(n, n, 1)).unwrap())
        .collect();
    assert!(limits.admit(whose(1_000, 1_000, 1)).is_err());
    limits.admit(whose(1_000, 1_000, 2)).unwrap();
    drop(all);
    let lanes = limits.lanes.lock();
    assert!(lanes.phones.is_empty() && lanes.users.is_empty() && lanes.addresses.is_empty());
}

#[test]
fn all_addresses_of_one_network_are_one() {
    let limits = limits();
    let at = |n: u16, network: u16| ExchangeOwner {
        address: Some(IpAddr::from([0x2001, 0xdb8, 0, network, 0, 0, 0, n])),
        ..whose(n.into(), n.into(), 1)
    };
    let all = (0..200).filter_map(|n| limits.admit(at(n, 1)).ok());
    let all: Vec<_> = all.collect();
    assert_eq!(all.len(), OF_ADDRESS);
    assert!(limits.admit(at(999, 2)).is_ok());
}

#[test]
fn when_too_many_wait_the_next_is_sent_away_at_once() {
    let limits = limits();
    let all = limits
        .waiting
        .try_acquire_many((RUNNING + WAITING) as u32)
        .unwrap();
    assert!(matches!(
        limits.admit(whose(1, 1, 1)),
        Err(Problem::Unavailable(None))
    ));
    drop(all);
    limits.admit(whose(1, 1, 1)).unwrap();
}

#[test]
fn a_phone_that_came_before_the_clock_was_put_back_comes_after_it() {
    let start = Timestamp::from_second(1_780_000_000).unwrap();
    let (clock, hand) = Clock::settable(start);
    let limits = ExchangeLimits::new(&clock);
    let phone = DeviceId(Uuid::from_u128(1));
    limits.count(phone).unwrap();
    hand.set(start - SignedDuration::from_hours(24));
    limits.count(phone).unwrap();
}
