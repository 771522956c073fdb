//! Measures the server as it is shipped, and writes one JSON file a subject. Started by `make bench`, which names the program in
//! `HEJIE_BIN` and the folder for the figures in `HEJIE_BENCH_OUT`.

mod program;
mod start;

use serde_json::Value;
use std::{error::Error, fs, path::Path, path::PathBuf};

/// What measures one subject.
type Measure = fn(&Path) -> Result<Value, Box<dyn Error>>;

/// Every subject, by the name of its file.
const SUBJECTS: &[(&str, Measure)] = &[("start", start::measure)];

fn main() -> Result<(), Box<dyn Error>> {
    let program = PathBuf::from(
        std::env::var("HEJIE_BIN").map_err(|_| "HEJIE_BIN names the program to measure")?,
    );
    let folder = PathBuf::from(
        std::env::var("HEJIE_BENCH_OUT")
            .map_err(|_| "HEJIE_BENCH_OUT names the folder for the figures")?,
    );
    fs::create_dir_all(&folder)?;
    for (name, measure) in SUBJECTS {
        eprintln!("measuring {name} ...");
        let figures = measure(&program)?;
        fs::write(
            folder.join(format!("{name}.json")),
            format!("{figures:#}\n"),
        )?;
    }
    Ok(())
}
