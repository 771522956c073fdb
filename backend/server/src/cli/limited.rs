//! Words that an operator gives: held to the table of limits like everybody else's, before anything
//! is written.

use hejie_case::limit::{self, LimitBreach};

/// The name of an organisation.
pub(super) fn org_name(typed: &str) -> Result<String, LimitBreach> {
    read("org_name", typed)
}

/// The name of a person that colleagues see.
pub(super) fn display_name(typed: &str) -> Result<String, LimitBreach> {
    read("display_name", typed)
}

/// The name of a channel: every order writes it into its case.
pub(super) fn channel(typed: &str) -> Result<String, LimitBreach> {
    read("channel", typed)
}

/// What a channel is called in front of people.
pub(super) fn channel_title(typed: &str) -> Result<String, LimitBreach> {
    read("channel_title", typed)
}

fn read(field: &str, typed: &str) -> Result<String, LimitBreach> {
    limit::of_word(field, typed)?;
    Ok(typed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hejie_case::reason::Explain;

    #[test]
    fn a_channel_whose_name_no_case_would_take_is_not_set_up() {
        assert_eq!(channel(&"1".repeat(65)).unwrap_err().code(), "too_long");
        assert_eq!(
            display_name("王\u{1}调解").unwrap_err().code(),
            "value_control"
        );
        assert_eq!(org_name("和安县").unwrap(), "和安县");
        assert!(channel_title("和安县公安局110").is_ok());
    }
}
