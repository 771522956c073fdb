//! Sends the messages of the outbox: signed, at least once, with an idempotency key, again after 1, 5, 30 minutes and then ever later.

use super::signature;
use crate::state::AppState;
use hejie_registry::{
    error::RegistryError,
    identity::channel::{self, Channel},
    outbox::{self, Message},
    pool,
};
use jiff::{SignedDuration, Timestamp};
use std::{error::Error, time::Duration};

/// How long after an attempt that failed the next one is made; the last one repeats.
const WAITS: [SignedDuration; 6] = [
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(6),
    SignedDuration::from_hours(24),
];

/// For how long a message that is being sent is nobody else's.
const LEASE: SignedDuration = SignedDuration::from_mins(1);
/// How long a channel may take to answer; below the lease.
const PATIENCE: Duration = Duration::from_secs(15);
/// How many messages are taken at once.
const BATCH: u32 = 3;
/// How often the outbox is looked at.
const LOOK: SignedDuration = SignedDuration::from_secs(15);

/// Sends what is owed.
pub struct Sender {
    state: AppState,
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
    #[error("no_webhook")]
    NoWebhook,
    #[error("timed_out")]
    TimedOut,
    #[error("not_reached")]
    NotReached,
    #[error("status_{0}")]
    Status(u16),
}

impl Sender {
    /// Makes a sender.
    ///
    /// # Errors
    /// The HTTP client could not be made.
    pub fn new(state: AppState) -> Result<Self, SenderSetup> {
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none());
        let http = client.user_agent("hejie").build().map_err(SenderSetup)?;
        Ok(Self { state, http })
    }

    /// Sends what is due, until it is dropped.
    pub async fn run(&self) {
        loop {
            if let Err(error) = self.send_due().await {
                tracing::error!(error = &error as &dyn Error, "the outbox cannot be read");
            }
            self.state.clock.sleep(LOOK).await;
        }
    }

    /// Sends everything that is due now and returns how many messages were taken.
    ///
    /// # Errors
    /// Postgres failed.
    pub async fn send_due(&self) -> Result<usize, RegistryError> {
        let mut taken = 0;
        loop {
            let now = self.state.clock.now();
            let mut conn = pool::acquire(&self.state.pool).await?;
            let due = outbox::take_due(&mut conn, now, after(now, LEASE), BATCH).await?;
            drop(conn);
            if due.is_empty() {
                return Ok(taken);
            }
            for message in due {
                taken += usize::from(self.deliver(&message).await?);
            }
        }
    }

    async fn deliver(&self, message: &Message) -> Result<bool, RegistryError> {
        let mut conn = pool::acquire(&self.state.pool).await?;
        let channel = channel::find_by_name(&mut conn, &message.channel).await?;
        drop(conn);
        let sent = self.send(channel, message).await;
        let (mut conn, now) = (
            pool::acquire(&self.state.pool).await?,
            self.state.clock.now(),
        );
        match sent {
            Ok(()) => outbox::set_delivered(&mut conn, message.id, now).await?,
            Err(error) => {
                let next = after(now, wait_after(message.attempts));
                outbox::set_failed(&mut conn, message.id, next, &error.to_string()).await?;
                tracing::warn!(outbox.id = %message.id, attempts = message.attempts, reason = %error, "a message was not taken");
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn send(&self, channel: Option<Channel>, message: &Message) -> Result<(), SendError> {
        let channel = channel.ok_or(SendError::UnknownChannel)?;
        let url = channel.webhook_url.as_deref().ok_or(SendError::NoWebhook)?;
        let (seconds, body) = (
            self.state.clock.now().as_second(),
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
fn wait_after(attempts: u32) -> SignedDuration {
    let index = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    WAITS[index.min(WAITS.len() - 1)]
}

fn after(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_then_stay_a_day() {
        assert_eq!(wait_after(1), SignedDuration::from_mins(1));
        assert_eq!(wait_after(2), SignedDuration::from_mins(5));
        assert_eq!(wait_after(100), SignedDuration::from_hours(24));
    }
}
