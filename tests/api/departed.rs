//! People whose account is closed or whose role has ended: on no roster, no target, and seen where
//! a case was theirs.

use crate::desk::{Desk, target, target_of};
use harness::{Answer, Calls, Person, TestServer};
use hejie_case::{
    act,
    facts::{Duty, Status},
    role::{Author, Role},
};
use hejie_registry::{
    case::{self, duty},
    identity::grant,
    log, pool,
};
use hejie_server::{identity::account, reconcile};
use jiff::SignedDuration;
use serde_json::{Value, json};

pub fn author(person: &Person) -> Author {
    Author {
        user: person.id,
        role: person.role,
        org: person.org,
    }
}

/// Closes an account as the command line does.
pub async fn close(server: &TestServer, person: &Person) {
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    account::close(&server.state.marks, &mut tx, person.id, server.now())
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
    follow(server, person).await;
}

/// Opens an account as the command line does.
pub async fn open(server: &TestServer, person: &Person) {
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    account::open(&server.state.marks, &mut tx, person.id, server.now())
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
    follow(server, person).await;
}

/// Ends a role as the command line does.
pub async fn end_role(server: &TestServer, person: &Person) {
    server.advance(SignedDuration::from_secs(1));
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    account::end_role(&server.state.marks, &mut tx, &author(person), server.now())
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
    follow(server, person).await;
}

/// What follows for the person's cases, and the next look of a server at them.
async fn follow(server: &TestServer, person: &Person) {
    let state = &server.state;
    reconcile::follow(&state.pool, &state.clock, person.id)
        .await
        .unwrap();
    let mut conn = pool::acquire(&state.pool).await.unwrap();
    for case in case::list_of_person(&mut conn, person.id).await.unwrap() {
        state.reconciler.reconcile(case, &[]).await.unwrap();
    }
}

async fn put_on_duty(desk: &Desk, person: &Person) {
    let server = &desk.server;
    let (from, until) = (server.now(), server.now() + SignedDuration::from_hours(24));
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let region = desk.county.township();
    duty::add_shift(&mut conn, &author(person), &region, from, until)
        .await
        .unwrap();
}

async fn report(desk: &Desk, external_no: &str) -> Value {
    let order = desk.county.order(external_no);
    let answer = desk.county.channel(&desk.server).order(&order).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    let path = format!("/api/v1/cases/{}", answer.text("/case_id"));
    let supervisor = desk.county.supervisor(&desk.server).await;
    supervisor.get(&path).await.json
}

/// Shows R005.
#[tokio::test]
async fn a_call_is_offered_to_nobody_whose_account_is_closed_or_whose_role_has_ended() {
    let desk = Desk::set().await;
    let county = &desk.county;
    put_on_duty(&desk, &county.mediator).await;
    put_on_duty(&desk, &county.second_mediator).await;
    close(&desk.server, &county.mediator).await;
    let second = report(&desk, "A-2").await;
    let offered = second["assignments"][0]["user_id"].as_str().unwrap();
    assert_eq!(offered, county.second_mediator.id.to_string());
    end_role(&desk.server, &county.second_mediator).await;
    let third = report(&desk, "A-3").await;
    assert_eq!(third["summary"]["status"], "pending_dispatch");
    assert_eq!(third["assignments"].as_array().unwrap().len(), 0);
}

/// Shows R019.
#[tokio::test]
async fn nothing_is_given_to_somebody_who_left_since_the_page_was_loaded() {
    let desk = Desk::set().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    close(&desk.server, &desk.county.mediator).await;
    let first = desk.act(&dispatcher, "dispatch", desk.offer()).await;
    assert_eq!(first.outcome(), (409, "target_departed"));
    let for_duty = |duty: &str| json!({ "target": target(&desk.county.mediator), "duty": duty });
    for duty in ["co", "visit"] {
        let answer = desk.act(&dispatcher, "assign", for_duty(duty)).await;
        assert_eq!(answer.outcome(), (409, "target_departed"), "{duty}");
    }
    open(&desk.server, &desk.county.mediator).await;
    desk.on_scene().await;
    close(&desk.server, &desk.county.second_mediator).await;
    let to = json!({ "target": target(&desk.county.second_mediator) });
    let handover = desk.act(&dispatcher, "handover", to).await;
    assert_eq!(handover.outcome(), (409, "target_departed"));
    assert!(handover.text("/title").contains("另选他人"));
}

/// Who is listed for a duty in the township.
async fn roster(desk: &Desk, duty: &str) -> Vec<Value> {
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let region = desk.county.township();
    let path = format!("/api/v1/people?duty={duty}&region={region}");
    let list = dispatcher.get(&path).await;
    assert_eq!(list.status, 200, "{}", list.json);
    let people = list.json.as_array().unwrap().iter();
    people.map(|one| one["user_id"].clone()).collect()
}

#[tokio::test]
async fn nobody_stands_on_a_roster_whose_account_is_closed_or_whose_role_has_ended() {
    let desk = Desk::set().await;
    let county = &desk.county;
    let [first, second] = [&county.mediator, &county.second_mediator].map(|who| json!(who.id));
    let both = roster(&desk, "first").await;
    assert!(both.contains(&first) && both.contains(&second), "{both:?}");
    close(&desk.server, &county.mediator).await;
    assert_eq!(roster(&desk, "first").await, [second]);
    open(&desk.server, &county.mediator).await;
    end_role(&desk.server, &county.second_mediator).await;
    assert_eq!(roster(&desk, "first").await, [first]);

    let grid = json!(county.grid_worker.id);
    assert!(roster(&desk, "visit").await.contains(&grid));
    end_role(&desk.server, &county.grid_worker).await;
    assert!(!roster(&desk, "visit").await.contains(&grid));
    let officer = json!(county.judicial_officer.id);
    assert!(roster(&desk, "joint").await.contains(&officer));
    close(&desk.server, &county.judicial_officer).await;
    assert!(!roster(&desk, "joint").await.contains(&officer));
}

#[tokio::test]
async fn three_parties_are_not_made_up_with_somebody_who_left() {
    let desk = Desk::set().await;
    let supervisor = desk.county.supervisor(&desk.server).await;
    let mediator = desk.county.mediator(&desk.server).await;
    for _ in 0..2 {
        desk.done(&supervisor, "dispatch", desk.offer()).await;
        let reason = json!({ "reason": "当事人不在本辖区。" });
        desk.done(&mediator, "return", reason).await;
    }
    desk.done(&supervisor, "dispatch", desk.offer()).await;
    desk.sign_for().await;
    let mut members = vec![target(&desk.county.judicial_officer)];
    for role in [Role::PoliceDesk, Role::HotlineDesk] {
        members.push(target_of(&desk.somebody(role).await).await);
    }
    let joint = json!({ "members": members });
    close(&desk.server, &desk.county.judicial_officer).await;
    let closed = desk.act(&supervisor, "open_joint", joint.clone()).await;
    assert_eq!(closed.outcome(), (409, "target_departed"));
    open(&desk.server, &desk.county.judicial_officer).await;
    end_role(&desk.server, &desk.county.judicial_officer).await;
    let ended = desk.act(&supervisor, "open_joint", joint).await;
    assert_eq!(ended.outcome(), (422, "invalid"));
    assert!(ended.text("/detail").starts_with("target"));
}

#[tokio::test]
async fn an_account_or_role_that_is_being_ended_while_a_desk_decides_is_waited_for() {
    for ends_role in [false, true] {
        let desk = Desk::set().await;
        let dispatcher = desk.county.dispatcher(&desk.server).await;
        desk.server.advance(SignedDuration::from_secs(1));
        let mut ending = pool::begin(&desk.server.state.pool).await.unwrap();
        let (marks, now) = (&desk.server.state.marks, desk.server.now());
        let mediator = &desk.county.mediator;
        let ended = match ends_role {
            true => account::end_role(marks, &mut ending, &author(mediator), now)
                .await
                .map(drop),
            false => account::close(marks, &mut ending, mediator.id, now).await,
        };
        ended.unwrap();
        let (answer, ()) = tokio::join!(desk.act(&dispatcher, "dispatch", desk.offer()), async {
            while waiting(&desk.server).await == 0 {
                tokio::task::yield_now().await;
            }
            pool::commit(ending).await.unwrap();
        });
        assert_eq!(answer.outcome(), (409, "target_departed"), "{ends_role}");
        let detail = desk.detail().await;
        assert_eq!(detail["summary"]["status"], "pending_dispatch");
    }
}

/// Who the target is was looked at before; what the decision writes waits for the case.
#[tokio::test]
async fn an_account_that_is_closed_between_a_decision_and_its_writing_is_given_nothing() {
    let desk = Desk::on(TestServer::alone().await).await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let (state, mediator) = (&desk.server.state, &desk.county.mediator);
    let (path, body) = desk.request("dispatch", desk.offer(), desk.version().await);
    let mut held = pool::begin(&state.pool).await.unwrap();
    log::lock_case(&mut held, desk.case).await.unwrap().unwrap();
    let (answer, ()) = tokio::join!(dispatcher.post(&path, body), async {
        while waiting_for_case(&desk.server).await == 0 {
            tokio::task::yield_now().await;
        }
        let mut tx = pool::begin(&state.pool).await.unwrap();
        account::close(&state.marks, &mut tx, mediator.id, desk.server.now())
            .await
            .unwrap();
        pool::commit(tx).await.unwrap();
        drop(held);
    });
    assert_eq!(answer.outcome(), (409, "target_departed"));
    assert_eq!(desk.detail().await["summary"]["status"], "pending_dispatch");
}

async fn waiting_for_case(server: &TestServer) -> i64 {
    let query = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%case_doc%'";
    let counted = sqlx::query_scalar(query).fetch_one(&server.state.pool);
    counted.await.unwrap()
}

/// How many statements of the database wait for a lock.
async fn waiting(server: &TestServer) -> i64 {
    let query = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%role_grant%'";
    let counted = sqlx::query_scalar(query).fetch_one(&server.state.pool);
    counted.await.unwrap()
}

/// Shows R022, R027.
#[tokio::test]
async fn a_case_whose_lead_is_gone_says_so_until_somebody_else_has_it_or_the_lead_is_back() {
    let desk = Desk::set().await;
    desk.on_scene().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let marked = async || {
        let list = dispatcher.get("/api/v1/cases?without_lead=true").await;
        assert_eq!(list.status, 200, "{}", list.json);
        list.json["items"].as_array().unwrap().len()
    };
    assert_eq!(marked().await, 0);
    close(&desk.server, &desk.county.mediator).await;
    assert_eq!(marked().await, 1);
    let detail = desk.detail().await;
    assert_eq!(detail["summary"]["lead_departed"], true);
    assert_eq!(detail["assignments"][0]["departed"], true);
    assert!(
        !members(&desk)
            .await
            .contains(&author(&desk.county.mediator))
    );
    open(&desk.server, &desk.county.mediator).await;
    assert_eq!(marked().await, 0);
    assert!(
        members(&desk)
            .await
            .contains(&author(&desk.county.mediator))
    );
    end_role(&desk.server, &desk.county.mediator).await;
    assert_eq!(marked().await, 1);
    assert!(
        !members(&desk)
            .await
            .contains(&author(&desk.county.mediator))
    );
    let to = json!({ "target": target(&desk.county.second_mediator) });
    desk.done(&dispatcher, "handover", to).await;
    let signed = desk
        .ask(
            &desk.county.second_mediator,
            hejie_case::record::Ask::SignFor(act::SignFor {
                assignment: offered(&desk).await,
            }),
        )
        .await;
    assert_eq!(signed.1, None);
    assert_eq!(marked().await, 0);
}

async fn members(desk: &Desk) -> Vec<Author> {
    let mut conn = pool::acquire(&desk.server.state.pool).await.unwrap();
    case::list_members(&mut conn, desk.case).await.unwrap()
}

async fn offered(desk: &Desk) -> u32 {
    let mut conn = pool::acquire(&desk.server.state.pool).await.unwrap();
    let stored = case::lookup(&mut conn, desk.case).await.unwrap().unwrap();
    stored.facts.offered().unwrap().version
}

#[tokio::test]
async fn what_was_offered_to_somebody_who_leaves_comes_back_to_be_dispatched() {
    let desk = Desk::set().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    desk.done(&dispatcher, "dispatch", desk.offer()).await;
    close(&desk.server, &desk.county.mediator).await;
    let mut conn = pool::acquire(&desk.server.state.pool).await.unwrap();
    let stored = case::lookup(&mut conn, desk.case).await.unwrap().unwrap();
    assert_eq!(stored.facts.stage.status(), Status::PendingDispatch);
    assert_eq!(stored.facts.round.returns, 0);
    let open = stored.facts.assignments.iter().filter(|a| a.to.is_none());
    assert_eq!(open.filter(|a| a.duty == Duty::First).count(), 0);
}

/// Nobody looks at the case meanwhile: the server does it by itself, at its next look at what is
/// due.
#[tokio::test]
async fn what_was_offered_to_somebody_who_left_comes_back_without_anybody_asking() {
    let desk = Desk::on(TestServer::alone().await).await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    desk.done(&dispatcher, "dispatch", desk.offer()).await;
    let (server, mediator) = (&desk.server, &desk.county.mediator);
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    account::close(&server.state.marks, &mut tx, mediator.id, server.now())
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
    reconcile::follow(&server.state.pool, &server.state.clock, mediator.id)
        .await
        .unwrap();
    server.state.reconciler.sweep().await.unwrap();
    server.reconcile().await;
    assert_eq!(desk.detail().await["summary"]["status"], "pending_dispatch");
}

#[tokio::test]
async fn a_role_that_is_given_again_brings_its_cases_back() {
    let desk = Desk::set().await;
    desk.on_scene().await;
    let mediator = &desk.county.mediator;
    end_role(&desk.server, mediator).await;
    assert_eq!(members(&desk).await, []);
    desk.server.advance(SignedDuration::from_secs(1));
    let mut conn = pool::acquire(&desk.server.state.pool).await.unwrap();
    let now = desk.server.now();
    grant::add(&mut conn, mediator.id, Role::Mediator, mediator.org, now)
        .await
        .unwrap();
    follow(&desk.server, mediator).await;
    assert_eq!(members(&desk).await, [author(mediator)]);
}

#[tokio::test]
async fn a_case_is_not_handed_over_to_whoever_has_it() {
    let desk = Desk::set().await;
    desk.on_scene().await;
    let dispatcher = desk.county.dispatcher(&desk.server).await;
    let to = json!({ "target": target(&desk.county.mediator) });
    let answer = desk.act(&dispatcher, "handover", to).await;
    assert_eq!(answer.outcome(), (409, "already_answers"));
}

/// Shows R042.
#[tokio::test]
async fn of_two_colours_decided_on_one_version_one_is_told_that_the_case_moved() {
    let desk = Desk::set().await;
    let (one, two) = (
        desk.county.dispatcher(&desk.server).await,
        desk.county.supervisor(&desk.server).await,
    );
    let version = desk.version().await;
    let body = |level: &str| {
        let says = json!({ "level": level, "why": "现场情况" });
        desk.request("override_colour", says, version)
    };
    let ((path, raised), (_, lowered)) = (body("red"), body("yellow"));
    let (red, yellow): (Answer, Answer) =
        tokio::join!(one.post(&path, raised), two.post(&path, lowered));
    let mut outcomes = [red.outcome(), yellow.outcome()];
    outcomes.sort_unstable();
    assert_eq!(outcomes, [(200, ""), (409, "stale")]);
}
