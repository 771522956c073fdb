//! What a login is: the same to whoever makes an account and to whoever signs in with it.

use std::fmt;

/// Characters of a login at most.
const LONGEST: usize = 64;

/// Characters that a login may have besides letters and digits.
const MARKS: &str = "._-@";

/// Why something is no login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// It has no characters, or too many.
    Length,
    /// It has a character that a login may not have.
    Character,
}

impl fmt::Display for LoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length => write!(f, "账号应为1至{LONGEST}个字符"),
            Self::Character => write!(f, "账号只能用文字、数字和 {MARKS}"),
        }
    }
}

/// A login as it is kept: without blanks around it, in small letters.
#[must_use]
pub fn normal(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// Reads a login as it is kept.
///
/// # Errors
/// [`LoginError`] when nobody can have such a login.
pub fn read(typed: &str) -> Result<String, LoginError> {
    let login = normal(typed);
    if !(1..=LONGEST).contains(&login.chars().count()) {
        return Err(LoginError::Length);
    }
    let fits = |c: char| c.is_alphanumeric() || MARKS.contains(c);
    if login.chars().all(fits) {
        Ok(login)
    } else {
        Err(LoginError::Character)
    }
}

/// Checks a login that somebody typed to sign in.
pub(crate) fn check(typed: &str, _: &()) -> garde::Result {
    read(typed).map(drop).map_err(garde::Error::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_with_blanks_and_capitals_is_the_same_login() {
        assert_eq!(read(" Li.DD ").as_deref(), Ok("li.dd"));
        assert_eq!(read("王调解-1@county").as_deref(), Ok("王调解-1@county"));
    }

    #[test]
    fn nobody_is_called_nothing_or_too_much_or_what_cannot_be_typed() {
        assert_eq!(read("  "), Err(LoginError::Length));
        assert_eq!(read(&"a".repeat(65)), Err(LoginError::Length));
        assert_eq!(read(&"调".repeat(64)), Ok("调".repeat(64)));
        for login in ["a b", "a\0b", "a\u{202d}b", "a/b"] {
            assert_eq!(read(login), Err(LoginError::Character), "{login:?}");
        }
    }
}
