//! Which module of a crate uses which (ARCHITECTURE.md, docs/adr/0020-layers-of-the-server.md):
//! none in a circle, and in the server none upward.
//!
//! A module here is a top-level one with all that lies below it.

use crate::{
    assert_tidy, file,
    modules::{Arrows, arrows},
    tree::{self, Source},
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The crates whose modules are looked at.
const CRATES: &[&str] = &[
    "sync/case",
    "sync/wire",
    "sync/device",
    "backend/registry",
    "backend/county",
    "backend/server",
];

/// The server from top to bottom: a module uses what stands in its own layer or below.
const LAYERS: &[(&str, &[&str])] = &[
    ("commands", &["cli", "demo", "doctor"]),
    ("api", &["api"]),
    ("state", &["state"]),
    (
        "services",
        &[
            "access",
            "channel",
            "claiming",
            "config",
            "exchange",
            "files",
            "identity",
            "mark",
            "membership",
            "secrets",
            "reconcile",
            "satisfaction",
        ],
    ),
    (
        "leaves",
        &[
            "background",
            "clock",
            "connections",
            "entropy",
            "events",
            "key_file",
            "lasting",
            "private_postgres",
            "problem",
            "readiness",
            "room",
            "say",
            "streams",
            "telemetry",
            "worker",
        ],
    ),
];

/// Where the layers are.
const SERVER: &str = "backend/server";

/// Modules that are one: each is written in the words of the others, on purpose.
const ONE: &[(&str, &[&str])] = &[
    // From an event to its act and to the ruling on it is one step, both ways (ADR 0017).
    ("sync/case", &["act", "event", "rule"]),
];

/// Arrows that may point the other way.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    // What a request in the document says is the typed act itself, in the one file that holds its
    // rule too (ADR 0017).
    ("sync/case", "record", "act"),
];

/// The circles of a crate, but for what is one and what may point the other way.
fn circles(sources: &[Source], of: &str) -> Vec<String> {
    let arrows = without_exceptions(arrows(sources, of), of);
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for module in arrows.keys() {
        let Some(circle) = way_back(&arrows, module) else {
            continue;
        };
        let members: BTreeSet<&str> = circle.iter().map(|(from, _, _)| from.as_str()).collect();
        if seen.insert(members.into_iter().map(str::to_owned).collect::<Vec<_>>()) {
            let steps = circle
                .iter()
                .map(|(from, to, file)| format!("{from} -> {to} ({file})"));
            let steps: Vec<String> = steps.collect();
            findings.push(format!(
                "{of}: a circle of modules: {}: move what both need below both",
                steps.join(", ")
            ));
        }
    }
    findings
}

fn without_exceptions(arrows: Arrows, of: &str) -> Arrows {
    let one = |module: &str| {
        let mut rooms = ONE.iter().filter(|(known, _)| *known == of);
        let room = rooms.find(|(_, modules)| modules.contains(&module));
        room.map_or(module.to_owned(), |(_, modules)| modules.join("+"))
    };
    let mut kept = Arrows::new();
    for (from, all) in arrows {
        for (to, file) in all {
            let excepted = EXCEPTIONS.contains(&(of, from.as_str(), to.as_str()));
            let (from, to) = (one(&from), one(&to));
            if !excepted && from != to {
                kept.entry(from).or_default().entry(to).or_insert(file);
            }
        }
    }
    kept
}

/// The shortest way from a module back to itself, arrow by arrow.
fn way_back(arrows: &Arrows, start: &str) -> Option<Vec<(String, String, String)>> {
    let mut came: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(from) = waiting.pop_front() {
        for (to, file) in arrows.get(from).into_iter().flatten() {
            if !came.contains_key(to.as_str()) {
                came.insert(to, (from, file));
                waiting.push_back(to);
            }
        }
    }
    let mut steps = Vec::new();
    let mut at = start;
    loop {
        let (from, file) = *came.get(at)?;
        steps.push((from.to_owned(), at.to_owned(), file.to_owned()));
        at = from;
        if at == start {
            steps.reverse();
            return Some(steps);
        }
    }
}

/// Arrows of the server that point upward, and modules that stand in no layer.
fn upward(sources: &[Source], layers: &[(&str, &[&str])]) -> Vec<String> {
    let mut findings = Vec::new();
    let height = |module: &str| layers.iter().position(|(_, all)| all.contains(&module));
    for (from, all) in arrows(sources, SERVER) {
        let Some(from_layer) = height(&from) else {
            findings.push(format!(
                "{SERVER}: `{from}` stands in no layer; name it in tests/tidy/layers.rs and ARCHITECTURE.md"
            ));
            continue;
        };
        for (to, file) in all {
            // What stands in no layer is said of itself.
            if let Some(above) = height(&to).filter(|layer| *layer < from_layer) {
                let (below, above) = (layers[from_layer].0, layers[above].0);
                findings.push(format!(
                    "{file}: `{from}` ({below}) uses `{to}` ({above}): hand it what it needs instead"
                ));
            }
        }
    }
    findings
}

/// Exceptions that nobody needs any more.
fn idle_exceptions(sources: &[Source]) -> Vec<String> {
    let idle = EXCEPTIONS.iter().filter(|(of, from, to)| {
        let arrows = arrows(sources, of);
        !arrows.get(*from).is_some_and(|all| all.contains_key(*to))
    });
    idle.map(|(of, from, to)| {
        format!("{of}: {from} -> {to} is gone; take the exception out of tests/tidy/layers.rs")
    })
    .collect()
}

#[test]
fn no_modules_of_a_crate_use_each_other_in_a_circle() {
    let sources = tree::with_extension(&["rs"]);
    let found = CRATES.iter().flat_map(|of| circles(&sources, of));
    assert_tidy(&found.collect::<Vec<_>>());
    assert_tidy(&idle_exceptions(&sources));
}

#[test]
fn the_layers_of_the_server_use_what_lies_below_alone() {
    assert_tidy(&upward(&tree::with_extension(&["rs"]), LAYERS));
}

#[test]
fn a_service_that_takes_the_whole_state_and_a_module_without_a_layer_are_found() {
    let layers: &[(&str, &[&str])] = &[
        ("state", &["state"]),
        ("services", &["exchange", "reconcile"]),
    ];
    let bad = [
        file(
            "backend/server/src/state.rs",
            "use crate::{exchange::Exchange, reconcile};\n",
        ),
        file(
            "backend/server/src/exchange/admit.rs",
            "use crate::{reconcile::Reconciler, state::App};\n",
        ),
        file("backend/server/src/reconcile.rs", "use std::fmt;\n"),
        file(
            "backend/server/src/new.rs",
            "use crate::reconcile::Reconciler;\n",
        ),
    ];
    let found = upward(&bad, layers);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with(
            "backend/server/src/exchange/admit.rs: `exchange` (services) uses `state`"
        )
    );
    assert!(found[1].contains("`new` stands in no layer"));
}

#[test]
fn a_circle_is_found_however_its_paths_are_written() {
    let root = "backend/x/src";
    let bad = [
        file(
            &format!("{root}/a.rs"),
            "use crate::{\n    b::{self, B},\n    leaf,\n};\n",
        ),
        file(&format!("{root}/b/deep.rs"), "fn f() { crate::c::g() }\n"),
        file(&format!("{root}/c.rs"), "use super::a::A;\n"),
        file(
            &format!("{root}/leaf.rs"),
            "// crate::a is named in prose\n#[cfg(test)]\nmod tests {\n    use crate::a::A;\n}\n",
        ),
    ];
    let found = circles(&bad, "backend/x");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("a -> b (backend/x/src/a.rs), b -> c (backend/x/src/b/deep.rs), c -> a")
    );
}

#[test]
fn what_stays_inside_of_a_module_or_points_down_is_no_circle() {
    let root = "backend/x/src";
    let good = [
        file(
            &format!("{root}/a/deep.rs"),
            "use super::other;\nuse crate::a::other;\nuse crate::leaf;\n",
        ),
        file(&format!("{root}/a/other.rs"), "use crate::leaf::{Leaf};\n"),
        file(&format!("{root}/leaf.rs"), "use std::fmt;\n"),
        file(&format!("{root}/lib.rs"), "pub use crate::a::A;\n"),
    ];
    assert!(circles(&good, "backend/x").is_empty());
}
