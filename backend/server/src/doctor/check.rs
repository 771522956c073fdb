//! One finding: what was looked at, how it stands, and the detail to show.

use super::{Language, words::CheckSubject};
use std::error::Error;

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CheckState {
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
pub(super) struct CheckFinding {
    pub(super) state: CheckState,
    line: CheckSubject,
    detail: String,
}

impl CheckFinding {
    pub(super) fn new(state: CheckState, line: CheckSubject, detail: impl Into<String>) -> Self {
        Self {
            state,
            line,
            detail: detail.into(),
        }
    }

    pub(super) fn good(line: CheckSubject, detail: impl Into<String>) -> Self {
        Self::new(CheckState::Good, line, detail)
    }

    pub(super) fn weak(line: CheckSubject, detail: impl Into<String>) -> Self {
        Self::new(CheckState::Weak, line, detail)
    }

    pub(super) fn missing(line: CheckSubject, detail: impl Into<String>) -> Self {
        Self::new(CheckState::Missing, line, detail)
    }

    /// The finding as one line, with a remedy below it where one is needed.
    pub(super) fn tell(&self, language: Language) -> String {
        let mark = match (self.state, language) {
            (CheckState::Good, Language::Zh) => "[正常]",
            (CheckState::Weak, Language::Zh) => "[注意]",
            (CheckState::Missing, Language::Zh) => "[缺失]",
            (CheckState::Optional, Language::Zh) => "[可选]",
            (CheckState::Good, Language::En) => "[ok]",
            (CheckState::Weak, Language::En) => "[note]",
            (CheckState::Missing, Language::En) => "[missing]",
            (CheckState::Optional, Language::En) => "[optional]",
        };
        let line = format!("{mark} {}: {}", self.line.name(language), self.detail);
        match self.state {
            CheckState::Good => line,
            CheckState::Weak | CheckState::Missing | CheckState::Optional => {
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
