//! Words that an operator gives: held to the table of limits like everybody else's, before anything
//! is written, and refused in a sentence.

use hejie_case::{
    ids::RegionCode,
    limit::{self, LimitBreach},
    reason::Explain,
};
use serde::{
    Deserialize,
    de::{IntoDeserializer, value},
};
use std::str::FromStr;

/// The name of an organisation.
pub(super) fn org_name(typed: &str) -> Result<String, String> {
    read("org_name", typed)
}

/// The name of a person that colleagues see.
pub(super) fn display_name(typed: &str) -> Result<String, String> {
    read("display_name", typed)
}

/// The name of a channel: every order writes it into its case.
pub(super) fn channel(typed: &str) -> Result<String, String> {
    read("channel", typed)
}

/// What a channel is called in front of people.
pub(super) fn channel_title(typed: &str) -> Result<String, String> {
    read("channel_title", typed)
}

/// The id of a person, a phone or a case.
pub(super) fn id<T: FromStr>(typed: &str) -> Result<T, String> {
    typed.parse().map_err(|_| {
        "编号应形如 0199f3a2-7b1c-7000-8000-000000000000 / an id looks like 0199f3a2-7b1c-7000-8000-000000000000"
            .to_owned()
    })
}

/// The code of a territory.
pub(super) fn region(typed: &str) -> Result<RegionCode, String> {
    typed.parse().map_err(|_| {
        "行政区划代码为 6、9 或 12 位数字：县、乡镇、村 / a region code has 6 digits (county), 9 (township) or 12 (village)"
            .to_owned()
    })
}

/// An enum, by the word that the API uses for it.
pub(super) fn word<T: for<'de> Deserialize<'de>>(typed: &str) -> Result<T, String> {
    let reader: value::StrDeserializer<'_, value::Error> = typed.into_deserializer();
    T::deserialize(reader).map_err(|error| {
        let known = error.to_string().replace('`', "");
        let known = known.rsplit_once("one of ").map_or("", |(_, known)| known);
        format!("没有这个词，可用的有 / no such word, there are: {known}")
    })
}

/// One that nobody can see would stand nowhere.
fn read(field: &str, typed: &str) -> Result<String, String> {
    if typed.trim().is_empty() {
        return Err("名称不能为空，请填写 / a name is not empty".to_owned());
    }
    limit::of_word(field, typed).map_err(|breach| sentence(&breach))?;
    Ok(typed.to_owned())
}

fn sentence(breach: &LimitBreach) -> String {
    format!("{} / {}", breach.zh(), breach.code().replace('_', " "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hejie_case::{ids::UserId, role::Role};

    #[test]
    fn a_channel_whose_name_no_case_would_take_is_not_set_up() {
        assert!(channel(&"1".repeat(65)).unwrap_err().contains("太长"));
        assert!(
            display_name("王\u{1}调解")
                .unwrap_err()
                .contains("value control")
        );
        assert_eq!(org_name("和安县").unwrap(), "和安县");
        assert!(channel_title("和安县公安局110").is_ok());
    }

    #[test]
    fn what_is_refused_is_refused_in_a_sentence() {
        for empty in ["", "  ", "\u{3000}"] {
            assert!(org_name(empty).unwrap_err().contains("不能为空"));
        }
        assert!(id::<UserId>("wang.tj").unwrap_err().contains("0199f3a2-"));
        assert!(region("990").unwrap_err().contains("12"));
        let known = word::<Role>("curt").unwrap_err();
        assert!(
            known.contains("mediator") && !known.contains('`'),
            "{known}"
        );
        assert_eq!(word::<Role>("court"), Ok(Role::Court));
    }
}
