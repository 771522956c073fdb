//! Every operation of the API stands in the access table, and the table is what happens.

use axum::{
    body::Body,
    http::{Method, Request},
};
use harness::{Calls, TestServer, client::request};
use hejie_case::role::Role::{self, *};
use hejie_server::{
    access::{Access, TABLE, of_operation},
    api::openapi,
};

const EVERY_ROLE: [Role; 20] = [
    Informant,
    GridWorker,
    GridLeader,
    Mediator,
    PoliceOfficer,
    PoliceDesk,
    HotlineDesk,
    Dispatcher,
    Department,
    JudicialOffice,
    Invited,
    Court,
    Supervisor,
    Leader,
    Analyst,
    SystemAdmin,
    SecurityAdmin,
    Auditor,
    Exchange,
    System,
];

#[test]
fn every_operation_stands_in_the_table_and_the_table_names_no_other() {
    let described: Vec<String> = operations()
        .into_iter()
        .map(|operation| operation.id)
        .collect();
    let missing: Vec<_> = described
        .iter()
        .filter(|id| of_operation(id).is_none())
        .collect();
    assert!(missing.is_empty(), "not in the access table: {missing:?}");
    let stale: Vec<_> = TABLE
        .iter()
        .map(|(id, _)| *id)
        .filter(|id| !described.iter().any(|known| known == id))
        .collect();
    assert!(
        stale.is_empty(),
        "in the access table, but no operation: {stale:?}"
    );
}

#[tokio::test]
async fn without_a_token_nothing_answers_but_what_anyone_may_call() {
    let server = TestServer::start().await;
    for operation in operations()
        .iter()
        .filter(|operation| operation.access().needs_token())
    {
        let answer = server.anonymous().send(operation.call()).await;
        let refused = operation.refusal(401, "not_signed_in");
        assert_eq!(answer.outcome(), refused, "{}", operation.id);
    }
    for operation in operations()
        .iter()
        .filter(|operation| operation.access() == Access::Channel)
    {
        let answer = server.anonymous().send(operation.call()).await;
        assert_eq!(answer.outcome(), (401, "bad_signature"), "{}", operation.id);
    }
}

/// Shows P14.
#[tokio::test]
async fn a_role_that_the_table_does_not_name_is_refused_and_one_that_it_names_is_not() {
    let server = TestServer::start().await;
    let county = server.county().await;
    for role in EVERY_ROLE {
        let person = county.newcomer(&server, role).await;
        for operation in operations() {
            let access = operation.access();
            if !by_role(access) {
                continue;
            }
            let status = person.status(operation.call()).await;
            if access.admits(role) {
                assert!(
                    ![401, 403, 500].contains(&status),
                    "{} as {role:?}: {status}",
                    operation.id
                );
            } else {
                assert_eq!(status, 403, "{} as {role:?}", operation.id);
            }
        }
    }
}

#[tokio::test]
async fn what_belongs_to_phones_is_refused_to_a_session_without_one() {
    let server = TestServer::start().await;
    let mediator = server.county().await.mediator(&server).await;
    for operation in operations()
        .iter()
        .filter(|operation| operation.access() == Access::Device)
    {
        assert_eq!(
            mediator.send(operation.call()).await.outcome(),
            operation.refusal(403, "not_allowed"),
            "{}",
            operation.id
        );
    }
}

/// Whether the role decides who is let through.
fn by_role(access: Access) -> bool {
    matches!(
        access,
        Access::Roles(_) | Access::Reads(_) | Access::Decides(_) | Access::DecidesRequests
    )
}

struct Operation {
    path: String,
    method: Method,
    id: String,
}

impl Operation {
    fn access(&self) -> Access {
        of_operation(&self.id).unwrap()
    }

    /// How it is refused; an answer to HEAD has no body, and so no code.
    fn refusal<'a>(&self, status: u16, code: &'a str) -> (u16, &'a str) {
        let has_body = self.method != Method::HEAD;
        (status, if has_body { code } else { "" })
    }

    /// A request to it, with identifiers that name nothing.
    fn call(&self) -> Request<Body> {
        let filled: Vec<&str> = self
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { NOTHING } else { part })
            .collect();
        let body = if self.method == Method::GET {
            Body::empty()
        } else {
            Body::from("{}")
        };
        request(self.method.clone(), &filled.join("/"), body)
    }
}

const NOTHING: &str = "00000000-0000-7000-8000-000000000000";

fn operations() -> Vec<Operation> {
    let listed = openapi::operations(&openapi::document());
    listed
        .into_iter()
        .map(|(path, method, id)| Operation { path, method, id })
        .collect()
}
