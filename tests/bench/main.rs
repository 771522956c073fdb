//! Measures the server as it is shipped, and writes one JSON file a subject. Started by
//! `make bench`, which names the program in `HEJIE_BIN` and the folder for the figures in
//! `HEJIE_BENCH_OUT`. Arguments name some of the subjects; without any it measures all.

mod attack;
mod clocks;
mod county;
mod exchange;
mod fairness;
mod phone;
mod program;
mod search;
mod start;
mod write;

use serde_json::Value;
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

/// What measures one subject.
type Measure = fn(&Path) -> Result<Value, Box<dyn Error>>;

/// Every subject, by the name of its file.
const SUBJECTS: &[(&str, Measure)] = &[
    ("search", search::measure),
    ("start", start::measure),
    ("exchange", exchange::measure),
    ("clocks", clocks::measure),
    ("fairness", fairness::measure),
    ("write", write::measure),
];

fn main() -> Result<(), Box<dyn Error>> {
    if let Ok(order) = std::env::var(attack::ORDER) {
        return attack::run(&order);
    }
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let program = named("HEJIE_BIN", "the program to measure")?;
    let folder = named("HEJIE_BENCH_OUT", "the folder for the figures")?;
    fs::create_dir_all(&folder)?;
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|one| one == name);
    for (name, measure) in SUBJECTS.iter().filter(|(name, _)| is_wanted(name)) {
        eprintln!("measuring {name} ...");
        let figures = measure(&program)?;
        fs::write(
            folder.join(format!("{name}.json")),
            format!("{figures:#}\n"),
        )?;
    }
    Ok(())
}

fn named(variable: &str, what: &str) -> Result<PathBuf, String> {
    std::env::var_os(variable)
        .map(PathBuf::from)
        .ok_or_else(|| format!("{variable} names {what}"))
}
