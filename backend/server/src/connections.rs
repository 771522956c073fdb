//! The connections of one address: how many may be open, how long each may be quiet, and how they
//! end.
//!
//! A connection costs a file descriptor, and whoever may open one need not have signed in. So there
//! is a cap on all of them, below what the process may open, and one for each address. At a cap the
//! connection goes that has been of no use for the longest; one that is being answered never does.
//! What a client owes (its headers, the next request, taking its answer) it owes in time.

pub mod descriptors;
mod line;
mod table;

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use line::{ClientConnection, Watched};
use std::{
    convert::Infallible,
    future::poll_fn,
    io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    task::{Poll, ready},
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{Instant, sleep, sleep_until},
};
use tower::ServiceExt;

/// How long no connection is taken after the process was out of descriptors.
const BREATH: Duration = Duration::from_millis(50);

/// What connections may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// How many may be open.
    pub total: usize,
    /// How many of them from one address; none behind a proxy, whose address all of them have.
    pub per_address: Option<usize>,
    /// From the opening, or the first byte of a request, to the end of its headers.
    pub header: Duration,
    /// From an answer to the next request.
    pub idle: Duration,
    /// How long a client may take nothing of an answer that is ready.
    pub stall: Duration,
}

/// The open connections of one listener. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Connections {
    limits: ConnectionLimits,
    table: table::ConnectionTable,
}

impl Connections {
    /// Makes a house without guests.
    #[must_use]
    pub fn new(limits: ConnectionLimits) -> Self {
        Self {
            limits,
            table: table::ConnectionTable::new(limits.total, limits.per_address),
        }
    }

    /// Takes connections and answers them, until it is told to stop; then every connection ends
    /// with the answer it is giving. Returns when the last one has ended.
    pub async fn serve(
        &self,
        listener: TcpListener,
        router: Router,
        mut stopping: watch::Receiver<bool>,
    ) {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                // A sender that is gone means that the process ends anyway.
                _ = stopping.wait_for(|told| *told) => break,
            };
            match accepted {
                Ok((stream, peer)) => self.admit(stream, peer, &router),
                Err(error) => self.rest(&error).await,
            }
        }
        drop(listener);
        self.table.end_all();
        self.table.emptied().await;
    }

    /// How many are open now.
    #[must_use]
    pub fn open(&self) -> usize {
        self.table.len()
    }

    fn admit(&self, stream: TcpStream, peer: SocketAddr, router: &Router) {
        let Some(place) = self.table.open(household(peer.ip())) else {
            metrics::counter!("hejie_connections_refused_total").increment(1);
            return;
        };
        // Answers are written whole; waiting for more to send only delays them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(error.message = %error, "a connection ended at once");
            return;
        }
        let line = ClientConnection::new(place, self.limits);
        tokio::spawn(converse(stream, peer, line, router.clone()));
    }

    /// An error of accepting ends nothing. One that is not of the connection itself (no descriptor
    /// is left) would come again at once.
    async fn rest(&self, error: &io::Error) {
        use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
        if matches!(
            error.kind(),
            ConnectionAborted | ConnectionRefused | ConnectionReset
        ) {
            return;
        }
        tracing::error!(error.message = %error, open = self.open(), "no connection could be taken");
        metrics::counter!("hejie_connections_refused_total").increment(1);
        self.table.make_room();
        sleep(BREATH).await;
    }
}

/// The address as rate limits count it: of IPv6 the network that one house is given, of which it
/// has more addresses than anybody can count.
#[must_use]
pub fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            IpAddr::from((u128::from(address) & !u128::from(u64::MAX)).to_be_bytes())
        }
        address => address,
    }
}

/// One connection from its opening to its end.
async fn converse(stream: TcpStream, peer: SocketAddr, line: ClientConnection, router: Router) {
    let service = service_fn(|mut request: Request<Incoming>| {
        let answering = line.answering();
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = router.clone().oneshot(request.map(Body::new));
        async move {
            let answer = answer.await?;
            Ok::<_, Infallible>(answer.map(|body| answering.until_taken(body)))
        }
    });
    let io = TokioIo::new(Watched::new(stream, line.clone()));
    let mut talk = pin!(http1::Builder::new().serve_connection(io, service));
    let mut told = pin!(line.told_to_end());
    let mut alarm = pin!(sleep_until(Instant::now()));
    let mut is_leaving = false;
    let end = poll_fn(|cx| {
        if let Poll::Ready(end) = talk.as_mut().poll(cx) {
            return Poll::Ready(end.err().map(|error| error.to_string()));
        }
        if !is_leaving && told.as_mut().poll(cx).is_ready() {
            if !line.is_answering() {
                return Poll::Ready(None);
            }
            is_leaving = true;
            talk.as_mut().graceful_shutdown();
            // So that what the shutdown wants to happen next is asked for.
            cx.waker().wake_by_ref();
        }
        // The deadline follows from what was just read and written; while the client owes nothing
        // there is none.
        let Some(due) = line.due() else {
            return Poll::Pending;
        };
        if alarm.deadline() != due {
            alarm.as_mut().reset(due);
        }
        ready!(alarm.as_mut().poll(cx));
        metrics::counter!("hejie_connections_timed_out_total").increment(1);
        Poll::Ready(None)
    });
    if let Some(error) = end.await {
        tracing::debug!(error.message = error, "a connection ended");
    }
}

#[cfg(test)]
mod tests {
    use super::household;
    use std::net::IpAddr;

    #[test]
    fn a_house_is_an_address_of_ipv4_however_it_is_written_and_a_network_of_ipv6() {
        let of = |text: &str| household(text.parse::<IpAddr>().unwrap()).to_string();
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_ne!(of("2001:db8:1:3::1"), of("2001:db8:1:2::1"));
    }
}
