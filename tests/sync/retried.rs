//! Work that was refused because the case had gone to somebody else: it is kept once, comes back at
//! once when its author does, and is reconciled; and what a client may say of such work stops
//! nothing but itself.

use crate::{
    extreme::forgery::Forger,
    full_text::snapshot,
    hostile::up,
    phone::{Phone, read},
    scene::{Scene, act, author},
};
use automerge::{Change, ChangeHash, ExpandedChange};
use harness::{Person, TestServer};
use hejie_case::{
    act::{self, DeskAct},
    document::CaseDoc,
    edit::{Edit, NewEntry, TextTarget},
    facts::Duty,
    ids::EntryId,
    record::{Anchor, RiskFactor, RiskObservation},
};
use hejie_device::engine::Readiness;
use hejie_wire::message::{CaseUp, Up};
use jiff::SignedDuration;
use serde_bytes::ByteBuf;

const QUARANTINED: &str =
    "select count(*) from case_change where case_id = $1 and state = 'quarantined'";

/// The colleague loses the case, and time goes on.
async fn lose(scene: &Scene, grid: &mut Phone) {
    lose_of(scene, grid, &scene.county.second_mediator).await;
}

/// Somebody loses the case, and time goes on.
async fn lose_of(scene: &Scene, grid: &mut Phone, person: &Person) {
    scene.forget(scene.case, person).await;
    scene.server.advance(SignedDuration::from_mins(2));
    grid.set_clock(scene.server.now());
}

/// A desk gives the case back to the grid worker.
async fn come_back(scene: &Scene, grid: &mut Phone) {
    let to = author(&scene.county.second_mediator);
    let assign = DeskAct::Assign(act::Assign {
        target: to,
        duty: Duty::Co,
    });
    let refused = act(scene, &scene.county.dispatcher, scene.case, assign).await;
    assert_eq!(refused, None);
    grid.sync().await;
}

/// Tries everything refused again, in the order in which it was written.
fn retry_all(scene: &Scene, grid: &mut Phone) {
    for refusal in grid.engine.refusals().unwrap() {
        let now = grid.now();
        grid.engine.retry(scene.case, refusal.number, now).unwrap();
    }
}

fn codes(phone: &Phone) -> Vec<String> {
    let refusals = phone.engine.refusals().unwrap();
    refusals.into_iter().map(|one| one.reason.code).collect()
}

async fn assert_alike(scene: &Scene, phones: [&mut Phone; 2]) {
    let [one, other] = phones;
    for _ in 0..2 {
        one.sync().await;
        other.sync().await;
        scene.server.reconcile().await;
    }
    one.sync().await;
    other.sync().await;
    for phone in [one, other] {
        assert_eq!(phone.state(scene.case), scene.state().await);
        assert_eq!(phone.engine.status().readiness, Readiness::UpToDate);
        assert_eq!(codes(phone), Vec::<String>::new());
    }
    let open = "select count(*) from case_change where case_id = $1 and state = 'acknowledged'";
    assert_eq!(scene.count(open).await, 0, "all of it is settled");
}

/// A note that the mediator and the grid worker hold.
async fn shared_note(scene: &Scene) -> (Phone, Phone, EntryId) {
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    let note = grid.note(scene.case, "卖方不肯退钱。");
    grid.sync().await;
    scene.server.reconcile().await;
    mediator.sync().await;
    (mediator, grid, note)
}

#[tokio::test(flavor = "multi_thread")]
async fn words_typed_inside_of_refused_words_are_tried_again_with_them_and_settle() {
    for (is_under_way, expected) in [
        (true, ["no_longer_yours", "inside_refused"]),
        (false, ["no_longer_yours", "no_longer_yours"]),
    ] {
        let scene = Scene::set().await;
        let (mut mediator, mut grid, note) = shared_note(&scene).await;
        lose(&scene, &mut grid).await;
        grid.rewrite(scene.case, note, "首先，卖方不肯退钱。末了。");
        if is_under_way {
            let answer = grid.ask().await;
            grid.rewrite(scene.case, note, "首先，卖方不肯退钱。末又写了。");
            grid.take(&answer);
        } else {
            grid.rewrite(scene.case, note, "首先，卖方不肯退钱。末又写了。");
        }
        grid.sync().await;
        assert_eq!(codes(&grid), expected);
        mediator.rewrite(scene.case, note, "卖方不肯退钱。调解员写的。");
        mediator.sync().await;
        scene.server.reconcile().await;

        let aside = scene.count(QUARANTINED).await;
        come_back(&scene, &mut grid).await;
        retry_all(&scene, &mut grid);
        assert_alike(&scene, [&mut grid, &mut mediator]).await;
        assert_eq!(scene.count(QUARANTINED).await, aside);
        let notes = mediator.notes(scene.case).concat();
        for words in ["首先，", "末又写了。", "调解员写的。"] {
            assert_eq!(notes.matches(words).count(), 1, "{notes}");
        }
        let file = mediator.engine.case(scene.case, mediator.now()).unwrap();
        assert_eq!(file.facts.unwrap().conflicts.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_notes_written_after_losing_a_case_are_kept_once_each_and_come_back_at_once() {
    let scene = Scene::set().await;
    let (mut mediator, mut grid, _) = shared_note(&scene).await;
    lose(&scene, &mut grid).await;
    let notes: Vec<EntryId> = (0..40)
        .map(|n| grid.note(scene.case, &format!("失去案件之后的第{n}条。")))
        .collect();
    let traffic = grid.sync().await;
    assert!(traffic.requests <= 3, "{traffic:?}");
    assert_eq!(codes(&grid), vec!["no_longer_yours"; 40]);
    assert_eq!(grid.engine.status().waiting, 0);
    assert_eq!(scene.count(QUARANTINED).await, 40);
    let readable = "select count(distinct hash) from case_change
         where case_id = $1 and state = 'quarantined' and reason_code = 'no_longer_yours' and octet_length(bytes) > 0";
    assert_eq!(scene.count(readable).await, 40);
    assert_eq!(grid.sync().await.requests, 1, "and all is said");

    come_back(&scene, &mut grid).await;
    retry_all(&scene, &mut grid);
    assert_alike(&scene, [&mut grid, &mut mediator]).await;
    assert_eq!(scene.count(QUARANTINED).await, 40);
    for note in notes {
        assert!(mediator.has_note(scene.case, note));
    }
}

/// What a phone has there already may be any number of rows; nothing is dropped for it, since the
/// rest stays on the phone.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_lost_a_case_has_so_much_set_aside_and_the_rest_stays_on_it() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut grid = scene.colleague().await;
    grid.note(scene.case, "第一条。");
    lose(&scene, &mut grid).await;
    grid.set_clock(scene.server.now());
    let before = grid.disk.copy();
    grid.note(scene.case, "失去案件以后写的。");
    grid.sync().await;
    let first = scene.count(QUARANTINED).await;
    assert!((1..=2).contains(&first));
    let fill = "insert into case_change (case_id, hash, position, actor, actor_seq, start_op, max_op, deps, device_id,
            user_id, role, org_id, bytes, received_at, state, reason_code, reason_zh)
        select case_id, sha256(n::text::bytea), 1000 + n, actor, actor_seq + 1000 + n, start_op, max_op, deps, device_id,
            user_id, role, org_id, bytes, received_at, state, reason_code, reason_zh
        from case_change, generate_series(1, 200 - $2) n where case_id = $1 and state = 'quarantined'
        and hash = (select hash from case_change where case_id = $1 and state = 'quarantined' order by hash limit 1)";
    sqlx::query(fill)
        .bind(scene.case.0)
        .bind(first)
        .execute(&scene.server.state.pool)
        .await
        .unwrap();
    assert_eq!(scene.count(QUARANTINED).await, 200);
    grid.wake_up_with(before);
    grid.note(scene.case, "又一条。");
    grid.sync().await;
    assert!(codes(&grid).contains(&"quarantine_full".to_owned()));
    assert_eq!(scene.count(QUARANTINED).await, 200);
}

/// Whoever lost a case could write on in it for ever by a clock that stands still.
#[tokio::test(flavor = "multi_thread")]
async fn what_claims_to_be_in_time_by_a_clock_that_was_set_back_is_set_aside() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut grid = scene.colleague().await;
    scene.server.advance(SignedDuration::from_mins(30));
    let before = scene.server.now();
    scene.server.advance(SignedDuration::from_mins(1));
    scene
        .forget(scene.case, &scene.county.second_mediator)
        .await;
    scene.server.advance(SignedDuration::from_mins(30));
    grid.set_clock(before);
    grid.note(scene.case, "倒拨时钟后写下的。");
    grid.refresh().await;
    grid.sync().await;
    assert_eq!(codes(&grid), ["no_longer_yours"]);
    assert_eq!(scene.count(QUARANTINED).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_in_time_behind_a_change_that_is_no_good_is_taken_without_it() {
    let scene = Scene::set().await;
    let mut grid = scene.grid_worker().await;
    grid.look_at_no_role();
    let plan = NewEntry::Plan("网格员不写调解方案".into());
    let now = grid.now();
    grid.engine.add(scene.case, plan, now).unwrap();
    let in_time = grid.observe(scene.case, "在期间看到的。");
    scene.server.advance(SignedDuration::from_mins(1));
    lose_of(&scene, &mut grid, &scene.county.grid_worker).await;
    let late: Vec<EntryId> = (0..5)
        .map(|_| grid.observe(scene.case, "之后看到的。"))
        .collect();
    let traffic = grid.sync().await;
    assert!(traffic.requests <= 4, "{traffic:?}");
    scene.server.reconcile().await;
    assert_eq!(codes(&grid), vec!["no_longer_yours"; 6]);
    assert_eq!(scene.count(QUARANTINED).await, 6);
    let mediator = scene.mediator().await;
    let now = mediator.now();
    let risks = mediator.engine.case(scene.case, now).unwrap().view.risks;
    assert!(risks.contains_key(&in_time));
    assert!(!late.iter().any(|seen| risks.contains_key(seen)));
}

/// One of them is no good, so that each is looked at alone, and that is more than one request may
/// ask for.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_in_time_and_is_too_much_for_one_request_is_taken_with_the_next() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut grid = scene.grid_worker().await;
    let (actor, now) = (grid.engine.enrolment().unwrap().actor, grid.now());
    let mut doc = CaseDoc::load(&snapshot(&scene, scene.case).await).unwrap();
    let seen = (0..410).map(|n| {
        NewEntry::Risk(RiskObservation {
            factor: RiskFactor::Gathering(3),
            at: now,
            why: format!("第{n}条。"),
        })
    });
    let all = seen.chain([NewEntry::Plan("网格员不写调解方案".into())]);
    let mut changes = Vec::new();
    for entry in all {
        let id = grid.engine.new_entry_id(now).unwrap();
        let written = doc.edit(actor, now, &Edit::Add { id, entry }).unwrap();
        changes.push(ByteBuf::from(written.bytes));
    }
    scene.server.advance(SignedDuration::from_mins(1));
    lose_of(&scene, &mut grid, &scene.county.grid_worker).await;
    let clock = Anchor {
        age_s: 180,
        drift_s: 0,
    };
    let merged = "select count(*) from case_change where case_id = $1 and device_id is not null
         and state in ('acknowledged', 'merged')";
    for (said, aside) in [("too_much_at_once", 0), ("no_longer_yours", 1)] {
        let message = Up {
            cases: vec![CaseUp::new(scene.case, changes.clone())],
            clock: Some(clock),
            ..up(&mut grid)
        };
        let down = read(&grid.send(&message).await);
        assert_eq!(down.cases[0].refused[0].reason.code, said);
        assert_eq!(scene.count(QUARANTINED).await, aside);
    }
    assert_eq!(scene.count(merged).await, 410);
}

/// What the grid worker's client would write into a note of the mediator's, which came after its
/// own last change.
async fn foreign_words(scene: &Scene) -> (Phone, Phone, ExpandedChange, ChangeHash) {
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    grid.note(scene.case, "走访。");
    grid.sync().await;
    let own = grid.state(scene.case).0[0];
    mediator.sync().await;
    let id = mediator.note(scene.case, "调解员写的。");
    mediator.sync().await;
    scene.server.reconcile().await;
    let actor = grid.engine.enrolment().unwrap().actor;
    let forger = Forger::new(&snapshot(scene, scene.case).await, actor);
    let edit = Edit::Text {
        target: TextTarget::Note { id },
        content: "调解员写的。网格员接着写。".into(),
    };
    let change = forger.written(&edit, scene.server.now()).unwrap();
    (mediator, grid, change, ChangeHash(own.0))
}

async fn send(scene: &Scene, grid: &mut Phone, change: ExpandedChange) -> Vec<String> {
    let bytes = Change::from(change).raw_bytes().to_vec();
    let message = Up {
        cases: vec![CaseUp::new(scene.case, vec![ByteBuf::from(bytes)])],
        ..up(grid)
    };
    let down = read(&grid.send(&message).await);
    let mut said = down.cases.into_iter().flat_map(|case| case.refused);
    said.by_ref().map(|no| no.reason.code).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_refers_to_what_it_does_not_build_on_is_set_aside_alone() {
    let scene = Scene::set().await;
    let (mut mediator, mut grid, change, own) = foreign_words(&scene).await;
    let change = ExpandedChange {
        deps: vec![own],
        hash: None,
        ..change
    };
    assert_eq!(send(&scene, &mut grid, change).await, Vec::<String>::new());
    mediator.note(scene.case, "同时写下的。");
    mediator.sync().await;
    scene.server.reconcile().await;
    let why = "select count(*) from case_change
         where case_id = $1 and state = 'quarantined' and reason_code = 'not_built_on'";
    assert_eq!(scene.count(why).await, 1);
    assert_eq!(scene.count(QUARANTINED).await, 1);
    mediator.sync().await;
    assert_eq!(mediator.state(scene.case), scene.state().await);
    assert!(
        mediator
            .notes(scene.case)
            .contains(&"同时写下的。".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_says_not_to_have_seen_what_it_refers_to_stops_nothing() {
    let scene = Scene::set().await;
    let (mut mediator, mut grid, change, own) = foreign_words(&scene).await;
    let mut deps = change.deps.clone();
    deps.push(own);
    deps.sort_unstable();
    let marks = deps.iter().map(|dep| if *dep == own { '1' } else { '0' });
    let change = ExpandedChange {
        message: Some(format!("seen1 1 {}", marks.collect::<String>())),
        deps,
        hash: None,
        ..change
    };
    assert_eq!(send(&scene, &mut grid, change).await, Vec::<String>::new());
    grid.sync().await;
    assert_alike(&scene, [&mut grid, &mut mediator]).await;
    assert_eq!(scene.count(QUARANTINED).await, 0);
    assert!(
        mediator
            .notes(scene.case)
            .contains(&"调解员写的。网格员接着写。".to_owned())
    );
}
