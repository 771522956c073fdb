//! Why something did not go as its author wished: the one form in which a refusal travels, from the
//! rule that says no through registry, exchange and phone to the screen of whoever reads it.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Why something did not go: a word for programs, and a sentence for people.
///
/// Whether it passes by waiting is no part of it: that stands beside it where the same thing can
/// come again (a change in the exchange), and in the table of `hejie_wire::problem` for what
/// answers a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}")]
pub struct Reason {
    /// A stable code. Those on which another program branches are the constants of
    /// `hejie_wire::code`.
    pub code: String,
    /// A Chinese sentence that says what to do.
    pub zh: String,
}

impl Reason {
    /// Makes a reason.
    #[must_use]
    pub fn new(code: impl Into<String>, zh: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            zh: zh.into(),
        }
    }
}

/// An error that its author is told: each of its variants has a code and a sentence, which stand
/// side by side in one place.
pub trait Explain {
    /// A stable code, and a Chinese sentence that says what to do.
    fn words(&self) -> (&'static str, Cow<'static, str>);

    /// The stable code.
    fn code(&self) -> &'static str {
        self.words().0
    }

    /// The sentence.
    fn zh(&self) -> Cow<'static, str> {
        self.words().1
    }

    /// Both, as they travel.
    fn reason(&self) -> Reason {
        let (code, zh) = self.words();
        Reason::new(code, zh)
    }
}
