//! The streams of live events that are open: so many a person, and so many in all.
//!
//! A stream costs a connection for as long as its reader likes. A person who opens one more than
//! allowed loses the oldest, whose reader is told so; when the server has no more to give, a
//! newcomer is told to come back.

use crate::problem::Problem;
use hejie_case::ids::UserId;
use parking_lot::Mutex;
use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};
use tokio::sync::Notify;

/// Streams of all persons together, unless there are fewer connections.
pub const TOTAL: usize = 2048;

/// The open streams of one server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Streams(Arc<StreamsInner>);

#[derive(Debug)]
struct StreamsInner {
    per_user: usize,
    total: usize,
    open: Mutex<OpenStream>,
}

#[derive(Debug, Default)]
struct OpenStream {
    next: u64,
    count: usize,
    /// By person, the oldest first.
    of_user: HashMap<UserId, VecDeque<(u64, Arc<Notify>)>>,
}

/// One open stream. Its place is free again when it is dropped.
#[derive(Debug)]
pub struct Stream {
    streams: Streams,
    user: UserId,
    id: u64,
    replaced: Arc<Notify>,
}

impl Streams {
    /// Makes a house without streams.
    #[must_use]
    pub fn new(per_user: usize, total: usize) -> Self {
        Self(Arc::new(StreamsInner {
            per_user: per_user.max(1),
            total: total.max(1),
            open: Mutex::default(),
        }))
    }

    /// Opens a stream for a person; the person's oldest one ends for it if there are too many.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the server has no more to give.
    pub fn open(&self, user: UserId) -> Result<Stream, Problem> {
        let mut open = self.0.open.lock();
        let own = open.of_user.entry(user).or_default();
        let oldest = if own.len() >= self.0.per_user {
            own.pop_front()
        } else {
            None
        };
        match oldest {
            Some((_, replaced)) => replaced.notify_one(),
            None if open.count >= self.0.total => {
                open.forget_empty(user);
                return Err(Problem::Unavailable(None));
            }
            None => open.count += 1,
        }
        open.next += 1;
        let (id, replaced) = (open.next, Arc::new(Notify::new()));
        open.of_user
            .entry(user)
            .or_default()
            .push_back((id, Arc::clone(&replaced)));
        metrics::gauge!("hejie_event_streams_open").set(open.count as f64);
        Ok(Stream {
            streams: self.clone(),
            user,
            id,
            replaced,
        })
    }
}

impl Stream {
    /// Waits until the person has opened so many others that this one has to end.
    pub async fn replaced(&self) {
        self.replaced.notified().await;
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let mut open = self.streams.0.open.lock();
        let Some(own) = open.of_user.get_mut(&self.user) else {
            return;
        };
        let before = own.len();
        own.retain(|(id, _)| *id != self.id);
        // One that was replaced has handed its place on.
        let given_back = before - own.len();
        open.count -= given_back;
        open.forget_empty(self.user);
        metrics::gauge!("hejie_event_streams_open").set(open.count as f64);
    }
}

impl OpenStream {
    fn forget_empty(&mut self, user: UserId) {
        if self.of_user.get(&user).is_some_and(VecDeque::is_empty) {
            self.of_user.remove(&user);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        pin::pin,
        task::{Context, Waker},
    };
    use uuid::Uuid;

    fn is_replaced(stream: &Stream) -> bool {
        let waiting = pin!(stream.replaced());
        waiting
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_ready()
    }

    fn user(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    #[test]
    fn a_person_who_opens_one_too_many_loses_the_oldest() {
        let streams = Streams::new(2, 10);
        let (first, second) = (
            streams.open(user(1)).unwrap(),
            streams.open(user(1)).unwrap(),
        );
        let other = streams.open(user(2)).unwrap();
        let _third = streams.open(user(1)).unwrap();
        assert!(is_replaced(&first) && !is_replaced(&second) && !is_replaced(&other));
    }

    #[test]
    fn when_all_are_taken_a_newcomer_is_sent_away_and_who_has_some_may_change_them() {
        let streams = Streams::new(2, 3);
        let own = [1, 1, 2].map(|n| streams.open(user(n)).unwrap());
        assert!(matches!(
            streams.open(user(3)),
            Err(Problem::Unavailable(None))
        ));
        let next = streams.open(user(1)).unwrap();
        assert!(is_replaced(&own[0]));
        drop(own);
        drop(next);
        assert_eq!(streams.0.open.lock().count, 0);
        assert!(streams.0.open.lock().of_user.is_empty());
        streams.open(user(3)).unwrap();
    }
}
