//! The worker process of scenes: the same code that the program `hejie` runs as `hejie worker`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let memory_mib = match &arguments[..] {
        [worker, flag, mib] if worker == "worker" && flag == "--memory-mib" => {
            mib.parse::<u64>().ok()
        }
        _ => None,
    };
    match memory_mib {
        Some(mib) => hejie_server::worker::child::run(mib << 20),
        None => ExitCode::from(2),
    }
}
