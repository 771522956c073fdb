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

/// A variable that looks like a setting and is none, with the section that was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misspelt {
    pub(super) name: String,
    pub(super) meant: String,
}

/// Finds a variable whose section does not exist and nearly does, or whose key does in another:
/// left out in silence, the setting that somebody wrote would stand nowhere. Others that begin
/// alike belong to tests and scripts.
pub(super) fn misspelt(names: &[String], defaults: &Table) -> Option<Misspelt> {
    names.iter().find_map(|name| {
        let is_short = SHORT.iter().any(|(short, _, _)| short == name);
        let (section, key) = name.strip_prefix(PREFIX)?.split_once('_')?;
        if is_short || SECTIONS.contains(&section) {
            return None;
        }
        let near = SECTIONS.iter().find(|known| is_near(section, known));
        let meant = near.copied().or_else(|| section_of(key, defaults))?;
        let meant = format!("{PREFIX}{meant}_{key}");
        Some(Misspelt {
            name: name.clone(),
            meant,
        })
    })
}

/// The one section that has such a key. One of a single word may be anybody's.
fn section_of(key: &str, defaults: &Table) -> Option<&'static str> {
    let key = Some(key.to_lowercase()).filter(|key| key.contains('_'))?;
    let has = |section: &&&str| {
        let keys = defaults.get(&section.to_lowercase());
        keys.and_then(Value::as_table)
            .is_some_and(|keys| keys.contains_key(&key))
    };
    let mut all = SECTIONS.iter().filter(has);
    all.next().filter(|_| all.next().is_none()).copied()
}

/// Whether a word is another one but for a letter, or for two of a long one.
fn is_near(word: &str, known: &str) -> bool {
    let allowed = if known.len() > 4 { 2 } else { 1 };
    distance(word.as_bytes(), known.as_bytes()) <= allowed
}

/// How many letters are to be put in, taken out or changed.
fn distance(from: &[u8], to: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let changed = before + usize::from(a != b);
            before = row[j + 1];
            row[j + 1] = changed.min(before + 1).min(row[j] + 1);
        }
    }
    row[to.len()]
}

/// Picks out the settings: section, key, text. The long names come last, so that they win.
pub(super) fn settings(given: &[(String, String)]) -> Vec<(String, String, String)> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(name: &str) -> Option<String> {
        let defaults: Table = super::super::DEFAULTS.parse().unwrap();
        misspelt(&[name.to_owned()], &defaults).map(|found| found.meant)
    }

    #[test]
    fn a_section_that_nearly_exists_is_found_and_so_is_a_key_of_another() {
        for (name, known) in [
            ("HEJIE_CHANNEL_POLICE", "HEJIE_CHANNELS_POLICE"),
            ("HEJIE_SEVRER_LISTEN", "HEJIE_SERVER_LISTEN"),
            ("HEJIE_KEY_RING", "HEJIE_KEYS_RING"),
            ("HEJIE_CLOCKS_LEGAL_DAYS", "HEJIE_DEADLINES_LEGAL_DAYS"),
        ] {
            assert_eq!(meant(name).as_deref(), Some(known));
        }
    }

    #[test]
    fn variables_of_tests_and_scripts_and_short_names_are_left_alone() {
        for name in [
            "HEJIE_TEST_SEED",
            "HEJIE_TEST_DATABASE_URL",
            "HEJIE_PG_BIN",
            "HEJIE_DATA",
            "HEJIE_CONFIG",
            "HEJIE_URL",
            "HEJIE_LIBRARY",
            "HEJIE_PHONE_CMD",
            "HEJIE_PHONE_LOGIN",
            "HEJIE_CASE_ID",
            "HEJIE_BENCH_OUT",
            "HEJIE_UPDATE_GOLDEN",
            "HEJIE_SERVER_LISTEN",
            "HOME",
        ] {
            assert_eq!(meant(name), None, "{name}");
        }
    }
}
