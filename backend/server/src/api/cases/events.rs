//! Live events: the console learns that a case moved and reads it anew.

use crate::{
    access::{self, Caller},
    events::{CallDue, CaseMoved, Hint},
    identity,
    problem::Problem,
    state::{App, AppState},
    streams,
};
use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, StreamExt, stream};
use hejie_case::event::Event as CaseEvent;
use hejie_registry::{case, pool};
use std::{convert::Infallible, sync::Arc};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{Interval, MissedTickBehavior},
};

/// Streams `event: case` with `{case_id, version}` for cases that exist for the caller;
/// `event: danger_call` with `{case_id, order_id}`, again each minute, while a danger in it waits
/// for somebody to call the police, for those who may record the call;
/// `event: lagged` when the reader was too slow and must read everything anew; and
/// `event: replaced` at its end when the caller has opened too many others. The stream ends when
/// its session does: at once on this server, and within moments when it was ended elsewhere.
#[utoipa::path(get, path = "/api/v1/events", tag = "cases",
    responses((status = 200, description = "server-sent events", content_type = "text/event-stream", body = String)))]
pub async fn stream_events(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let mut look = tokio::time::interval(state.settings.stream_look);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let listener = Listener {
        place: state.streams.open(caller.user)?,
        heard: state.events.listen(),
        look,
        state,
        caller,
        is_over: false,
    };
    let stream = stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok(event), listener))
    });
    let hello = stream::once(async { Ok(Event::default().event("hello").data("{}")) });
    Ok(Sse::new(hello.chain(stream)).keep_alive(KeepAlive::default()))
}

struct Listener {
    place: streams::Stream,
    heard: Receiver<Hint>,
    /// When the session is looked at although nothing moved.
    look: Interval,
    state: Arc<App>,
    caller: Caller,
    is_over: bool,
}

impl Listener {
    /// The next event; none when the stream is over. When the registry cannot say whether the
    /// session holds, it is over too: whoever may, opens it again and reads everything anew.
    async fn next(&mut self) -> Option<Event> {
        while !self.is_over {
            let heard = tokio::select! {
                heard = self.heard.recv() => heard,
                _ = self.look.tick() => {
                    self.still_holds().await?;
                    continue;
                }
                () = self.place.replaced() => {
                    self.is_over = true;
                    return Some(Event::default().event("replaced").data("{}"));
                }
            };
            match heard {
                Ok(Hint::Moved(moved)) => {
                    self.still_holds().await?;
                    if self.may_see(&moved).await.ok()? {
                        return Event::default().event("case").json_data(moved).ok();
                    }
                }
                Ok(Hint::Call(due)) => {
                    self.still_holds().await?;
                    if self.is_to_call(&due) {
                        return Event::default().event("danger_call").json_data(due).ok();
                    }
                }
                Ok(Hint::Left(user)) if user == self.caller.user => self.still_holds().await?,
                Ok(Hint::Left(_)) => {}
                Err(RecvError::Lagged(_)) => {
                    self.still_holds().await?;
                    return Some(Event::default().event("lagged").data("{}"));
                }
                Err(RecvError::Closed) => return None,
            }
        }
        None
    }

    async fn still_holds(&self) -> Option<()> {
        let holds = identity::still_holds(&self.state.identity, &self.caller).await;
        holds.ok()?.then_some(())
    }

    fn is_to_call(&self, due: &CallDue) -> bool {
        access::decides(self.caller.role, CaseEvent::CallPolice)
            && self.caller.in_jurisdiction(&due.region).is_ok()
    }

    async fn may_see(&self, moved: &CaseMoved) -> Result<bool, Problem> {
        let mut conn = pool::acquire(&self.state.pool).await?;
        let scope = self.caller.scope(self.state.clock.now());
        let line = case::lookup_legible_line(&mut conn, &scope, moved.case_id).await?;
        Ok(line.is_some())
    }
}
