//! Live events: the console learns that a case moved and reads it anew.

use crate::{
    access::Caller,
    events::CaseMoved,
    problem::Problem,
    state::{App, AppState},
};
use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, StreamExt, stream};
use hejie_registry::{case, pool};
use std::{convert::Infallible, sync::Arc};
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// Streams `event: case` with `{case_id, version}` for cases of the caller's jurisdiction, and `event: lagged` when the reader was
/// too slow and must read everything anew.
#[utoipa::path(get, path = "/api/v1/events", tag = "cases",
    responses((status = 200, description = "server-sent events", content_type = "text/event-stream", body = String)))]
pub async fn stream_events(
    State(state): State<AppState>,
    caller: Caller,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let listener = Listener {
        heard: state.events.listen(),
        state,
        caller,
    };
    let stream = stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok(event), listener))
    });
    let hello = stream::once(async { Ok(Event::default().event("hello").data("{}")) });
    Sse::new(hello.chain(stream)).keep_alive(KeepAlive::default())
}

struct Listener {
    heard: Receiver<CaseMoved>,
    state: Arc<App>,
    caller: Caller,
}

impl Listener {
    async fn next(&mut self) -> Option<Event> {
        loop {
            match self.heard.recv().await {
                Ok(moved) if self.may_see(&moved).await.unwrap_or(false) => {
                    return Event::default().event("case").json_data(moved).ok();
                }
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => {
                    return Some(Event::default().event("lagged").data("{}"));
                }
                Err(RecvError::Closed) => return None,
            }
        }
    }

    async fn may_see(&self, moved: &CaseMoved) -> Result<bool, Problem> {
        let mut conn = pool::acquire(&self.state.pool).await?;
        let line = case::lookup_line(&mut conn, moved.case_id).await?;
        Ok(line.is_some_and(|line| self.caller.in_jurisdiction(&line.region).is_ok()))
    }
}
