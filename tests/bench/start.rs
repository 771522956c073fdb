//! How long a server takes until it is ready: from nothing, with a new Postgres to be made, and
//! with its data there.

use crate::program::Program;
use serde_json::{Value, json};
use std::{error::Error, path::Path, time::Duration};

const ROUNDS: usize = 5;

pub fn measure(program: &Path) -> Result<Value, Box<dyn Error>> {
    let (mut cold, mut warm, mut stop) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let data = tempfile::tempdir()?;
        let first = Program::start(program, data.path())?;
        cold.push(first.ready_after);
        stop.push(first.stop()?);
        let second = Program::start(program, data.path())?;
        warm.push(second.ready_after);
        stop.push(second.stop()?);
    }
    Ok(json!({
        "cold_ms": millis(median(&mut cold)),
        "warm_ms": millis(median(&mut warm)),
        "stop_ms": millis(median(&mut stop)),
        "rounds": ROUNDS,
    }))
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}
