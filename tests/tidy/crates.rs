//! Who may use whom (ARCHITECTURE.md), and that every crate stands under the same lints.

use crate::{
    assert_tidy, file,
    tree::{self, Source},
};
use toml::{Table, Value};

/// The arrows between our crates. A crate that is not here has not been thought about yet.
const ARROWS: &[(&str, &[&str])] = &[
    ("hejie-case", &[]),
    ("hejie-wire", &["hejie-case"]),
    ("hejie-device", &["hejie-case", "hejie-wire"]),
    (
        "hejie-mobile",
        &["hejie-case", "hejie-wire", "hejie-device"],
    ),
    ("hejie-bindgen", &[]),
    ("hejie-registry", &["hejie-case", "hejie-wire"]),
    ("hejie-county", &["hejie-case"]),
    (
        "hejie-server",
        &["hejie-case", "hejie-wire", "hejie-registry", "hejie-county"],
    ),
    (
        "hejie-tests",
        &[
            "hejie-case",
            "hejie-wire",
            "hejie-device",
            "hejie-mobile",
            "hejie-registry",
            "hejie-county",
            "hejie-server",
        ],
    ),
];

/// Crates of others that only some of ours may name, because they bring I/O, a clock, randomness or
/// a driver.
const RESERVED: &[(&str, &[&str])] = &[
    // A client that keeps to no rule of ours has its own.
    ("automerge", &["hejie-case", "hejie-tests"]),
    ("sqlx", &["hejie-registry", "hejie-tests"]),
    ("rusqlite", &["hejie-device"]),
    ("ureq", &["hejie-device", "hejie-tests"]),
    ("reqwest", &["hejie-server", "hejie-tests"]),
    ("axum", &["hejie-server", "hejie-tests"]),
    ("tokio", &["hejie-registry", "hejie-server", "hejie-tests"]),
    (
        "getrandom",
        &["hejie-server", "hejie-mobile", "hejie-tests"],
    ),
    ("rand", &["hejie-tests"]),
    ("uniffi", &["hejie-mobile", "hejie-bindgen"]),
];

/// The engine of the phone runs in a browser too: what does I/O is optional there.
const OPTIONAL: &[(&str, &str)] = &[("hejie-device", "rusqlite"), ("hejie-device", "ureq")];

fn manifests() -> Vec<Source> {
    tree::all()
        .into_iter()
        .filter(|source| source.path.ends_with("Cargo.toml"))
        .collect()
}

fn name_of(manifest: &Table) -> Option<&str> {
    manifest.get("package")?.get("name")?.as_str()
}

fn members(manifests: &[Source]) -> Vec<(String, Table)> {
    let parsed = manifests.iter().map(|source| {
        source
            .text
            .parse::<Table>()
            .expect("Cargo accepted this file")
    });
    parsed
        .filter_map(|manifest| Some((name_of(&manifest)?.to_owned(), manifest)))
        .collect()
}

fn dependencies(manifest: &Table) -> impl Iterator<Item = (&String, &Value)> {
    manifest
        .get("dependencies")
        .and_then(Value::as_table)
        .into_iter()
        .flatten()
}

fn forbidden_arrows(manifests: &[Source]) -> Vec<String> {
    let mut findings = Vec::new();
    for (name, manifest) in members(manifests) {
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else {
            findings.push(format!("{name}: a new crate; draw its arrows in tests/tidy/crates.rs and ARCHITECTURE.md first"));
            continue;
        };
        for (dependency, _) in dependencies(&manifest) {
            if dependency.starts_with("hejie-") && !allowed.contains(&dependency.as_str()) {
                findings.push(format!("{name} uses {dependency}: that arrow points the wrong way; move the code, not the arrow"));
            }
        }
    }
    findings
}

fn reserved_crates(manifests: &[Source]) -> Vec<String> {
    let mut findings = Vec::new();
    for (name, manifest) in members(manifests) {
        for (dependency, how) in dependencies(&manifest) {
            if RESERVED
                .iter()
                .any(|(reserved, users)| reserved == dependency && !users.contains(&name.as_str()))
            {
                findings.push(format!("{name} uses {dependency}, which is reserved (tests/tidy/crates.rs says for whom)"));
            }
            let is_optional = how.get("optional").and_then(Value::as_bool) == Some(true);
            if OPTIONAL.contains(&(name.as_str(), dependency.as_str())) && !is_optional {
                findings.push(format!("{name}: {dependency} must be optional, because the engine is built for the browser without it"));
            }
        }
    }
    findings
}

fn crates_without_lints(manifests: &[Source]) -> Vec<String> {
    members(manifests)
        .into_iter()
        .filter(|(_, manifest)| {
            manifest
                .get("lints")
                .and_then(|lints| lints.get("workspace"))
                != Some(&Value::Boolean(true))
        })
        // Where a test says unwrap, the unwrap is the assertion; Clippy knows that only inside test
        // functions, not in the harness.
        .filter(|(name, manifest)| !(name == "hejie-tests" && manifest.contains_key("lints")))
        .map(|(name, _)| format!("{name}: add `[lints] workspace = true` to its Cargo.toml"))
        .collect()
}

fn missing_bans(clippy: &str) -> Vec<String> {
    let bans = [
        "std::time::SystemTime::now",
        "std::time::Instant::now",
        "jiff::Timestamp::now",
        "jiff::Zoned::now",
        "uuid::Uuid::now_v7",
        "uuid::Uuid::new_v4",
        "getrandom::fill",
        "rand::rng",
        "rand::random",
    ];
    let missing = bans
        .into_iter()
        .filter(|ban| !clippy.contains(&format!("\"{ban}\"")));
    missing.map(|ban| format!("clippy.toml: {ban} must stay banned, so that the core stays pure and tests can be replayed")).collect()
}

#[test]
fn crates_use_each_other_only_along_the_arrows() {
    assert_tidy(&forbidden_arrows(&manifests()));
}

#[test]
fn crates_with_side_effects_stay_where_they_belong() {
    assert_tidy(&reserved_crates(&manifests()));
}

#[test]
fn every_crate_stands_under_the_lints_of_the_workspace() {
    assert_tidy(&crates_without_lints(&manifests()));
}

#[test]
fn clocks_and_randomness_stay_banned() {
    assert_tidy(&missing_bans(
        &std::fs::read_to_string(tree::root().join("clippy.toml")).unwrap(),
    ));
}

#[test]
fn a_core_that_uses_the_server_or_a_driver_is_found() {
    let bad = [
        file(
            "sync/case/Cargo.toml",
            "[package]\nname = \"hejie-case\"\n[dependencies]\nhejie-server.workspace = true\nsqlx.workspace = true\n",
        ),
        file(
            "sync/device/Cargo.toml",
            "[package]\nname = \"hejie-device\"\n[dependencies]\nrusqlite.workspace = true\n[lints]\nworkspace = true\n",
        ),
        file(
            "sync/more/Cargo.toml",
            "[package]\nname = \"hejie-more\"\n[lints]\nworkspace = true\n",
        ),
    ];
    assert_eq!(forbidden_arrows(&bad).len(), 2);
    assert_eq!(reserved_crates(&bad).len(), 2);
    assert_eq!(crates_without_lints(&bad).len(), 1);
    assert_eq!(
        missing_bans("disallowed-methods = [\"rand::rng\"]").len(),
        8
    );
}
