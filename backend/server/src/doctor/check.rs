//! One finding: what was looked at, how it stands, and the detail to show.

use super::{Language, words::CheckSubject};

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
    detail: CheckDetail,
}

/// What is shown of it.
#[derive(Debug)]
pub(super) enum CheckDetail {
    /// What a machine says: a path, a version, an error.
    AsIs(String),
    /// Words of ours.
    InWords { zh: String, en: String },
}

impl CheckDetail {
    /// Words in both languages.
    pub(super) fn words(zh: impl Into<String>, en: impl Into<String>) -> Self {
        let (zh, en) = (zh.into(), en.into());
        Self::InWords { zh, en }
    }

    fn tell(&self, language: Language) -> &str {
        match (self, language) {
            (Self::AsIs(said), _) => said,
            (Self::InWords { zh, .. }, Language::Zh) => zh,
            (Self::InWords { en, .. }, Language::En) => en,
        }
    }
}

impl From<String> for CheckDetail {
    fn from(said: String) -> Self {
        Self::AsIs(said)
    }
}

impl From<&str> for CheckDetail {
    fn from(said: &str) -> Self {
        Self::AsIs(said.to_owned())
    }
}

impl CheckFinding {
    pub(super) fn new(
        state: CheckState,
        line: CheckSubject,
        detail: impl Into<CheckDetail>,
    ) -> Self {
        Self {
            state,
            line,
            detail: detail.into(),
        }
    }

    pub(super) fn good(line: CheckSubject, detail: impl Into<CheckDetail>) -> Self {
        Self::new(CheckState::Good, line, detail)
    }

    pub(super) fn weak(line: CheckSubject, detail: impl Into<CheckDetail>) -> Self {
        Self::new(CheckState::Weak, line, detail)
    }

    pub(super) fn missing(line: CheckSubject, detail: impl Into<CheckDetail>) -> Self {
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
        let detail = self.detail.tell(language);
        let line = format!("{mark} {}: {detail}", self.line.name(language));
        match self.state {
            CheckState::Good => line,
            CheckState::Weak | CheckState::Missing | CheckState::Optional => {
                format!("{line}\n       {}", self.line.remedy(language))
            }
        }
    }
}
