//! One finding: what was looked at, how it stands, and the detail to show.

use super::{Language, words::Line};
use std::error::Error;

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// As it should be.
    Good,
    /// Works, but not as well as it could.
    Weak,
    /// The server cannot run.
    Missing,
    /// Only developers need it.
    Optional,
}

/// What was found about one thing.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) state: State,
    line: Line,
    detail: String,
}

impl Finding {
    pub(super) fn new(state: State, line: Line, detail: impl Into<String>) -> Self {
        Self {
            state,
            line,
            detail: detail.into(),
        }
    }

    pub(super) fn good(line: Line, detail: impl Into<String>) -> Self {
        Self::new(State::Good, line, detail)
    }

    pub(super) fn weak(line: Line, detail: impl Into<String>) -> Self {
        Self::new(State::Weak, line, detail)
    }

    pub(super) fn missing(line: Line, detail: impl Into<String>) -> Self {
        Self::new(State::Missing, line, detail)
    }

    /// The finding as one line, with a remedy below it where one is needed.
    pub(super) fn tell(&self, language: Language) -> String {
        let mark = match (self.state, language) {
            (State::Good, Language::Zh) => "[正常]",
            (State::Weak, Language::Zh) => "[注意]",
            (State::Missing, Language::Zh) => "[缺失]",
            (State::Optional, Language::Zh) => "[可选]",
            (State::Good, Language::En) => "[ok]",
            (State::Weak, Language::En) => "[note]",
            (State::Missing, Language::En) => "[missing]",
            (State::Optional, Language::En) => "[optional]",
        };
        let line = format!("{mark} {}: {}", self.line.name(language), self.detail);
        match self.state {
            State::Good => line,
            State::Weak | State::Missing | State::Optional => {
                format!("{line}\n       {}", self.line.remedy(language))
            }
        }
    }
}

/// An error with all its causes in one line.
pub(super) fn whole(error: &(dyn Error + 'static)) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line = format!("{line}: {error}");
        cause = error.source();
    }
    line
}
