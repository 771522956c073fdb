//! The codes on which one side branches are constants of hejie-wire that both sides name: a literal
//! that is changed on one side would be found by nobody.

use crate::{
    assert_tidy, file, made,
    tree::{self, Source},
};
use hejie_wire::code::{CLAIMS, Lasting, OF_THE_CONSOLE, PROBLEMS, REFUSALS};
use std::fs;

const CONSTANTS: &str = "sync/wire/src/code.rs";
const CONSOLE: &str = "backend/console/src/api/codes.made.ts";
const PROTOCOL: &str = "docs/sync-protocol.md";
const RENEW: &str = "UPDATE_KINDS=1 cargo test -p hejie-tests --test tidy codes";

/// Where codes are given, kept and looked for. hejie-case stands below hejie-wire, and compares
/// none.
const PLACES: [&str; 4] = [
    "sync/device/",
    "backend/registry/",
    "backend/server/",
    "mobile-bindings/",
];

fn codes() -> impl Iterator<Item = &'static str> {
    let refused = REFUSALS.iter().map(|(code, _)| *code);
    let problems = PROBLEMS.iter().map(|(code, _)| *code);
    let claims = CLAIMS.iter().map(|(code, _)| *code);
    refused.chain(problems).chain(claims).chain(OF_THE_CONSOLE)
}

/// Lines that spell one of the codes.
fn literals(sources: &[Source]) -> Vec<String> {
    let quoted: Vec<_> = codes()
        .map(|code| (format!("\"{code}\""), code.to_uppercase()))
        .collect();
    let rust = sources.iter().filter(|source| source.is("rs"));
    let mut findings = Vec::new();
    for source in rust.filter(|source| source.is_under(&PLACES)) {
        for (number, line) in source.product_lines() {
            // What an attribute says is the word of a variant, not of this list.
            let code = tree::code_of(line).trim_start();
            if code.starts_with("#[") {
                continue;
            }
            let found = quoted.iter().find(|(literal, _)| code.contains(literal));
            findings.extend(found.map(|(literal, name)| {
                let path = &source.path;
                format!("{path}:{number}: {literal}: name the constant, hejie_wire::code::{name}")
            }));
        }
    }
    findings
}

/// Lines that compare a code with a word.
fn comparisons(sources: &[Source]) -> Vec<String> {
    let signs = [
        "code == \"",
        "code != \"",
        "as_str() == \"",
        "as_str() != \"",
    ];
    let signs = signs.into_iter().chain([".code === \"", ".code !== \""]);
    let signs: Vec<&str> = signs.collect();
    let mut findings = Vec::new();
    for source in sources {
        let compared = source.product_lines().filter(|(_, line)| {
            let code = tree::code_of(line);
            // Situations and the codes of SQL begin otherwise: they are data.
            let is_word = |behind: &str| behind.starts_with(|c: char| c.is_ascii_lowercase());
            let mut behind = signs.iter().filter_map(|sign| code.split_once(sign));
            code.contains("code") && behind.any(|(_, behind)| is_word(behind))
        });
        findings.extend(compared.map(|(number, line)| {
            let (path, line) = (&source.path, line.trim());
            format!(
                "{path}:{number}: `{line}`: compare with a constant beside which the code is given"
            )
        }));
    }
    findings
}

/// Constants whose name is not their code in capitals.
fn misnamed(constants: &str) -> Vec<String> {
    let lines = constants.lines().filter_map(|line| {
        let line = line.trim();
        let line = line.strip_prefix("pub const ").unwrap_or(line);
        let (name, rest) = line.split_once([' ', ':'])?;
        let is_name = |c: char| c.is_ascii_uppercase() || c == '_';
        let code = rest.split('"').nth(1)?;
        (name.chars().all(is_name) && !rest.contains("reconcile::")).then_some((name, code))
    });
    let misnamed = lines.filter(|(name, code)| name.to_lowercase() != **code);
    misnamed
        .map(|(name, code)| format!("{CONSTANTS}: {name} is \"{code}\""))
        .collect()
}

/// Refusals of which the protocol does not say what the list says.
fn undocumented(protocol: &str) -> Vec<String> {
    let rows: Vec<&str> = protocol
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    let missing = REFUSALS.iter().chain(CLAIMS).filter(|(code, lasting)| {
        let lasts = match lasting {
            Lasting::Passing => "| yes |",
            Lasting::ForGood => "| no |",
            Lasting::AsTheOther => "| as the other |",
        };
        let named = format!("`{code}`");
        !rows
            .iter()
            .any(|row| row.contains(&named) && row.contains(lasts))
    });
    missing
        .map(|(code, lasting)| format!("{PROTOCOL}: no row says `{code}`, {lasting:?}"))
        .collect()
}

fn for_the_console() -> String {
    let line = |code: &str| format!("  {code}: \"{code}\",\n");
    let lines: String = OF_THE_CONSOLE.map(line).concat();
    format!(
        "/** Made from the codes of hejie-wire by `{RENEW}`; do not edit. */\n\nexport const codes = {{\n{lines}}} as const;\n"
    )
}

#[test]
fn a_code_on_which_somebody_branches_is_named_and_not_spelt() {
    assert_tidy(&literals(&tree::with_extension(&["rs"])));
}

#[test]
fn no_code_is_compared_with_a_literal() {
    let mut sources = tree::with_extension(&["rs", "ts", "tsx"]);
    sources.retain(|source| !source.path.starts_with("tests/"));
    assert_tidy(&comparisons(&sources));
}

#[test]
fn the_constants_are_named_as_their_codes() {
    let kept = fs::read_to_string(tree::root().join(CONSTANTS)).expect("the constants are there");
    assert_tidy(&misnamed(&kept));
}

#[test]
fn the_protocol_says_of_every_refusal_whether_it_passes() {
    let kept = fs::read_to_string(tree::root().join(PROTOCOL)).expect("the protocol is there");
    assert_tidy(&undocumented(&kept));
}

#[test]
fn the_console_has_the_codes_on_which_it_branches() {
    assert_tidy(&made::findings(CONSOLE, &for_the_console(), RENEW));
}

#[test]
fn a_literal_a_comparison_and_a_wrong_name_are_found() {
    let spelt = file(
        "sync/device/src/a.rs",
        "let no = Reason::new(\"number_used\", zh);",
    );
    assert_eq!(literals(&[spelt]).len(), 1);
    let compared = file(
        "backend/console/src/a.ts",
        "if (problem.code === \"stale\") {",
    );
    assert_eq!(comparisons(&[compared]).len(), 1);
    assert_eq!(misnamed("    GONE \"left\", ForGood, \"Gone.\";").len(), 1);
    assert_eq!(undocumented("").len(), REFUSALS.len() + CLAIMS.len());
}
