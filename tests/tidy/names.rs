//! One meaning a name: no type of the product is declared twice in the workspace.

use crate::{
    assert_tidy, file,
    tree::{self, Source},
};
use std::collections::{BTreeMap, BTreeSet};

/// Words of the foreign languages for types of the core and of the engine. UniFFI exports a type by
/// its name and cannot rename it, and Kotlin and Swift should say what Rust says.
const MIRRORED: [&str; 33] = [
    "Assignment",
    "CaseFile",
    "CaseSummary",
    "Cents",
    "Conflict",
    "Deadline",
    "Deposited",
    "DeskPlan",
    "DvScreen",
    "Evidence",
    "Exchanged",
    "Instalment",
    "KeyStore",
    "KeyStoreError",
    "LawPart",
    "LawRoute",
    "MaskedIdentity",
    "NewEvidence",
    "NoticeGiven",
    "Party",
    "PhoneStatus",
    "Place",
    "PlanStep",
    "Position",
    "Reason",
    "RefusedWork",
    "RoleOffer",
    "ReportReceipt",
    "ReportTaken",
    "Ruling",
    "Terms",
    "UnsentWork",
    "VisitFinding",
];

/// Not a word of the house but of the language: like `io` and `fmt`, a module may name the answer
/// of its own functions so.
const RESULT: &str = "Result";

/// Where types are mirrored.
const BINDINGS: &str = "mobile-bindings/";

/// The files that declare a type, by its name.
type Declared = BTreeMap<String, BTreeSet<String>>;

fn declared(sources: &[Source]) -> Declared {
    let mut declared = Declared::new();
    for source in sources.iter().filter(|source| source.is("rs")) {
        for (_, line) in source.product_lines() {
            if let Some(name) = declares(line).filter(|name| *name != RESULT) {
                let files = declared.entry(name.to_owned()).or_default();
                files.insert(source.path.clone());
            }
        }
    }
    declared
}

/// The type that a line declares. Only what stands at the margin counts: a type within a function
/// is no word of the house, nor is an associated one.
fn declares(line: &str) -> Option<&str> {
    let line = match line.strip_prefix("pub") {
        Some(rest) => match rest.strip_prefix('(') {
            Some(within) => within.split_once(") ")?.1,
            None => rest.trim_start(),
        },
        None => line,
    };
    let kinds = ["struct ", "enum ", "trait ", "type ", "union "];
    let rest = kinds.iter().find_map(|kind| line.strip_prefix(kind))?;
    rest.split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
}

fn twice(declared: &Declared, mirrored: &[&str]) -> Vec<String> {
    let outside = |files: &BTreeSet<String>| {
        let outside = files.iter().filter(|path| !path.starts_with(BINDINGS));
        outside.count()
    };
    let is_fine = |name: &str, files: &BTreeSet<String>| {
        files.len() == 1 || (mirrored.contains(&name) && files.len() == 2 && outside(files) == 1)
    };
    let meanings = declared
        .iter()
        .filter(|(name, files)| !is_fine(name, files));
    let meanings = meanings.map(|(name, files)| {
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let files = files.join(", ");
        format!("{name} is declared in {files}: one meaning a name, rename all but one")
    });
    let is_mirrored = |name: &str| declared.get(name).is_some_and(|files| files.len() == 2);
    let idle = mirrored.iter().filter(|name| !is_mirrored(name));
    let idle = idle.map(|name| format!("{name} is on the list of mirrored types and is none"));
    meanings.chain(idle).collect()
}

#[test]
fn no_type_name_means_two_things() {
    let product = tree::with_extension(&["rs"]);
    assert_tidy(&twice(&declared(&product), &MIRRORED));
}

#[test]
fn a_type_name_that_stands_twice_is_found_unless_it_is_mirrored() {
    let sources = [
        file(
            "sync/case/src/a.rs",
            "pub struct Party {\n    type Inner;\n}\n",
        ),
        file(
            "mobile-bindings/src/a.rs",
            "pub type Party = hejie_case::Party;\n",
        ),
        file("sync/wire/src/b.rs", "pub(crate) enum Refusal {}\n"),
        file("sync/device/src/c.rs", "struct Refusal;\nstruct Inner;\n"),
        file("sync/device/tests/c.rs", "struct Inner;\n"),
    ];
    let declared = declared(&sources);
    let found = twice(&declared, &["Party"]);
    assert!(
        found.len() == 1 && found[0].starts_with("Refusal "),
        "{found:?}"
    );
    assert_eq!(twice(&declared, &["Party", "Inner"]).len(), 2);
    assert_eq!(twice(&declared, &[]).len(), 2);
}
