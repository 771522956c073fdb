//! A channel's own server on loopback: takes webhooks, or refuses as many as a test says.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use parking_lot::Mutex;
use std::{net::Ipv4Addr, sync::Arc};

/// A receiver of webhooks.
#[derive(Clone, Default)]
pub struct Receiver(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    url: String,
    refusals: u32,
    calls: Vec<Call>,
}

/// One call that came in.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Receiver {
    /// Starts a receiver that refuses the first calls and then takes everything.
    pub async fn refusing(refusals: u32) -> Self {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .unwrap();
        let url = format!("http://{}/hejie", listener.local_addr().unwrap());
        let receiver = Self(Arc::new(Mutex::new(Inner {
            url,
            refusals,
            calls: Vec::new(),
        })));
        let router = Router::new()
            .route("/hejie", post(take))
            .with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
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
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mut inner = receiver.0.lock();
    inner.calls.push(Call { headers, body });
    if inner.refusals > 0 {
        inner.refusals -= 1;
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    StatusCode::NO_CONTENT
}
