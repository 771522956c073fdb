//! A channel's own server on loopback: takes webhooks, refuses as many as a test says, or does what
//! its script says.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use parking_lot::Mutex;
use std::{collections::VecDeque, future::pending, net::Ipv4Addr, sync::Arc};

/// A receiver of webhooks.
#[derive(Clone, Default)]
pub struct Receiver(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    url: String,
    script: VecDeque<Reply>,
    rejected: Option<String>,
    calls: Vec<Call>,
}

/// What the receiver does with one call.
#[derive(Debug, Clone, Copy)]
pub enum Reply {
    /// Takes it.
    Take,
    /// Answers that it is not there at the moment.
    Away,
    /// Holds the connection and never answers.
    Hold,
}

/// One call that came in.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Call {
    /// The key by which a message is known again.
    pub fn key(&self) -> &str {
        self.headers["idempotency-key"].to_str().unwrap()
    }
}

impl Receiver {
    /// Starts a receiver that refuses the first calls and then takes everything.
    pub async fn refusing(refusals: usize) -> Self {
        Self::scripted(&vec![Reply::Away; refusals]).await
    }

    /// Starts a receiver that does this with the first calls and then takes everything.
    pub async fn scripted(script: &[Reply]) -> Self {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .unwrap();
        let url = format!("http://{}/hejie", listener.local_addr().unwrap());
        let receiver = Self(Arc::new(Mutex::new(Inner {
            url,
            script: script.iter().copied().collect(),
            ..Inner::default()
        })));
        let router = Router::new()
            .route("/hejie", post(take))
            .with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    /// Does this with the next calls and then takes everything again.
    pub fn script(&self, script: &[Reply]) {
        self.0.lock().script = script.iter().copied().collect();
    }

    /// From now on rejects every message with these words in it, as one that cannot be taken, or
    /// none.
    pub fn reject(&self, words: Option<&str>) {
        self.0.lock().rejected = words.map(str::to_owned);
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        self.0.lock().url.clone()
    }

    /// Every call so far, refused or taken.
    pub fn calls(&self) -> Vec<Call> {
        self.0.lock().calls.clone()
    }

    /// The body of every call so far.
    pub fn bodies(&self) -> Vec<serde_json::Value> {
        let calls = self.calls();
        let bodies = calls.iter().map(|call| serde_json::from_slice(&call.body));
        bodies.collect::<Result<_, _>>().expect("webhooks are JSON")
    }

    /// The text of every call so far that has one.
    pub fn texts(&self) -> Vec<String> {
        let bodies = self.bodies();
        let texts = bodies.iter().filter_map(|body| body["text"].as_str());
        texts.map(str::to_owned).collect()
    }

    /// Notes a call and says what is done with it.
    fn hear(&self, call: Call) -> Result<Reply, StatusCode> {
        let mut inner = self.0.lock();
        let body = String::from_utf8_lossy(&call.body);
        let rejected = inner.rejected.as_deref();
        let is_rejected = rejected.is_some_and(|words| body.contains(words));
        inner.calls.push(call.clone());
        if is_rejected {
            return Err(StatusCode::BAD_REQUEST);
        }
        Ok(inner.script.pop_front().unwrap_or(Reply::Take))
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    match receiver.hear(Call { headers, body }) {
        Ok(Reply::Take) => StatusCode::NO_CONTENT,
        Ok(Reply::Away) => StatusCode::SERVICE_UNAVAILABLE,
        Ok(Reply::Hold) => pending().await,
        Err(status) => status,
    }
}
