//! A case as desks see it: what the field asks for is handed to the rules directly, what desks
//! decide goes over the API.

use harness::{Answer, Calls, County, Person, TestServer, client::Signed, decided};
use hejie_case::{
    act::{self, Act},
    ids::{CaseId, EntryId},
    record::{Ask, CloseKind},
    role::{Author, Role},
    rule::Motion,
};
use hejie_registry::{case, pool};
use serde_json::{Value, json};

/// A county with one case of ordinary difficulty that waits to be dispatched.
pub struct Desk {
    /// The server.
    pub server: TestServer,
    /// The county.
    pub county: County,
    /// The case.
    pub case: CaseId,
}

impl Desk {
    /// Sets the scene.
    pub async fn set() -> Self {
        Self::on(TestServer::start().await).await
    }

    /// Sets the scene on a server.
    pub async fn on(server: TestServer) -> Self {
        let county = server.county().await;
        let mut order = county.order("A-1");
        order["situation"] = json!("N08-02");
        let answer = county.channel(&server).order(&order).await;
        let case = answer.text("/case_id").parse().unwrap();
        Self {
            server,
            county,
            case,
        }
    }

    /// Somebody in a role, at the centre.
    pub async fn somebody(&self, role: Role) -> Signed {
        self.county.newcomer(&self.server, role).await
    }

    /// What the supervisor reads.
    pub async fn detail(&self) -> Value {
        self.detail_of(&self.county.supervisor(&self.server).await)
            .await
    }

    /// What somebody reads.
    pub async fn detail_of(&self, who: &impl Calls) -> Value {
        let answer = who.get(&format!("/api/v1/cases/{}", self.case)).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        answer.json
    }

    /// Decides on the case as it stands.
    pub async fn act(&self, who: &impl Calls, act: &str, says: Value) -> Answer {
        let (path, body) = self.request(act, says, self.version().await);
        who.post(&path, body).await
    }

    /// The request with which an act is decided on a version of the facts. What is about two cases,
    /// or about a request, has an address of its own.
    pub fn request(&self, act: &str, says: Value, base_version: u64) -> (String, Value) {
        let case = format!("/api/v1/cases/{}", self.case);
        if ["merge", "unmerge", "split"].contains(&act) || act.starts_with("requests/") {
            let mut body = says;
            body["base_version"] = json!(base_version);
            return (format!("{case}/{act}"), body);
        }
        (format!("{case}/acts"), decided(act, says, base_version))
    }

    /// Decides, which succeeds; returns where the case stands then.
    pub async fn done(&self, who: &impl Calls, act: &str, says: Value) -> String {
        let answer = self.act(who, act, says).await;
        assert_eq!(answer.status, 200, "{act}: {}", answer.json);
        answer.text("/status").to_owned()
    }

    /// The version of the facts.
    pub async fn version(&self) -> u64 {
        let mut conn = pool::acquire(&self.server.state.pool).await.unwrap();
        case::facts_version(&mut conn, self.case)
            .await
            .unwrap()
            .unwrap()
    }

    /// Something that the field asks for or reports; returns its entry and the code of the refusal.
    pub async fn ask(&self, who: &Person, ask: Ask) -> (EntryId, Option<String>) {
        let now = self.server.now();
        let entry = EntryId::new(now, self.server.state.entropy.bytes());
        let motion = Motion {
            entry: Some(entry),
            act: Act::Ask(ask),
            by: Author {
                user: who.id,
                role: who.role,
                org: who.org,
            },
            claimed_at: Some(now),
            received_at: now,
        };
        let answers = self
            .server
            .state
            .reconciler
            .reconcile(self.case, &[motion])
            .await;
        let refusal = answers.unwrap().into_iter().flatten().next();
        (entry, refusal.map(|refusal| refusal.code))
    }

    /// The case is dispatched to the mediator, who signs for it and arrives.
    pub async fn on_scene(&self) {
        let dispatcher = self.county.dispatcher(&self.server).await;
        self.done(&dispatcher, "dispatch", self.offer()).await;
        self.sign_for().await;
        let arrive = Ask::Arrive(act::Arrive {
            place: None,
            reason: None,
        });
        assert_eq!(self.ask(&self.county.mediator, arrive).await.1, None);
    }

    /// The mediator signs for the offer that stands.
    pub async fn sign_for(&self) {
        // Offers count up within the case.
        let detail = self.detail().await;
        let offers = detail["assignments"].as_array().unwrap().len();
        let assignment = u32::try_from(offers).unwrap();
        let signed = self
            .ask(
                &self.county.mediator,
                Ask::SignFor(act::SignFor { assignment }),
            )
            .await;
        assert_eq!(signed.1, None);
    }

    /// The mediator asks to close, since the parties settled it themselves.
    pub async fn ask_to_close(&self) {
        let close = Ask::AskClose(act::AskClose {
            outcome: CloseKind::Reconciled,
            feedback: "双方已自行和解。".into(),
        });
        assert_eq!(self.ask(&self.county.mediator, close).await.1, None);
    }

    /// The case is closed.
    pub async fn closed(&self) {
        self.on_scene().await;
        self.ask_to_close().await;
        let dispatcher = self.county.dispatcher(&self.server).await;
        let closed = self
            .done(&dispatcher, "close", json!({ "outcome": "reconciled" }))
            .await;
        assert_eq!(closed, "closed");
    }

    /// What offers the case to the mediator.
    pub fn offer(&self) -> Value {
        json!({ "target": target(&self.county.mediator), "expected": "当日联系双方。" })
    }
}

/// A person as an act names people.
pub fn target(person: &Person) -> Value {
    json!({ "user": person.id, "role": person.role, "org": person.org })
}

/// Somebody who is signed in, as an act names people.
pub async fn target_of(signed: &Signed) -> Value {
    let me = signed.get("/api/v1/me").await.json;
    json!({ "user": me["id"], "role": me["role"], "org": me["org_id"] })
}

/// Whether the detail offers an act.
pub fn offers(detail: &Value, event: &str) -> bool {
    let acts = detail["acts"].as_array().unwrap();
    acts.iter().any(|act| act == event)
}
