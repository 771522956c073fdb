//! What the settings are read from, and what is refused.

use super::*;
use secrecy::ExposeSecret;

fn shipped() -> Config {
    Config::load(&Sources::default(), []).unwrap()
}

fn variables(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(name, text)| ((*name).into(), (*text).into()))
        .collect()
}

/// What has a default elsewhere too has the same one.
#[test]
fn the_default_file_holds_every_key_of_policy_and_receivers_with_its_default() {
    let file: Table = DEFAULTS.parse().unwrap();
    assert_eq!(file, Table::try_from(shipped()).unwrap());
    let policy = Table::try_from(Policy::default()).unwrap();
    assert_eq!(file["deadlines"], Value::Table(policy));
    let receivers = Table::try_from(Receivers::default()).unwrap();
    assert_eq!(file["channels"], Value::Table(receivers));
    assert_eq!(shipped().server.metrics_networks, Network::loopback());
}

/// They have no default, and stand there as comments.
#[test]
fn whoever_takes_the_comment_from_a_key_of_the_default_file_has_set_it() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hejie.toml");
    let is_key = |line: &&str| line.split_once(" = ").is_some_and(|(key, _)| is_word(key));
    let lines = DEFAULTS.lines().map(|line| {
        let key = line.strip_prefix("# ").filter(is_key);
        key.unwrap_or(line)
    });
    let text: Vec<&str> = lines.collect();
    fs::write(&file, text.join("\n")).unwrap();
    let sources = Sources {
        file: Some(file),
        overrides: Vec::new(),
    };
    let config = Config::load(&sources, []).unwrap();
    assert!(config.server.metrics_listen.is_some());
    assert!(config.database.url.is_some() && config.database.binaries.is_some());
    assert!(config.keys.ring.is_some() && config.files.directory.is_some());
    assert!(config.workers.program.is_some());
}

fn is_word(text: &str) -> bool {
    text.chars()
        .all(|letter| letter.is_ascii_lowercase() || letter == '_')
}

/// A section of the file keeps what it does not name.
#[test]
fn a_file_changes_what_it_names_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hejie.toml");
    fs::write(
        &file,
        "[files]\nlimit_mib = 128\n[deadlines]\nlegal_days = 20\n",
    )
    .unwrap();
    let sources = Sources {
        file: Some(file),
        overrides: Vec::new(),
    };
    let mut config = Config::load(&sources, []).unwrap();
    assert_eq!(
        (config.files.limit_mib, config.deadlines.legal_days),
        (128, 20)
    );
    config.files.limit_mib = shipped().files.limit_mib;
    config.deadlines.legal_days = shipped().deadlines.legal_days;
    let same = |config| Table::try_from(config).unwrap();
    assert_eq!(same(config), same(shipped()));
}

/// One that variables could not set would be left out in silence.
#[test]
fn every_section_can_be_set_by_variables_and_names_and_codes_may_be_digits() {
    for section in Table::try_from(shipped()).unwrap().keys() {
        let name = format!("HEJIE_{}_NO_SUCH_KEY", section.to_uppercase());
        let refused = Config::load(&Sources::default(), variables(&[(&name, "1")]));
        assert!(refused.is_err(), "{name} is left out");
    }
    let channels = variables(&[
        ("HEJIE_CHANNELS_POLICE", "110"),
        ("HEJIE_CHANNELS_ANSWER_SECONDS", "7"),
        ("HEJIE_COUNTY_REGION", "990102"),
    ]);
    let config = Config::load(&Sources::default(), channels).unwrap();
    let channels = config.channels;
    assert_eq!(
        (channels.police.as_str(), channels.answer_seconds),
        ("110", 7)
    );
    assert_eq!(config.county.region, sections::CountyCode("990102".into()));
}

#[test]
fn every_key_of_the_default_file_is_explained() {
    let lines: Vec<&str> = DEFAULTS.lines().collect();
    for pair in lines.windows(2).filter(|pair| pair[1].contains(" = ")) {
        assert!(pair[0].starts_with('#'), "not explained: {}", pair[1]);
    }
}

#[test]
fn the_environment_wins_over_the_file_and_the_command_line_over_both() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hejie.toml");
    fs::write(
        &file,
        "[server]\nlisten = \"10.0.0.1:1\"\n[workers]\ncount = 3\n",
    )
    .unwrap();
    let overrides = vec![("data", "directory", "/srv/hejie".to_owned())];
    let sources = Sources {
        file: Some(file),
        overrides,
    };
    let config = Config::load(
        &sources,
        variables(&[
            ("HEJIE_SERVER_LISTEN", "10.0.0.2:2"),
            ("HEJIE_DEADLINES_FEEDBACK_DAYS", "[3, 5, 9]"),
            ("HEJIE_DATA", "/var/lib/hejie"),
            ("DATABASE_URL", "postgres://hejie@db/hejie"),
            ("HOME", "/root"),
        ]),
    )
    .unwrap();
    assert_eq!(config.server.listen.to_string(), "10.0.0.2:2");
    assert_eq!(config.workers.count, 3);
    assert_eq!(config.deadlines.feedback_days, [3, 5, 9]);
    assert_eq!(config.data.directory, Path::new("/srv/hejie"));
    assert_eq!(
        config.database.url.unwrap().expose_secret(),
        "postgres://hejie@db/hejie"
    );
}

#[test]
fn an_unknown_key_is_refused_wherever_it_stands() {
    let error = Config::load(
        &Sources::default(),
        variables(&[("HEJIE_SERVER_LISTN", "x")]),
    )
    .unwrap_err();
    assert!(matches!(error, ConfigError::Shape(_)), "{error}");
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hejie.toml");
    fs::write(&file, "[sever]\n").unwrap();
    let sources = Sources {
        file: Some(file),
        overrides: Vec::new(),
    };
    assert!(matches!(
        Config::load(&sources, []),
        Err(ConfigError::Shape(_))
    ));
}

#[test]
fn a_value_out_of_range_is_named() {
    let error = Config::load(
        &Sources::default(),
        variables(&[("HEJIE_WORKERS_MEMORY_MIB", "1")]),
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "workers.memory_mib is out of range: at least 128"
    );
}

#[test]
fn a_server_for_almost_nobody_and_a_channel_without_a_name_are_out_of_range() {
    for (name, value) in [
        ("HEJIE_SERVER_CONNECTIONS", "1"),
        ("HEJIE_CHANNELS_POLICE", " "),
        ("HEJIE_CHANNELS_ONE_STOP_CENTRE", " "),
    ] {
        let refused = Config::load(&Sources::default(), variables(&[(name, value)]));
        assert!(matches!(refused, Err(ConfigError::Range { .. })), "{name}");
    }
    let none = ("channels", "police", String::new());
    let sources = Sources {
        file: None,
        overrides: vec![none],
    };
    let refused = Config::load(&sources, []);
    assert!(matches!(refused, Err(ConfigError::Range { .. })));
}

#[test]
fn the_address_of_the_database_is_not_shown() {
    let config = Config::load(
        &Sources::default(),
        variables(&[("DATABASE_URL", "postgres://u:geheim@h/d")]),
    )
    .unwrap();
    assert!(!format!("{config:?}").contains("geheim"));
}

/// A year's days off are replaced without the days on which work is made up, and the other way
/// about.
#[test]
fn a_table_of_a_section_keeps_what_a_file_does_not_name() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hejie.toml");
    let calendar = "[deadlines.calendar]\nholidays = [\"2027-01-01\"]\n";
    fs::write(
        &file,
        format!("{calendar}[deadlines.colour]\nthreat = 41\n"),
    )
    .unwrap();
    let sources = Sources {
        file: Some(file),
        overrides: Vec::new(),
    };
    let deadlines = Config::load(&sources, []).unwrap().deadlines;
    assert_eq!(deadlines.calendar.holidays.len(), 1);
    assert_eq!(
        deadlines.calendar.workdays,
        shipped().deadlines.calendar.workdays
    );
    assert_eq!((deadlines.colour.threat, deadlines.colour.weapon), (41, 40));
}

#[test]
fn a_variable_whose_section_nearly_exists_is_refused_with_what_was_meant() {
    let error = Config::load(
        &Sources::default(),
        variables(&[("HEJIE_CHANNEL_POLICE", "119")]),
    )
    .unwrap_err();
    assert!(
        error.to_string().contains("HEJIE_CHANNELS_POLICE"),
        "{error}"
    );
}
