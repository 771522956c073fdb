//! Settings from the environment: `HEJIE_<SECTION>_<KEY>`, and a few short names that people
//! expect.

use toml::{Table, Value};

/// What names of our variables begin with.
pub const PREFIX: &str = "HEJIE_";

/// The sections that variables may set; other variables that begin alike belong to tests and
/// scripts.
const SECTIONS: [&str; 11] = [
    "SERVER",
    "DATA",
    "DATABASE",
    "KEYS",
    "FILES",
    "COUNTY",
    "SESSION",
    "WORKERS",
    CHANNELS,
    "DEADLINES",
    "LOG",
];

/// Its values are names, though one may be digits alone, such as 110; but for seconds.
const CHANNELS: &str = "CHANNELS";
const SECONDS: &str = "_seconds";

/// Short names for what is set most often.
const SHORT: [(&str, &str, &str); 5] = [
    ("DATABASE_URL", "database", "url"),
    ("HEJIE_DATA", "data", "directory"),
    ("HEJIE_LISTEN", "server", "listen"),
    ("HEJIE_PG_BIN", "database", "binaries"),
    ("RUST_LOG", "log", "filter"),
];

/// Picks out the settings: section, key, text. The long names come last, so that they win.
pub(super) fn settings(
    variables: impl IntoIterator<Item = (String, String)>,
) -> Vec<(String, String, String)> {
    let given: Vec<(String, String)> = variables
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .collect();
    let short = given.iter().filter_map(|(name, text)| {
        let (_, section, key) = SHORT.iter().find(|(short, _, _)| short == name)?;
        Some(((*section).to_owned(), (*key).to_owned(), text.clone()))
    });
    let long = given.iter().filter_map(|(name, text)| {
        let (section, key) = name.strip_prefix(PREFIX)?.split_once('_')?;
        SECTIONS
            .contains(&section)
            .then(|| (section.to_lowercase(), key.to_lowercase(), text.clone()))
    });
    short.chain(long).collect()
}

/// Reads numbers, truth values and lists as TOML does; everything else is text, and so is every
/// name and what is text by default, such as a region code.
pub(super) fn value(section: &str, key: &str, text: &str, default: Option<&Value>) -> Value {
    let is_name = section.eq_ignore_ascii_case(CHANNELS) && !key.ends_with(SECONDS);
    if is_name || matches!(default, Some(Value::String(_))) {
        return Value::String(text.to_owned());
    }
    let parsed = format!("value = {text}")
        .parse::<Table>()
        .ok()
        .and_then(|mut table| table.remove("value"));
    match parsed {
        Some(value @ (Value::Integer(_) | Value::Boolean(_) | Value::Array(_))) => value,
        _ => Value::String(text.to_owned()),
    }
}
