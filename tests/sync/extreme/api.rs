//! Every operation of the API with every field of its request, as the description of the API names them.

use super::extremes;
use crate::scene::{Scene, facts};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use harness::{Calls, client::Signed};
use hejie_case::role::Role;
use hejie_server::openapi;
use serde_json::{Map, Value, json};

/// They end what the test calls with.
const NOT_TRIED: [&str; 4] = [
    "delete_session",
    "refresh_session",
    "revoke_device",
    "stream_events",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_request_is_answered_by_a_failure_of_the_server() {
    let scene = Scene::set().await;
    let api = serde_json::to_value(openapi::document()).unwrap();
    let mut callers = Vec::new();
    for role in [Role::Supervisor, Role::Dispatcher, Role::Auditor] {
        callers.push(scene.county.newcomer(&scene.server, role).await);
    }
    let mut calls = 0;
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            if NOT_TRIED.contains(&id) || path.starts_with("/sync") {
                continue;
            }
            for caller in &callers {
                calls += Tried {
                    scene: &scene,
                    api: &api,
                    caller,
                    path,
                    method,
                    operation,
                }
                .all()
                .await;
            }
        }
    }
    assert!(calls > 1_000, "{calls}");
    scene.server.settle().await;
    super::settled(&scene, scene.case).await;
}

struct Tried<'a> {
    scene: &'a Scene,
    api: &'a Value,
    caller: &'a Signed,
    path: &'a str,
    method: &'a str,
    operation: &'a Value,
}

impl Tried<'_> {
    /// Every field once with each extreme value, unless the caller may not call at all.
    async fn all(&self) -> usize {
        let body = self.body().await;
        if self.status("", body.as_ref()).await == 403 {
            return 1;
        }
        let mut calls = 1;
        let body = body.unwrap_or_default();
        for field in body.as_object().into_iter().flat_map(Map::keys) {
            for value in extremes() {
                let mut forced = body.clone();
                forced[field] = value;
                self.holds("", Some(&forced)).await;
                calls += 1;
            }
        }
        for query in self.queries() {
            self.holds(&query, (!body.is_null()).then_some(&body)).await;
            calls += 1;
        }
        calls
    }

    async fn holds(&self, query: &str, body: Option<&Value>) {
        let status = self.status(query, body).await;
        assert!(
            status < 500,
            "{status} for {} {}{query} {body:?}",
            self.method,
            self.path
        );
    }

    async fn status(&self, query: &str, body: Option<&Value>) -> u16 {
        let path = self
            .path
            .replace("{id}", &self.scene.case.to_string())
            .replace("{code}", "2a3b4c5d6e")
            .replace("{no}", "4294967295")
            .replace("{version}", "4294967295");
        let path = path.replace(['{', '}'], "");
        let request = Request::builder()
            .method(Method::from_bytes(self.method.to_uppercase().as_bytes()).unwrap())
            .uri(format!("{path}{query}"))
            .header(header::CONTENT_TYPE, "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.caller.status(request.body(body).unwrap()).await
    }

    /// A body that is right in form.
    async fn body(&self) -> Option<Value> {
        let content = self.operation["requestBody"]["content"].as_object()?;
        let schema = &content.get("application/json")?["schema"];
        let mut body = self.sample(schema);
        if body.get("base_version").is_some() {
            let facts = facts(&self.scene.server, self.scene.case).await;
            body["base_version"] = json!(facts.version);
        }
        Some(body)
    }

    fn sample(&self, schema: &Value) -> Value {
        if let Some(name) = schema["$ref"].as_str() {
            let pointer = name.trim_start_matches('#');
            return self.sample(self.api.pointer(pointer).unwrap());
        }
        if let Some(example) = schema.get("example") {
            return example.clone();
        }
        match schema["type"].as_str() {
            Some("object") => {
                let fields = schema["properties"].as_object().into_iter().flatten();
                fields
                    .map(|(name, schema)| (name.clone(), self.sample(schema)))
                    .collect::<Map<_, _>>()
                    .into()
            }
            Some("integer") => json!(1),
            Some("boolean") => json!(true),
            Some("array") => json!([self.sample(&schema["items"])]),
            Some("string") if schema["format"] == "uuid" => json!(self.scene.case.to_string()),
            Some("string") if schema["format"] == "date-time" => json!("2026-03-02T01:00:00Z"),
            _ => json!("如实填写"),
        }
    }

    fn queries(&self) -> Vec<String> {
        let parameters = self.operation["parameters"].as_array();
        let named = parameters
            .into_iter()
            .flatten()
            .filter(|p| p["in"] == "query");
        let names: Vec<&str> = named.filter_map(|p| p["name"].as_str()).collect();
        let values = [
            "%00",
            "a%00b",
            "%EF%BF%BF",
            "-1",
            "0",
            "4294967296",
            "18446744073709551616",
            "-377705116800000000_01912345-0000-7000-8000-000000000001",
            "9223372036854775807_01912345-0000-7000-8000-000000000001",
            "%25_%5C",
        ];
        let long = "9".repeat(4_000);
        let mut queries = Vec::new();
        for name in names {
            queries.extend(values.iter().map(|value| format!("?{name}={value}")));
            queries.push(format!("?{name}={long}"));
        }
        queries
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_found_however_it_is_typed() {
    let scene = Scene::set().await;
    let desk = scene.county.dispatcher(&scene.server).await;
    let line = desk.get("/api/v1/cases").await.json["items"][0].clone();
    let (number, code) = (
        line["case_no"].as_str().unwrap(),
        line["public_code"].as_str().unwrap(),
    );
    let wide: String = number
        .chars()
        .map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap())
        .collect();
    for typed in [
        format!("%20{number}%20%E3%80%80"),
        encoded(&wide),
        encoded(&number.replace('-', "\u{2013}")),
        code.to_lowercase(),
    ] {
        let found = desk.get(&format!("/api/v1/cases?q={typed}")).await;
        assert_eq!(found.json["items"].as_array().unwrap().len(), 1, "{typed}");
    }
    for typed in [code.to_lowercase(), format!("%20{code}")] {
        let shown = desk.get(&format!("/api/v1/public/cases/{typed}")).await;
        assert_eq!(shown.status, 200, "{typed}");
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
