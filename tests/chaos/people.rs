//! The desk of these tests: a dispatcher over the REST API, who adds co-handlers and reads cases.

use hejie_case::ids::CaseId;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The password of every account of the invented county.
pub const PASSWORD: &str = "hejie-demo-2026";

/// Somebody at a desk.
pub struct Desk {
    server: String,
    agent: ureq::Agent,
    token: String,
}

impl Desk {
    /// Signs in.
    pub fn sign_in(server: &str, login: &str) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let mut desk = Self {
            server: server.to_owned(),
            agent: config.build().new_agent(),
            token: String::new(),
        };
        let session = json!({ "login": login, "password": PASSWORD });
        let signed = desk.post("/api/v1/session", &session);
        desk.token = signed["access_token"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert!(!desk.token.is_empty(), "{signed}");
        desk
    }

    /// The people who may help with a case, as an act names them, by name.
    pub fn people(&self) -> BTreeMap<String, Value> {
        let people = self.get("/api/v1/people?duty=co");
        let one = |person: &Value| {
            let name = person["name"].as_str().unwrap_or_default().to_owned();
            let (user, role, org) = (&person["user_id"], &person["role"], &person["org_id"]);
            (name, json!({ "user": user, "role": role, "org": org }))
        };
        people.as_array().into_iter().flatten().map(one).collect()
    }

    /// Whether somebody is on a case.
    pub fn has(&self, case: CaseId, person: &Value) -> bool {
        let user = person["user"].as_str().unwrap_or_default();
        self.case(case)["assignments"].to_string().contains(user)
    }

    /// Adds a co-handler.
    pub fn add(&self, case: CaseId, helper: &Value) {
        let version = self.case(case)["summary"]["version"].clone();
        let act = json!({ "assign": { "target": helper, "duty": "co" } });
        let asked = json!({ "act": act, "base_version": version });
        let done = self.post(&format!("/api/v1/cases/{case}/acts"), &asked);
        assert!(done["code"].is_null(), "{done}");
    }

    /// Cases of which two states are at hand after a restore, so that somebody has to choose.
    pub fn claims(&self) -> Value {
        self.get("/api/v1/recovery-claims")
    }

    /// A case as the desk sees it.
    pub fn case(&self, case: CaseId) -> Value {
        self.get(&format!("/api/v1/cases/{case}"))
    }

    fn get(&self, path: &str) -> Value {
        let request = self.agent.get(format!("{}{path}", self.server));
        let request = request.header("authorization", format!("Bearer {}", self.token));
        read(request.call())
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let mut request = self
            .agent
            .post(format!("{}{path}", self.server))
            .header("content-type", "application/json");
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        read(request.send(body.to_string()))
    }
}

fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Value {
    let text = answer.unwrap().body_mut().read_to_string().unwrap();
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}
