//! What supervision did about the clocks of a case, and what people ordered in it.

use super::{super::words::word, DetailContext};
use hejie_case::facts::{ItemState, SupervisionItem};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A measure of supervision about a clock.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupervisionView {
    no: u32,
    /// The clock.
    clock: String,
    clock_zh: String,
    /// `reminder`, `order`, `consult`, `notice` or `accountability`.
    measure: String,
    measure_zh: String,
    percent: u32,
    at: Timestamp,
    /// The clock's end, beyond which the measure is late.
    due_at: Option<Timestamp>,
    /// Who ordered it; nobody, if a rule did.
    ordered_by: Option<String>,
    /// `issued`, `proposed`, `taken`, `dropped`, `answered` or `past`.
    state: String,
    by_name: Option<String>,
    /// The answer, or why it was dropped.
    text: Option<String>,
    zh: String,
}

impl DetailContext<'_> {
    pub(super) fn measure(&self, item: &SupervisionItem) -> SupervisionView {
        let (state, by, text) = match &item.state {
            ItemState::Issued => ("issued", None, None),
            ItemState::Proposed => ("proposed", None, None),
            ItemState::Taken { by, .. } => ("taken", Some(by), None),
            ItemState::Dropped { by, why, .. } => ("dropped", Some(by), Some(why)),
            ItemState::Answered { by, text, .. } => ("answered", Some(by), Some(text)),
            ItemState::Past { .. } => ("past", None, None),
        };
        SupervisionView {
            no: item.no,
            clock: word(&item.clock.kind),
            clock_zh: item.clock.kind.zh().into(),
            measure: word(&item.measure),
            measure_zh: item.measure.zh().into(),
            percent: item.percent,
            at: item.at,
            due_at: self.facts.clock(item.clock).map(|clock| clock.due_at),
            ordered_by: item.by.and_then(|by| self.people.user(by.user)),
            state: state.into(),
            by_name: by.and_then(|by| self.people.user(by.user)),
            text: text.cloned(),
            zh: item.zh.clone(),
        }
    }
}
