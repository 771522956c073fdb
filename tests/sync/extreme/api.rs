//! Every operation of the API with every field of its request, as the description of the API names
//! them.

use super::{
    sample, settled,
    values::{Dice, extremes, places, scrawls},
};
use crate::scene::Scene;
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use harness::{Calls, TestServer, client::Signed};
use hejie_case::role::Role;
use hejie_server::api::openapi;
use serde_json::{Map, Value, json};

/// They end what the test calls with.
const NOT_TRIED: [&str; 4] = [
    "delete_session",
    "refresh_session",
    "revoke_device",
    "stream_events",
];

/// So many values are tried in a field of a body, in a parameter of a query and in one of a path.
const OF_A_FIELD: usize = 7;

#[tokio::test(flavor = "multi_thread")]
async fn no_request_is_answered_by_a_failure_of_the_server() {
    // On a database of its own: all its cases are looked at in the end.
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = scene.mediator().await;
    let ids = sample::furnish(&mut phone, scene.case);
    phone.sync().await;
    scene.server.reconcile().await;
    settled(&scene, scene.case).await;
    let api = serde_json::to_value(openapi::document()).unwrap();
    let mut callers = Vec::new();
    for role in [Role::Supervisor, Role::Dispatcher, Role::Auditor] {
        callers.push(scene.county.newcomer(&scene.server, role).await);
    }
    let mut world = World {
        ids: ids.all().map(|id| id.to_string()).to_vec(),
        dice: Dice::cast(),
        scene,
        api: &api,
        calls: 0,
    };
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            if NOT_TRIED.contains(&id) || path.starts_with("/sync") {
                continue;
            }
            for caller in &callers {
                let tried = Tried {
                    caller,
                    path,
                    method,
                    operation,
                };
                world.all(&tried).await;
            }
        }
    }
    println!("{} calls", world.calls);
    assert!(world.calls > 1_000, "{}", world.calls);
    world.scene.server.reconcile().await;
    for case in world.cases().await {
        settled(&world.scene, case.into()).await;
    }
}

/// An operation and who calls it.
struct Tried<'a> {
    caller: &'a Signed,
    path: &'a str,
    method: &'a str,
    operation: &'a Value,
}

/// What is sent in place of what is right.
#[derive(Default)]
struct Forced<'a> {
    /// A parameter of the path, with its value.
    path: Option<(&'a str, &'a str)>,
    query: String,
    body: Vec<u8>,
}

struct World<'a> {
    scene: Scene,
    api: &'a Value,
    ids: Vec<String>,
    dice: Dice,
    calls: usize,
}

impl World<'_> {
    /// Every field with extreme values, unless the caller may not call at all.
    async fn all(&mut self, tried: &Tried<'_>) {
        let body = self.body(tried).await;
        let right = Forced {
            body: bytes(body.as_ref()),
            ..Forced::default()
        };
        if self.holds(tried, &right).await == 403 {
            return;
        }
        self.bodies(tried).await;
        for (name, value) in self.parameters(tried, "query") {
            let mut forced = self.right(tried).await;
            forced.query = format!("?{name}={value}");
            self.holds(tried, &forced).await;
        }
        for (name, value) in self.parameters(tried, "path") {
            let forced = Forced {
                path: Some((&name, &value)),
                ..self.right(tried).await
            };
            self.holds(tried, &forced).await;
        }
    }

    async fn bodies(&mut self, tried: &Tried<'_>) {
        let Some(body) = self.body(tried).await else {
            return;
        };
        for place in places(&body) {
            for value in self.dice.some(extremes(), OF_A_FIELD) {
                // Of the present version again, so that an act is looked at whole whatever was done
                // before.
                let mut forced = self.body(tried).await.unwrap();
                *forced.pointer_mut(&place).unwrap() = value;
                let forced = Forced {
                    body: bytes(Some(&forced)),
                    ..Forced::default()
                };
                self.holds(tried, &forced).await;
            }
        }
        for body in self.dice.some(scrawls(), 3) {
            let forced = Forced {
                body,
                ..Forced::default()
            };
            self.holds(tried, &forced).await;
        }
    }

    async fn right<'a>(&mut self, tried: &Tried<'_>) -> Forced<'a> {
        Forced {
            body: bytes(self.body(tried).await.as_ref()),
            ..Forced::default()
        }
    }

    async fn holds(&mut self, tried: &Tried<'_>, forced: &Forced<'_>) -> u16 {
        let (method, mut path) = (tried.method, tried.path.to_owned());
        if let Some((name, value)) = forced.path {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        let path = format!("{}{}", self.filled(&path), forced.query);
        let request = Request::builder()
            .method(Method::from_bytes(method.to_uppercase().as_bytes()).unwrap())
            .uri(&path)
            .header(header::CONTENT_TYPE, "application/json");
        let request = request.body(Body::from(forced.body.clone())).unwrap();
        let status = tried.caller.status(request).await;
        let shown: String = String::from_utf8_lossy(&forced.body)
            .chars()
            .take(400)
            .collect();
        let seed = self.dice.seed;
        assert!(
            status < 500,
            "seed {seed}: {status} for {method} {path} {shown}"
        );
        self.calls += 1;
        status
    }

    /// The path with what exists in place of what is not forced.
    fn filled(&mut self, path: &str) -> String {
        let mut filled = path
            .replace("{id}", &self.scene.case.to_string())
            .replace("{code}", "2a3b4c5d6e")
            .replace("{situation}", "N03-05")
            .replace("{sha256}", &"ab".repeat(32))
            .replace("{no}", "1")
            .replace("{n}", "1")
            .replace("{version}", "1");
        while let (Some(from), Some(to)) = (filled.find('{'), filled.find('}')) {
            let any = self.ids[self.dice.below(self.ids.len())].clone();
            filled.replace_range(from..=to, &any);
        }
        filled
    }

    /// A body that is right in form.
    async fn body(&self, tried: &Tried<'_>) -> Option<Value> {
        let content = tried.operation["requestBody"]["content"].as_object()?;
        let mut body = self.sample(&content.get("application/json")?["schema"]);
        if body.get("base_version").is_some() {
            let version: i64 =
                sqlx::query_scalar("select facts_version from case_doc where case_id = $1")
                    .bind(self.scene.case.0)
                    .fetch_one(&self.scene.server.state.pool)
                    .await
                    .unwrap();
            body["base_version"] = json!(version);
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
        let ways = ["oneOf", "anyOf", "allOf"].iter();
        let mut ways = ways.filter_map(|ways| schema[*ways].as_array()).flatten();
        if let Some(way) = ways.find(|way| way["type"] != "null") {
            return self.sample(way);
        }
        if let Some(word) = schema["enum"].get(0) {
            return word.clone();
        }
        let types = schema["type"].as_array();
        let of_types = types.and_then(|types| types.iter().find(|of| *of != "null"));
        match of_types.unwrap_or(&schema["type"]).as_str() {
            Some("object") => {
                let fields = schema["properties"].as_object().into_iter().flatten();
                fields
                    .map(|(name, schema)| (name.clone(), self.sample(schema)))
                    .collect::<Map<_, _>>()
                    .into()
            }
            Some("integer" | "number") => json!(1),
            Some("boolean") => json!(true),
            Some("array") => json!([self.sample(&schema["items"])]),
            Some("string") if schema["format"] == "uuid" => json!(self.scene.case.to_string()),
            Some("string") if schema["format"] == "date-time" => json!("2026-03-02T01:00:00Z"),
            Some("string") if schema["format"] == "date" => json!("2026-03-02"),
            _ => json!("如实填写"),
        }
    }

    /// Extreme values of the parameters that stand in the query or in the path.
    fn parameters(&mut self, tried: &Tried<'_>, place: &str) -> Vec<(String, String)> {
        let parameters = tried.operation["parameters"]
            .as_array()
            .into_iter()
            .flatten();
        let named = parameters.filter(|p| p["in"] == place);
        let names: Vec<&str> = named.filter_map(|p| p["name"].as_str()).collect();
        let mut forced = Vec::new();
        for name in names {
            let values = self.dice.some(written_in_paths(), OF_A_FIELD).into_iter();
            forced.extend(values.map(|value| (name.to_owned(), value)));
        }
        forced
    }

    /// Every case that there is now.
    async fn cases(&self) -> Vec<uuid::Uuid> {
        sqlx::query_scalar("select case_id from case_doc")
            .fetch_all(&self.scene.server.state.pool)
            .await
            .unwrap()
    }
}

fn bytes(body: Option<&Value>) -> Vec<u8> {
    body.map(|body| body.to_string().into_bytes())
        .unwrap_or_default()
}

fn written_in_paths() -> Vec<String> {
    let mut values: Vec<String> = [
        "%00",
        "a%00b",
        "%01%7F",
        "%FF%FE",
        "%EF%BF%BF",
        "%CC%81",
        "-1",
        "0",
        "4294967296",
        "9223372036854775807",
        "18446744073709551616",
        "NaN",
        "1e400",
        "0001-01-01",
        "9999-12-31T23:59:59Z",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "-377705116800000000_01912345-0000-7000-8000-000000000001",
        "9223372036854775807_01912345-0000-7000-8000-000000000001",
        "%25_%5C",
        "..%2F..%2Fetc",
    ]
    .map(str::to_owned)
    .to_vec();
    values.push("9".repeat(4_000));
    values.push("%CC%81".repeat(1_000));
    values
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
