//! What desks read of a case and decide about it, over the API.

use super::{LEAD, Team};
use crate::scene::facts;
use harness::{Answer, Calls, Person, client::Signed, decided};
use hejie_case::{
    act,
    ids::EntryId,
    reason::Explain,
    record::Ask,
    role::Role,
    view::{Conflict, ConflictKind, Resolver, Severity},
};
use hejie_device::engine::EngineError;
use jiff::SignedDuration;
use serde::Serialize;
use serde_json::{Value, json};

/// A desk signs in anew before its access token ends.
const SIGNED_IN_FOR: SignedDuration = SignedDuration::from_mins(10);

impl Team {
    /// Somebody of this role, at a desk.
    pub(crate) async fn at(&mut self, role: Role) -> Signed {
        let now = self.scene.server.now();
        self.desks
            .retain(|(_, since, _)| now.duration_since(*since) < SIGNED_IN_FOR);
        if let Some((.., desk)) = self.desks.iter().find(|(of, ..)| *of == role) {
            return desk.clone();
        }
        let token = self.person(role).await.token(&self.scene.server).await;
        let desk = Signed(self.scene.server.anonymous().0.with_token(&token));
        self.desks.push((role, now, desk.clone()));
        desk
    }

    /// The person at the desk of this role.
    pub(crate) async fn person(&mut self, role: Role) -> Person {
        let county = &self.scene.county;
        match role {
            Role::Supervisor => county.supervisor.clone(),
            Role::Dispatcher => county.dispatcher.clone(),
            Role::JudicialOffice => county.judicial_officer.clone(),
            role => {
                if let Some((_, person)) = self.hired.iter().find(|(of, _)| *of == role) {
                    return person.clone();
                }
                let person = county.hire(&self.scene.server, role).await;
                self.hired.push((role, person.clone()));
                person
            }
        }
    }

    /// The case as the desk reads it that reads the most.
    pub(crate) async fn detail(&mut self) -> Value {
        let path = format!("/api/v1/cases/{}", self.case());
        let answer = self.at(Role::JudicialOffice).await.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        answer.json
    }

    /// A clock of the case as a desk reads it.
    pub(crate) async fn clock(&mut self, kind: &str) -> Value {
        let clocks = self.detail().await["deadlines"].clone();
        let mut of = clocks.as_array().unwrap().iter();
        let clock = of.find(|of| of["kind"] == kind);
        clock
            .unwrap_or_else(|| panic!("{kind} among {clocks:#}"))
            .clone()
    }

    /// An act of a desk over the API; its code if it was refused.
    pub(crate) async fn desk(&mut self, role: Role, act: &str, says: Value) -> Option<String> {
        let version = self.facts().await.version;
        code(&self.post(role, "acts", decided(act, says, version)).await)
    }

    /// What a desk says to a request that was referred to it; the code if it was refused.
    pub(crate) async fn decides(
        &mut self,
        role: Role,
        request: EntryId,
        says: Value,
    ) -> Option<String> {
        let mut body = says;
        body["base_version"] = self.facts().await.version.into();
        let path = format!("requests/{request}/decision");
        code(&self.post(role, &path, body).await)
    }

    /// A call of a desk about the case.
    pub(crate) async fn post(&mut self, role: Role, path: &str, body: Value) -> Answer {
        let path = format!("/api/v1/cases/{}/{path}", self.case());
        self.at(role).await.post(&path, body).await
    }

    /// The dispatcher sends somebody along.
    pub(crate) async fn joins(&mut self, person: &Person, duty: &str) {
        let says = json!({ "target": as_author(person), "duty": duty });
        assert_eq!(self.desk(Role::Dispatcher, "assign", says).await, None);
    }

    /// Why a request was refused, as desk and author read it; none if it was accepted.
    pub(crate) async fn refusal(&mut self, request: EntryId) -> Option<String> {
        let detail = self.detail().await;
        let of = item(&detail["requests"], request);
        let ruling = of["ruling"].as_str().unwrap();
        assert_ne!(ruling, "pending", "it was ruled on");
        let known = facts(&self.scene.server, self.case()).await;
        assert!(known.rulings.contains_key(&request));
        of["reason_code"].as_str().map(str::to_owned)
    }

    /// The one open disagreement of a kind, graded and answered for as the domain asks: as a desk
    /// reads it, and as the phones show it.
    pub(crate) async fn the_one(
        &mut self,
        kind: ConflictKind,
        severity: Severity,
        resolver: Resolver,
    ) -> Conflict {
        let detail = self.detail().await;
        let found = open(&detail, kind);
        let [of] = found[..] else {
            panic!("{kind:?} among {:#}", detail["conflicts"]);
        };
        assert_eq!(of["severity"], word(severity));
        assert_eq!(of["resolver"], word(resolver));
        assert_eq!(of["due_at"].is_null(), severity == Severity::Note);
        let phone = &self.phones[LEAD];
        let file = phone.engine.case(self.case(), phone.now()).unwrap();
        let shown = file.facts.unwrap();
        let mut shown = shown.open_conflicts().filter(|c| c.kind == kind);
        let conflict = shown.next().expect("the phones show it").clone();
        assert_eq!(of["id"], json!(conflict.id));
        assert_eq!(of["path"], conflict.about.to_string());
        conflict
    }

    /// No disagreement of this kind is open, for any desk.
    pub(crate) async fn none_open(&mut self, kind: ConflictKind) {
        let detail = self.detail().await;
        let found = open(&detail, kind);
        assert!(found.is_empty(), "{found:#?}");
    }

    /// No disagreement of any kind is open.
    pub(crate) async fn nothing_open(&mut self) {
        let facts = self.facts().await;
        let open: Vec<&Conflict> = facts.open_conflicts().collect();
        assert!(open.is_empty(), "{open:#?}");
    }

    /// A desk rules on a disagreement; the code if it was refused.
    pub(crate) async fn rules(
        &mut self,
        role: Role,
        conflict: &Conflict,
        choice: u8,
    ) -> Option<String> {
        let why = "已向双方核实。";
        let says = json!({ "conflict": conflict.id, "choice": choice, "why": why });
        self.desk(role, "rule_conflict", says).await
    }

    /// The lead rules on a disagreement, on the own phone; says why not, if it was refused.
    pub(crate) async fn lead_rules(&mut self, conflict: &Conflict, choice: u8) -> Option<String> {
        let ruling = act::RuleConflict {
            conflict: conflict.id,
            choice,
            why: "已向双方核实。".into(),
        };
        let asked = self.ask(LEAD, Ask::Resolve(ruling));
        self.sync(LEAD).await;
        self.refusal(asked).await
    }
}

/// A person as an act names people.
pub(crate) fn as_author(person: &Person) -> Value {
    json!({ "user": person.id, "role": person.role, "org": person.org })
}

/// The entry of a list of the detail.
pub(crate) fn item(list: &Value, id: EntryId) -> &Value {
    let mut items = list.as_array().unwrap().iter();
    let of = items.find(|item| item["id"] == json!(id));
    of.unwrap_or_else(|| panic!("{id} among {list:#}"))
}

/// What a phone says to what it does not write.
pub(crate) fn code_of(error: &EngineError) -> &str {
    match error {
        EngineError::Edit(error) => error.code(),
        EngineError::MayNot(error) => error.code(),
        EngineError::NotPossible(reason) => &reason.code,
        other => panic!("{other}"),
    }
}

fn open(detail: &Value, kind: ConflictKind) -> Vec<&Value> {
    let all = detail["conflicts"].as_array().unwrap().iter();
    let of = all.filter(|c| c["kind"] == word(kind) && c["settled"].is_null());
    of.collect()
}

fn word(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

fn code(answer: &Answer) -> Option<String> {
    (answer.status != 200).then(|| answer.code().to_owned())
}
