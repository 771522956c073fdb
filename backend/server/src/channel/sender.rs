//! Sends the messages of the outbox: signed, at least once, with an idempotency key, again after
//! growing pauses.
//!
//! Each channel has a lane of its own: one message at a time, police orders first. A channel that
//! hangs or is away holds up nobody but itself, and is left alone for a while, which a new police
//! order ends.

use super::signature;
use crate::{
    clock::{Clock, age},
    telemetry::whole,
};
use hejie_registry::{
    error::RegistryError,
    identity::channel::{self, Channel},
    outbox::{self, Depth, LaneReach, Message, MessageKind},
    pool::{self, PgPool},
};
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio::{sync::Notify, task::JoinSet};

/// How long after an attempt that failed the next one is made; the last one repeats.
const WAITS: [SignedDuration; 6] = [
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(6),
    SignedDuration::from_hours(24),
];

/// The same for a police order, on which somebody's safety depends.
const URGENT_WAITS: [SignedDuration; 5] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_secs(15),
    SignedDuration::from_secs(30),
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(2),
];

/// The longest time for which a channel that did not answer is left alone.
const PAUSE: SignedDuration = SignedDuration::from_mins(5);
/// A lane is ours for so much longer than a channel may take to answer: while one message is on its
/// way, and what it came to is written.
const MARGIN: SignedDuration = SignedDuration::from_secs(5);

/// Rings when something was put into the outbox. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct OutboxSignal(Arc<Notify>);

impl OutboxSignal {
    /// Says, after the commit, that something may be due.
    pub fn ring(&self) {
        self.0.notify_one();
    }
}

/// What a sender needs.
#[derive(Clone)]
pub struct SenderParts {
    /// Connections to Postgres.
    pub pool: PgPool,
    /// The clock.
    pub clock: Clock,
    /// Rings when something is owed.
    pub bell: OutboxSignal,
    /// How long a channel may take to answer a message.
    pub answer: Duration,
    /// How often the outbox is looked at although nobody rang.
    pub look: SignedDuration,
}

/// Sends what is owed. Cheap to clone.
#[derive(Clone)]
pub struct OutboxSender {
    parts: SenderParts,
    http: reqwest::Client,
}

/// The HTTP client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the client for webhooks cannot be set up")]
pub struct SenderSetup(#[source] reqwest::Error);

/// Why a message was not taken. Goes into the registry as one word; never with content.
#[derive(Debug, thiserror::Error)]
enum SendError {
    #[error("unknown_channel")]
    UnknownChannel,
    #[error("out_of_service")]
    OutOfService,
    #[error("no_webhook")]
    NoWebhook,
    #[error("timed_out")]
    TimedOut,
    #[error("not_reached")]
    NotReached,
    #[error("status_{0}")]
    Status(u16),
}

impl OutboxSender {
    /// Makes a sender.
    ///
    /// # Errors
    /// The HTTP client could not be made.
    pub fn new(parts: SenderParts) -> Result<Self, SenderSetup> {
        let client = reqwest::Client::builder()
            .timeout(parts.answer)
            .redirect(reqwest::redirect::Policy::none());
        let http = client.user_agent("hejie").build().map_err(SenderSetup)?;
        Ok(Self { parts, http })
    }

    /// Sends what is due, until it is dropped.
    pub async fn run(&self) {
        let (mut lanes, mut busy) = (JoinSet::new(), BTreeSet::new());
        loop {
            match self.due_lanes().await {
                Ok(due) => {
                    for channel in due {
                        if busy.insert(channel.clone()) {
                            let sender = self.clone();
                            lanes.spawn(async move { (sender.drive(&channel).await, channel) });
                        }
                    }
                }
                Err(error) => {
                    tracing::error!(error.chain = %whole(&error), "the outbox cannot be read");
                }
            }
            tokio::select! {
                () = self.parts.bell.0.notified() => {}
                () = self.parts.clock.sleep(self.parts.look) => {}
                Some(ended) = lanes.join_next() => self.note_end(ended, &mut busy),
            }
        }
    }

    /// Sends everything that is due now and returns how many messages were taken.
    ///
    /// # Errors
    /// Postgres failed.
    pub async fn send_due(&self) -> Result<usize, RegistryError> {
        let mut lanes = JoinSet::new();
        for channel in self.due_lanes().await? {
            let sender = self.clone();
            lanes.spawn(async move { sender.drive(&channel).await });
        }
        let mut taken = 0;
        while let Some(sent) = lanes.join_next().await {
            taken += sent.unwrap_or(Ok(0))?;
        }
        Ok(taken)
    }

    /// The channels whose lane has something to send; says beside it how much is owed to whom.
    async fn due_lanes(&self) -> Result<Vec<String>, RegistryError> {
        let mut conn = pool::acquire(&self.parts.pool).await?;
        let now = self.parts.clock.now();
        show(&outbox::depths(&mut conn).await?, now);
        outbox::list_lanes(&mut conn, now, self.reach()).await
    }

    fn note_end(
        &self,
        ended: Result<(Result<usize, RegistryError>, String), tokio::task::JoinError>,
        busy: &mut BTreeSet<String>,
    ) {
        match ended {
            Ok((sent, channel)) => {
                busy.remove(&channel);
                if let Err(error) = sent {
                    tracing::error!(
                        channel,
                        error.chain = %whole(&error),
                        "a lane of the outbox stopped"
                    );
                }
            }
            // Which lane panicked is not known: all may be looked at again, and leases keep them
            // apart.
            Err(error) => {
                busy.clear();
                tracing::error!(
                    error.chain = %whole(&error),
                    "a lane of the outbox panicked"
                );
            }
        }
    }

    /// Sends to one channel what is due, one message after the other, until nothing is or it does
    /// not answer.
    async fn drive(&self, channel: &str) -> Result<usize, RegistryError> {
        let (mut conn, now) = (
            pool::acquire(&self.parts.pool).await?,
            self.parts.clock.now(),
        );
        let reach = self.reach();
        if !outbox::take_lane(&mut conn, channel, now, reach).await? {
            return Ok(0);
        }
        drop(conn);
        let mut taken = 0;
        loop {
            let (mut conn, now) = (
                pool::acquire(&self.parts.pool).await?,
                self.parts.clock.now(),
            );
            let Some(message) = outbox::next_message(&mut conn, channel, now, reach).await? else {
                outbox::leave_lane(&mut conn, channel, None).await?;
                return Ok(taken);
            };
            let to = channel::find_by_name(&mut conn, channel).await?;
            drop(conn);
            match self.deliver(to, &message).await? {
                Ok(()) => taken += 1,
                Err(SendError::Status(_)) => {}
                Err(_) => {
                    self.leave_alone(&message).await?;
                    return Ok(taken);
                }
            }
        }
    }

    /// Sends a message and keeps what came of it.
    async fn deliver(
        &self,
        channel: Option<Channel>,
        message: &Message,
    ) -> Result<Result<(), SendError>, RegistryError> {
        let sent = self.send(channel, message).await;
        let (mut conn, now) = (
            pool::acquire(&self.parts.pool).await?,
            self.parts.clock.now(),
        );
        match &sent {
            Ok(()) => outbox::set_delivered(&mut conn, message.id, now).await?,
            Err(error) => {
                let next = after(now, wait_after(message.kind, message.attempts));
                outbox::set_failed(&mut conn, message.id, next, &error.to_string()).await?;
                tracing::warn!(outbox.id = %message.id, kind = message.kind.word(), attempts = message.attempts, reason = %error, "a message was not taken");
            }
        }
        Ok(sent)
    }

    fn reach(&self) -> LaneReach {
        let answer = SignedDuration::try_from(self.parts.answer);
        LaneReach {
            lease: answer
                .unwrap_or(SignedDuration::ZERO)
                .saturating_add(MARGIN),
            pause: PAUSE,
            urgent: URGENT_WAITS[URGENT_WAITS.len() - 1],
            wait: WAITS[WAITS.len() - 1],
        }
    }

    /// A channel that does not answer is not asked for each of its messages.
    async fn leave_alone(&self, message: &Message) -> Result<(), RegistryError> {
        let (mut conn, now) = (
            pool::acquire(&self.parts.pool).await?,
            self.parts.clock.now(),
        );
        let pause = wait_after(message.kind, message.attempts).min(PAUSE);
        outbox::leave_lane(&mut conn, &message.channel, Some(after(now, pause))).await
    }

    async fn send(&self, channel: Option<Channel>, message: &Message) -> Result<(), SendError> {
        let channel = channel.ok_or(SendError::UnknownChannel)?;
        if !channel.active {
            return Err(SendError::OutOfService);
        }
        let url = channel.webhook_url.as_deref().ok_or(SendError::NoWebhook)?;
        let (seconds, body) = (
            self.parts.clock.now().as_second(),
            message.payload.to_string(),
        );
        let answer = self
            .http
            .post(url)
            .header(signature::CHANNEL, &channel.name)
            .header(signature::TIMESTAMP, seconds)
            .header(
                signature::SIGNATURE,
                signature::sign(&channel.secret, seconds, body.as_bytes()),
            )
            .header("idempotency-key", message.id.to_string())
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .map_err(|error| {
                if error.is_timeout() {
                    SendError::TimedOut
                } else {
                    SendError::NotReached
                }
            })?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(SendError::Status(answer.status().as_u16()))
        }
    }
}

/// The wait after the n-th attempt.
fn wait_after(kind: MessageKind, attempts: u32) -> SignedDuration {
    let waits: &[SignedDuration] = match kind {
        MessageKind::PoliceOrder => &URGENT_WAITS,
        MessageKind::Feedback | MessageKind::Push | MessageKind::Confirmation => &WAITS,
    };
    let index = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    waits[index.min(waits.len() - 1)]
}

/// The label of all channels that nobody set up: messages may bear any name, labels must be few.
const OTHER: &str = "other";

/// Says in the metrics how much is owed to whom, and since when. A channel that is owed nothing any
/// more is said to be so.
fn show(depths: &[Depth], now: Timestamp) {
    static SHOWN: Mutex<BTreeSet<(String, MessageKind)>> = Mutex::new(BTreeSet::new());
    let label = |depth: &Depth| depth.channel.as_deref().unwrap_or(OTHER).to_owned();
    let mut shown = SHOWN.lock();
    shown.extend(depths.iter().map(|depth| (label(depth), depth.kind)));
    for (channel, kind) in shown.iter() {
        let mut depths = depths.iter();
        let depth = depths.find(|depth| label(depth) == *channel && depth.kind == *kind);
        let labels = [
            ("channel", channel.clone()),
            ("kind", kind.word().to_owned()),
        ];
        let age = depth.map_or(0.0, |depth| age(depth.oldest, now).as_secs_f64());
        metrics::gauge!("hejie_outbox_oldest_seconds", &labels).set(age);
        let waiting = depth.map_or(0, |depth| u32::try_from(depth.waiting).unwrap_or(u32::MAX));
        metrics::gauge!("hejie_outbox_waiting", &labels).set(f64::from(waiting));
    }
}

fn after(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_then_stay_a_day() {
        assert_eq!(
            wait_after(MessageKind::Feedback, 1),
            SignedDuration::from_mins(1)
        );
        assert_eq!(
            wait_after(MessageKind::Feedback, 2),
            SignedDuration::from_mins(5)
        );
        assert_eq!(
            wait_after(MessageKind::Push, 100),
            SignedDuration::from_hours(24)
        );
    }

    #[test]
    fn a_police_order_is_tried_again_within_two_minutes_however_often_it_failed() {
        let waits = (1..100).map(|n| wait_after(MessageKind::PoliceOrder, n));
        assert!(waits.max() <= Some(SignedDuration::from_mins(2)));
    }
}
