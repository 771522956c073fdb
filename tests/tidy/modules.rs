//! Which top-level module of a crate uses which, as its text says: read from `use crate::…` and
//! paths `crate::…`, and from `super::…` where that leaves the module. Tests do not count.

use crate::tree::{Source, code_of};
use std::collections::{BTreeMap, BTreeSet};

/// An arrow from one module of a crate to another, with a file that draws it.
pub type Arrows = BTreeMap<String, BTreeMap<String, String>>;

/// The arrows between the modules of a crate.
pub fn arrows(sources: &[Source], of: &str) -> Arrows {
    let root = format!("{of}/src/");
    let inside = |source: &Source| source.is("rs") && !source.is_test();
    let files: Vec<(&str, &Source)> = sources
        .iter()
        .filter(|source| inside(source))
        .filter_map(|source| Some((source.path.strip_prefix(&root)?, source)))
        .collect();
    let modules: BTreeSet<&str> = files.iter().map(|(path, _)| module_of(path)).collect();
    let mut arrows = Arrows::new();
    for (path, source) in files {
        let from = module_of(path);
        for to in used(path, source) {
            if to != from && modules.contains(to.as_str()) && !matches!(from, "lib" | "main") {
                let drawn = arrows.entry(from.to_owned()).or_default();
                drawn.entry(to).or_insert_with(|| source.path.clone());
            }
        }
    }
    arrows
}

/// The top-level module that a file belongs to, by its path below `src`.
fn module_of(path: &str) -> &str {
    let top = path.split('/').next().unwrap_or(path);
    top.strip_suffix(".rs").unwrap_or(top)
}

/// The modules at the root of the crate that a file names.
fn used(path: &str, source: &Source) -> BTreeSet<String> {
    let code: Vec<&str> = source
        .product_lines()
        .map(|(_, line)| code_of(line))
        .collect();
    let code = code.join("\n");
    let depth = path.split('/').count();
    let mut found = first_names(&code, "crate::");
    // One `super::` too few stays in the module, one too many does not compile.
    let up = "super::".repeat(depth);
    found.extend(first_names(&code, &up));
    found
}

/// The first name of every path that begins so: of `crate::a::b` it is `a`, of `crate::{a::b, c}`
/// they are `a` and `c`.
fn first_names(code: &str, start: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices(start) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = &code[at + start.len()..];
        match rest.strip_prefix('{') {
            Some(group) => names.extend(members(group).into_iter().map(name)),
            None => names.extend([name(rest)]),
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The members of a group of paths, from behind its opening brace.
fn members(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut members) = (0_i32, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                members.push(&group[start..at]);
                return members;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                members.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    members
}

fn name(path: &str) -> String {
    let is_part = |c: &char| c.is_alphanumeric() || *c == '_';
    path.trim_start().chars().take_while(is_part).collect()
}
