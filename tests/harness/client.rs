//! What people and machines call: one object a role, all with the same few methods.

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, header},
};
use hejie_case::ids::OrgId;
use hejie_registry::identity::channel::Channel;
use hejie_server::{channel::signature, clock::Clock};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use tower::ServiceExt;

/// The answer to a call.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, when it is JSON; else null.
    pub json: Value,
    /// The body.
    pub bytes: Bytes,
}

impl Answer {
    /// The code of the problem, or nothing.
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    /// Status and code together, for one assertion: `(401, "token_expired")`.
    pub fn outcome(&self) -> (u16, &str) {
        (self.status, self.code())
    }

    /// A text of the body.
    pub fn text(&self, pointer: &str) -> &str {
        let value = self.json.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_else(|| panic!("{pointer} is no text in {}", self.json))
    }
}

/// A client of the router, with a token or without.
#[derive(Clone)]
pub struct Agent {
    router: Router,
    address: SocketAddr,
    /// The access token that it shows.
    pub token: Option<String>,
}

/// Everybody who calls the API.
pub trait Calls: Sync {
    /// The client behind it.
    fn agent(&self) -> &Agent;

    /// Adds what this caller shows: the bearer token.
    fn show(&self, request: &mut Request<Body>) {
        if let Some(token) = &self.agent().token {
            let value = format!("Bearer {token}").parse().unwrap();
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
    }

    /// Sends a request.
    fn send(&self, mut request: Request<Body>) -> impl Future<Output = Answer> + Send {
        self.show(&mut request);
        self.agent().run(request)
    }

    /// Sends a request and returns the status alone, without waiting for the end of the body.
    fn status(&self, mut request: Request<Body>) -> impl Future<Output = u16> + Send {
        self.show(&mut request);
        async move { self.agent().begin(request).await.status().as_u16() }
    }

    /// GET.
    fn get(&self, path: &str) -> impl Future<Output = Answer> + Send {
        self.send(request(Method::GET, path, Body::empty()))
    }

    /// POST of JSON.
    fn post(&self, path: &str, body: Value) -> impl Future<Output = Answer> + Send {
        self.send(request(Method::POST, path, Body::from(body.to_string())))
    }

    /// PUT of JSON.
    fn put(&self, path: &str, body: Value) -> impl Future<Output = Answer> + Send {
        self.send(request(Method::PUT, path, Body::from(body.to_string())))
    }

    /// DELETE.
    fn delete(&self, path: &str) -> impl Future<Output = Answer> + Send {
        self.send(request(Method::DELETE, path, Body::empty()))
    }
}

/// A request with a JSON body.
pub fn request(method: Method, path: &str, body: Body) -> Request<Body> {
    let builder = Request::builder().method(method).uri(path);
    builder
        .header(header::CONTENT_TYPE, "application/json")
        .body(body)
        .unwrap()
}

impl Agent {
    /// A client without a token.
    pub fn new(router: Router) -> Self {
        Self {
            router,
            address: (Ipv4Addr::LOCALHOST, 40_000).into(),
            token: None,
        }
    }

    /// The same client with a token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// The same client from another address.
    #[must_use]
    pub fn from_address(&self, address: SocketAddr) -> Self {
        Self {
            address,
            ..self.clone()
        }
    }

    async fn begin(&self, mut request: Request<Body>) -> axum::response::Response {
        request.extensions_mut().insert(ConnectInfo(self.address));
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn run(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.begin(request).await.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let json = serde_json::from_slice(&bytes).unwrap_or_default();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            json,
            bytes,
        }
    }
}

macro_rules! callers {
    ($(#[doc = $doc:literal] $name:ident),* $(,)?) => {$(
        #[doc = $doc]
        #[derive(Clone)]
        pub struct $name(pub Agent);

        impl Calls for $name {
            fn agent(&self) -> &Agent {
                &self.0
            }
        }
    )*};
}

callers! {
    /// Somebody who is not signed in.
    Anonymous,
    /// 督导员 of the county.
    Supervisor,
    /// 矛调中心分流员.
    Dispatcher,
    /// 人民调解员.
    Mediator,
    /// 网格员.
    GridWorker,
    /// 司法所.
    JudicialOffice,
    /// Somebody in any other role.
    Signed,
}

/// An exchange channel: signs what it sends.
#[derive(Clone)]
pub struct ChannelClient {
    agent: Agent,
    channel: Channel,
    clock: Clock,
}

impl ChannelClient {
    /// A channel that calls a server.
    pub fn new(agent: Agent, channel: Channel, clock: Clock) -> Self {
        Self {
            agent,
            channel,
            clock,
        }
    }

    /// Sends a work order.
    pub async fn order(&self, order: &Value) -> Answer {
        self.send(self.signed(order.to_string(), self.clock.now()))
            .await
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.channel.name
    }

    /// The organisation that answers for the channel.
    pub fn org(&self) -> OrgId {
        self.channel.org
    }

    /// Reports what happened to a case at the channel's side.
    pub async fn report(&self, case: &str, act: Value) -> Answer {
        let body = json!({ "case_id": case, "act": act }).to_string();
        let path = "/api/v1/exchange/acts";
        self.send(self.signed_for(path, body, self.clock.now()))
            .await
    }

    /// Asks how far the case of a number of its own is.
    pub async fn asks_progress(&self, external_no: &str) -> Answer {
        let body = json!({ "external_no": external_no }).to_string();
        let path = "/api/v1/exchange/progress";
        self.send(self.signed_for(path, body, self.clock.now()))
            .await
    }

    /// A work order that the channel signed at a time.
    pub fn signed(&self, body: String, at: Timestamp) -> Request<Body> {
        self.signed_for("/api/v1/exchange/orders", body, at)
    }

    fn signed_for(&self, path: &str, body: String, at: Timestamp) -> Request<Body> {
        let seconds = at.as_second();
        let signature = signature::sign(&self.channel.secret, seconds, body.as_bytes());
        let mut call = request(Method::POST, path, Body::from(body));
        let headers = call.headers_mut();
        headers.insert(signature::CHANNEL, self.channel.name.parse().unwrap());
        headers.insert(signature::TIMESTAMP, seconds.into());
        headers.insert(signature::SIGNATURE, signature.parse().unwrap());
        call
    }
}

impl Calls for ChannelClient {
    fn agent(&self) -> &Agent {
        &self.agent
    }
}

/// The body with which a desk decides an act on a version of the facts; an act that says nothing
/// goes by its name alone.
#[must_use]
pub fn decided(act: &str, says: Value, base_version: u64) -> Value {
    let act = match says.as_object() {
        Some(fields) if fields.is_empty() => json!(act),
        _ => json!({ act: says }),
    };
    json!({ "act": act, "base_version": base_version })
}
