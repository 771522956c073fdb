//! How many bytes of changes a phone that is out of service may leave.

use super::{Gone, part};
use harness::Answer;
use hejie_wire::{codec, limits};
use serde_json::json;

impl Gone {
    /// Lets the phone have left so many bytes before.
    async fn has_left(&self, bytes: u64) {
        let fill = "insert into deposit (case_id, hash, device_id, user_id, bytes, received_at)
            select $1, sha256('before'), $2, $3, decode(repeat('00', $4), 'hex'), now()
            on conflict (case_id, hash) do update set bytes = excluded.bytes";
        sqlx::query(fill)
            .bind(self.scene.case.0)
            .bind(self.phone.device().0)
            .bind(self.scene.county.mediator.id.0)
            .bind(i32::try_from(bytes).unwrap())
            .execute(&self.scene.server.state.pool)
            .await
            .unwrap();
    }
}

fn kept(answer: &Answer) -> usize {
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer.json["kept"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_phone_leaves_so_many_bytes_and_no_more_and_the_rest_stays_on_it() {
    let mut gone = Gone::set().await;
    gone.close_account().await;
    let part = part(&gone.phone.engine).unwrap();
    let up = codec::decode_up(part.body.encoding, &part.body.bytes).unwrap();
    let sizes: Vec<u64> = up.cases[0]
        .changes
        .iter()
        .map(|one| one.len() as u64)
        .collect();
    let [first, second] = sizes[..] else {
        panic!("two notes: {sizes:?}");
    };
    gone.has_left(limits::DEPOSIT_BYTES - first.min(second) + 1)
        .await;
    let none = gone.send(&part.body.bytes, part.body.encoding).await;
    assert_eq!((kept(&none), &none.json["full"]), (0, &json!(true)));

    gone.has_left(limits::DEPOSIT_BYTES - first).await;
    let one = gone.hand_in().await;
    assert_eq!((kept(&one), &one.json["full"]), (1, &json!(true)));
    let unsent = gone.phone.engine.unsent(gone.scene.case).unwrap();
    let waiting = unsent.iter().filter(|work| work.deposited.is_none());
    assert_eq!(waiting.count(), 1);

    gone.has_left(limits::DEPOSIT_BYTES - first - second).await;
    let both = gone.send(&part.body.bytes, part.body.encoding).await;
    assert_eq!((kept(&both), &both.json["full"]), (2, &json!(false)));
}

/// Who is out of service comes no oftener than who is in it, by either door.
#[tokio::test]
async fn a_phone_that_deposits_too_often_is_told_when_to_come_again() {
    let gone = Gone::set().await;
    gone.close_account().await;
    let part = part(&gone.phone.engine).unwrap();
    let mut refused = None;
    for _ in 0..200 {
        let answer = gone.send(&part.body.bytes, part.body.encoding).await;
        if answer.status != 200 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("there is a limit");
    assert_eq!(refused.outcome(), (429, "too_many_exchanges"));
    gone.scene
        .server
        .advance(jiff::SignedDuration::from_secs(5));
    let again = gone.send(&part.body.bytes, part.body.encoding).await;
    assert_eq!(kept(&again), 2);
}
