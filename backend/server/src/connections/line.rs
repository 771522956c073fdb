//! What one connection is doing, as seen from its bytes and its answers.

use super::{
    ConnectionLimits,
    table::{ConnectionSlot, Quiet},
};
use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use parking_lot::Mutex;
use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Instant,
};

/// A connection, shared by those who read it, answer it and end it. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct ClientConnection(Arc<ConnectionInner>);

#[derive(Debug)]
struct ConnectionInner {
    place: ConnectionSlot,
    limits: ConnectionLimits,
    state: Mutex<ConnectionState>,
}

#[derive(Debug, Clone, Copy)]
struct ConnectionState {
    /// Requests that are being answered; HTTP/1 has one at a time.
    answering: usize,
    quiet: Quiet,
    since: Instant,
    /// Since when the client takes nothing of what is ready for it.
    stalled: Option<Instant>,
}

impl ClientConnection {
    pub(super) fn new(place: ConnectionSlot, limits: ConnectionLimits) -> Self {
        let state = ConnectionState {
            answering: 0,
            quiet: Quiet::Owing,
            since: Instant::now(),
            stalled: None,
        };
        Self(Arc::new(ConnectionInner {
            place,
            limits,
            state: Mutex::new(state),
        }))
    }

    /// A request has come. It is being answered until the value is dropped.
    pub(super) fn answering(&self) -> Answering {
        self.0.state.lock().answering += 1;
        self.0.place.work();
        Answering(self.clone())
    }

    pub(super) fn is_answering(&self) -> bool {
        self.0.state.lock().answering > 0
    }

    /// When the client has had all the time that it has for what it owes now; none when it owes
    /// nothing.
    pub(super) fn due(&self) -> Option<Instant> {
        let (state, limits) = (*self.0.state.lock(), &self.0.limits);
        let owed = (state.answering == 0).then(|| match state.quiet {
            Quiet::Owing => state.since + limits.header,
            Quiet::Kept => state.since + limits.idle,
        });
        let taken = state.stalled.map(|since| since + limits.stall);
        owed.into_iter().chain(taken).min()
    }

    pub(super) async fn told_to_end(&self) {
        self.0.place.told_to_end().await;
    }

    fn heard(&self) {
        let mut state = self.0.state.lock();
        // Who opens a connection and says nothing at first gets no more time than who speaks at
        // once.
        if state.answering == 0 && state.quiet == Quiet::Kept {
            (state.quiet, state.since) = (Quiet::Owing, Instant::now());
            self.0.place.rest(state.quiet, state.since);
        }
    }

    fn wrote(&self, progress: bool) {
        let mut state = self.0.state.lock();
        state.stalled = match (progress, state.stalled) {
            (true, _) => None,
            (false, Some(since)) => Some(since),
            (false, None) => Some(Instant::now()),
        };
    }

    fn answered(&self) {
        let mut state = self.0.state.lock();
        state.answering -= 1;
        if state.answering == 0 {
            (state.quiet, state.since) = (Quiet::Kept, Instant::now());
            self.0.place.rest(state.quiet, state.since);
        }
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub(super) struct Answering(ClientConnection);

impl Answering {
    /// The request is being answered until all of this was handed on.
    pub(super) fn until_taken(self, body: Body) -> Body {
        Body::new(Counted {
            body,
            _answering: self,
        })
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answered();
    }
}

struct Counted {
    body: Body,
    _answering: Answering,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream that tells its line what comes and goes.
#[derive(Debug)]
pub(super) struct Watched<S> {
    stream: S,
    line: ClientConnection,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, line: ClientConnection) -> Self {
        Self { stream, line }
    }

    fn noted(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        self.line.wrote(written.is_ready());
        written
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            self.line.heard();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.noted(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.noted(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
