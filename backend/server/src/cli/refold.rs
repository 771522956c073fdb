//! `hejie refold`: folds every case from nothing, and compares or repairs.

use super::{Failure, database, progress, serve};
use crate::say::say;
use crate::{
    config::Config,
    settling::{Refold, Settling},
};
use clap::Args;
use hejie_case::ids::CaseId;
use std::process::ExitCode;

/// Examples for `hejie refold`.
pub(super) const EXAMPLES: &str = "Examples:
  hejie refold --verify                     compare only; status 3 if a case differs
  hejie refold                              repair what differs
  hejie refold --verify --case 0199f3a2-…   one case";

const PAGE: u32 = 500;

/// What `hejie refold` understands.
#[derive(Debug, Args)]
pub(super) struct RefoldArgs {
    /// Change nothing, and say what differs
    #[arg(long)]
    verify: bool,
    /// Only this case
    #[arg(long, value_name = "ID")]
    case: Option<CaseId>,
}

/// Runs the command.
pub(super) async fn refold(config: &Config, args: &RefoldArgs) -> Result<ExitCode, Failure> {
    let database = database::open(config).await?;
    let app = serve::app(config, database.pool.clone())?;
    let how = if args.verify {
        Refold::Verify
    } else {
        Refold::Repair
    };
    let cases = match args.case {
        Some(case) => vec![case],
        None => every_case(&app.settling).await?,
    };
    let bar = progress::steps(cases.len() as u64, "核对 / refolding");
    let mut differing = 0_usize;
    for case in &cases {
        let refolded = app.settling.refold(*case, how).await?;
        if !refolded.was_equal() {
            differing += 1;
            bar.suspend(|| {
                say(format_args!(
                    "{case}: {} rows differ, heads equal: {}",
                    refolded.changes.len(),
                    refolded.same_heads
                ));
            });
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    app.workers.close().await;
    database.close().await?;
    say(format_args!(
        "{} cases, {differing} {}",
        cases.len(),
        if args.verify { "differ" } else { "repaired" }
    ));
    Ok(if args.verify && differing > 0 {
        ExitCode::from(super::FOUND)
    } else {
        ExitCode::SUCCESS
    })
}

async fn every_case(settling: &Settling) -> Result<Vec<CaseId>, Failure> {
    let mut all: Vec<CaseId> = Vec::new();
    loop {
        let page = settling.list(all.last().copied(), PAGE).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}
