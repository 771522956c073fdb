//! `hejie refold`: folds every case from nothing, as many at once as there are workers, and
//! compares or repairs.

use super::{Failure, database, limited, marks, progress::Bar, serve};
use crate::{
    clock::Clock,
    config::Config,
    entropy::RandomSource,
    reconcile::{Reconciler, ReconcilerError, Refold, Refolded},
    say::say,
    secrets::{KeyRing, ring::Ring},
    telemetry::whole,
};
use clap::Args;
use hejie_case::ids::CaseId;
use std::{collections::VecDeque, fmt, num::NonZeroUsize, process::ExitCode, thread};
use tokio::task::JoinSet;

/// Examples for `hejie refold`.
pub(super) const EXAMPLES: &str = "Examples:
  hejie refold --verify                     compare only; status 3 if a case differs, is parked, waits, is not signed or cannot be read
  hejie refold                              repair what differs; status 3 if anything of it is left
  hejie refold --verify --case 0199f3a2-…   one case
  hejie refold --repair --case 0199f3a2-…   one case; a parked one is rebuilt from its log and settled again";

/// Cases whose ids are read at once.
const PAGE: u32 = 500;

/// What `hejie refold` understands.
#[derive(Debug, Args)]
pub(super) struct RefoldArgs {
    /// Change nothing, and say what differs
    #[arg(long, conflicts_with = "repair")]
    verify: bool,
    /// Make registry and document equal to the log, and reconcile parked cases again; what happens
    /// without --verify
    #[arg(long)]
    repair: bool,
    /// Only this case
    #[arg(long, value_name = "ID", value_parser = limited::id::<CaseId>)]
    case: Option<CaseId>,
}

/// Runs the command.
pub(super) async fn refold(config: &Config, args: &RefoldArgs) -> Result<ExitCode, Failure> {
    let database = database::open(config).await?;
    // Nothing is opened here, so that a backup can be looked at without its keys.
    let ring = Ring::generate(&RandomSource::system(), Clock::system().now());
    let ring = KeyRing::in_memory(ring);
    // A case that is settled may be given a number, which is noted.
    let marks = match args.verify {
        true => marks::look(config)?,
        false => marks::open(config, &database.pool).await?,
    };
    let app = serve::app(config, database.pool.clone(), ring, marks)?;
    let how = if args.verify {
        Refold::Verify
    } else {
        Refold::Repair
    };
    let cases = match args.case {
        Some(case) => Cases::One(Some(case)),
        None => Cases::All(Pages::default()),
    };
    let count = match args.case {
        Some(_) => 1,
        None => app.reconciler.count().await?,
    };
    let bar = Bar::new(0, count, "核对 / refolding");
    let at_once = match config.workers.count {
        0 => thread::available_parallelism().map_or(1, NonZeroUsize::get),
        count => count,
    };
    let summary = refold_all(&app.reconciler, cases, how, at_once, &bar).await?;
    drop(bar);
    app.workers.close().await;
    database.close().await?;
    say(format_args!("{}", summary.told(how)));
    Ok(if summary.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(super::FOUND)
    })
}

async fn refold_all(
    reconciler: &Reconciler,
    mut cases: Cases,
    how: Refold,
    at_once: usize,
    bar: &Bar,
) -> Result<Summary, Failure> {
    let (mut running, mut summary) = (JoinSet::new(), Summary::default());
    loop {
        while running.len() < at_once {
            let Some(case) = cases.next(reconciler).await? else {
                break;
            };
            let reconciler = reconciler.clone();
            running.spawn(async move { (case, reconciler.refold(case, how).await) });
        }
        let Some(done) = running.join_next().await else {
            return Ok(summary);
        };
        let (case, outcome) = done.map_err(|error| Failure::Runtime(error.into()))?;
        if let Ok(found) = &outcome {
            summary.proved += found.accounted.proved;
            summary.relayed += found.accounted.relayed;
        }
        let finding = RefoldFinding::of(outcome)?;
        if let Some(words) = finding.words() {
            bar.aside(|| say(format_args!("{case}: {words}")));
        }
        summary.add(&finding);
        bar.inc(1);
    }
}

/// Which cases are gone over.
enum Cases {
    One(Option<CaseId>),
    All(Pages),
}

/// All cases, page by page in the order of their ids.
#[derive(Default)]
struct Pages {
    waiting: VecDeque<CaseId>,
    last: Option<CaseId>,
}

impl Cases {
    async fn next(&mut self, reconciler: &Reconciler) -> Result<Option<CaseId>, Failure> {
        match self {
            Self::One(case) => Ok(case.take()),
            Self::All(pages) => {
                if pages.waiting.is_empty() {
                    pages
                        .waiting
                        .extend(reconciler.list(pages.last, PAGE).await?);
                }
                let next = pages.waiting.pop_front();
                pages.last = next.or(pages.last);
                Ok(next)
            }
        }
    }
}

/// What was found about one case.
enum RefoldFinding {
    Equal,
    Repaired {
        was: Box<RefoldFinding>,
        left: Box<RefoldFinding>,
    },
    Differing {
        rows: usize,
        same_heads: bool,
        unread: Vec<&'static str>,
    },
    Parked {
        reason: String,
    },
    Waiting {
        changes: u64,
    },
    Unprojected {
        fields: Vec<String>,
    },
    Unsigned {
        changes: u64,
    },
    Unreadable {
        why: String,
    },
}

impl RefoldFinding {
    /// A case that cannot be read is a finding; a server that is away ends the run.
    fn of(outcome: Result<Refolded, ReconcilerError>) -> Result<Self, Failure> {
        match outcome {
            Ok(found) => Ok(Self::of_found(found)),
            Err(ReconcilerError::Parked { code }) => Ok(Self::Unreadable { why: code }),
            Err(ReconcilerError::Worker(error)) if error.blames_job() => Ok(Self::Unreadable {
                why: error.code().into(),
            }),
            Err(ReconcilerError::Registry(error)) if !error.is_passing() => {
                Ok(Self::Unreadable { why: whole(&error) })
            }
            Err(error) => Err(error.into()),
        }
    }

    fn of_found(mut found: Refolded) -> Self {
        if let Some(left) = found.left.take() {
            return Self::Repaired {
                was: Box::new(Self::of_found(found)),
                left: Box::new(Self::of_found(*left)),
            };
        }
        let (equal, signed) = (found.was_equal(), found.is_signed());
        match found {
            Refolded {
                parked: Some(reason),
                ..
            } => Self::Parked { reason },
            found if found.unmerged > 0 => Self::Waiting {
                changes: found.unmerged,
            },
            found if !found.unprojected.is_empty() => Self::Unprojected {
                fields: found.unprojected.into_iter().map(|f| f.path).collect(),
            },
            _ if equal && signed => Self::Equal,
            found if equal => Self::Unsigned {
                changes: found.unsigned,
            },
            found => Self::Differing {
                rows: found.changes.len(),
                same_heads: found.same_heads,
                unread: found.unread,
            },
        }
    }

    fn words(&self) -> Option<String> {
        match self {
            Self::Equal => None,
            Self::Repaired { was, left } => {
                let was = was.words().unwrap_or_default();
                Some(match left.words() {
                    None => format!("已修复 / repaired; it was: {was}"),
                    Some(left) => format!(
                        "修复未完成 / not all repaired; it was: {was}; 仍为 / it is still: {left}"
                    ),
                })
            }
            Self::Differing {
                rows,
                same_heads,
                unread,
            } => Some(format!(
                "与变更日志不符 / differs: {rows} rows, heads equal: {same_heads}, unreadable: {}",
                unread_words(unread)
            )),
            Self::Parked { reason } => Some(format!("已搁置 / parked: {reason}")),
            Self::Waiting { changes } => Some(format!(
                "有修改已接收、超过一分钟未并入 / acknowledged and not merged: {changes} changes"
            )),
            Self::Unprojected { fields } => Some(format!(
                "登记库未能照录 / the registry does not take: {}",
                fields.join(", ")
            )),
            Self::Unsigned { changes } => Some(format!(
                "有修改没有所属手机的签名 / under no signature of their phone: {changes} changes"
            )),
            Self::Unreadable { why } => Some(format!("无法读取 / unreadable: {why}")),
        }
    }
}

fn unread_words(columns: &[&str]) -> String {
    match columns {
        [] => "none".into(),
        some => some.join(" "),
    }
}

/// How many cases are what, after what was repaired.
#[derive(Default)]
struct Summary {
    equal: u64,
    repaired: u64,
    differing: u64,
    parked: u64,
    waiting: u64,
    unprojected: u64,
    unsigned: u64,
    unreadable: u64,
    /// Changes that came back by a proof of this server: accounted for, and no finding.
    proved: u64,
    /// Changes that somebody relayed without one, in quarantine: they count for nothing, and are no
    /// finding.
    relayed: u64,
}

impl Summary {
    fn add(&mut self, finding: &RefoldFinding) {
        let counter = match finding {
            RefoldFinding::Equal => &mut self.equal,
            RefoldFinding::Repaired { left, .. } if matches!(**left, RefoldFinding::Equal) => {
                &mut self.repaired
            }
            RefoldFinding::Repaired { left, .. } => return self.add(left),
            RefoldFinding::Differing { .. } => &mut self.differing,
            RefoldFinding::Parked { .. } => &mut self.parked,
            RefoldFinding::Waiting { .. } => &mut self.waiting,
            RefoldFinding::Unprojected { .. } => &mut self.unprojected,
            RefoldFinding::Unsigned { .. } => &mut self.unsigned,
            RefoldFinding::Unreadable { .. } => &mut self.unreadable,
        };
        *counter += 1;
    }

    fn troubled(&self) -> u64 {
        let held_up = self.parked + self.waiting + self.unprojected;
        self.differing + held_up + self.unsigned + self.unreadable
    }

    /// Whether nothing is left that somebody must look at.
    fn is_clean(&self) -> bool {
        self.troubled() == 0
    }

    fn told(&self, how: Refold) -> impl fmt::Display {
        let cases = self.equal + self.repaired + self.troubled();
        let Self {
            equal,
            repaired,
            differing,
            parked,
            waiting,
            unprojected,
            unsigned,
            unreadable,
            proved,
            relayed,
        } = self;
        let recovered = match (proved, relayed) {
            (0, 0) => String::new(),
            _ => format!(
                "; after restores: {proved} changes under a proof of this server, {relayed} relayed ones in quarantine"
            ),
        };
        let done = match how {
            Refold::Verify => format!("{differing} differ"),
            Refold::Repair => format!("{repaired} repaired, {differing} differ still"),
        };
        format!(
            "{cases} cases, {done} ({equal} equal, {parked} parked, {waiting} waiting, {unprojected} unprojected, \
             {unsigned} unsigned, {unreadable} unreadable){recovered}"
        )
    }
}
