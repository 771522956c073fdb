//! Requests over lines that bring their bodies in parts.

use crate::client::{Answer, Calls};
use axum::{
    body::{Body, Bytes},
    http::{Request, header},
};
use hyper::body::{Body as Incoming, Frame};
use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    sync::mpsc::{self, Receiver, Sender},
    task::JoinHandle,
};

/// A request whose body has not come whole.
pub struct SlowRequest {
    parts: Sender<Bytes>,
    rest: Bytes,
    answer: JoinHandle<Answer>,
    drip: Option<JoinHandle<()>>,
}

/// How often a byte comes over a line that drips: well before a server gives it up.
const PACE: Duration = Duration::from_secs(2);

impl SlowRequest {
    /// Sends a request but for the second half of its body; the server reads it when this returns.
    pub async fn begin(
        from: &(impl Calls + Clone + Send + 'static),
        request: Request<Body>,
    ) -> Self {
        let (mut parts, body) = request.into_parts();
        let whole = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        parts
            .headers
            .insert(header::CONTENT_LENGTH, whole.len().into());
        let request = Request::from_parts(parts, Body::empty());
        let half = whole.len() / 2;
        let mut line = Self::of_no_end(from, request, &[whole.slice(..half), Bytes::new()]).await;
        line.rest = whole.slice(half..);
        line
    }

    /// As [`Self::begin`], with these parts of a body of which no end is known.
    pub async fn of_no_end(
        from: &(impl Calls + Clone + Send + 'static),
        request: Request<Body>,
        begun: &[Bytes],
    ) -> Self {
        let (parts, coming) = mpsc::channel(1);
        let request = request.map(|_| Body::new(Coming(coming)));
        let from = from.clone();
        let answer = tokio::spawn(async move { from.send(request).await });
        // There is room for the second part once the first was taken.
        for part in begun {
            parts.send(part.clone()).await.unwrap();
        }
        let rest = Bytes::new();
        Self {
            parts,
            rest,
            answer,
            drip: None,
        }
    }

    /// Lets the body go on, a byte at a time, as slowly as a line may that is not given up.
    #[must_use]
    pub fn dripping(mut self) -> Self {
        let parts = self.parts.clone();
        self.drip = Some(tokio::spawn(async move {
            let mut pace = tokio::time::interval(PACE);
            loop {
                pace.tick().await;
                if parts.send(Bytes::from_static(b".")).await.is_err() {
                    return;
                }
            }
        }));
        self
    }

    /// Sends the rest and gives the answer.
    pub async fn end(self) -> Answer {
        if let Some(drip) = self.drip {
            drip.abort();
            // What it was about to send is gone with it, and so is its end of the line.
            let _ = drip.await;
        }
        self.parts.send(self.rest).await.unwrap();
        drop(self.parts);
        self.answer.await.unwrap()
    }
}

struct Coming(Receiver<Bytes>);

impl Incoming for Coming {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let part = self.0.poll_recv(cx);
        part.map(|part| part.map(|bytes| Ok(Frame::data(bytes))))
    }
}
