//! How long it takes to look at 100,000 open clocks: how each stands, which rungs of the ladder are
//! reached, and when each case changes next. The bar is one second on one core.

use hejie_case::{
    deadline::{DeadlineState, deadline_state, ladder, next_moment, pause, plus, resume, start},
    facts::{DeadlineKind, Difficulty, Facts, Registered, Source, Stage},
    ids::CaseId,
    policy::Policy,
    record::SuspensionGround,
};
use hejie_server::clock::Stopwatch;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use std::{error::Error, path::Path};

const CASES: i64 = 10_000;
const BAR_SECONDS: f64 = 1.0;

/// Ten clocks a case, of hours, days and working days.
const KINDS: [DeadlineKind; 10] = [
    DeadlineKind::Dispatch,
    DeadlineKind::SignFor,
    DeadlineKind::Arrive,
    DeadlineKind::FirstContact,
    DeadlineKind::Feedback,
    DeadlineKind::Legal,
    DeadlineKind::FirstSession,
    DeadlineKind::Confirmation,
    DeadlineKind::DailyProgress,
    DeadlineKind::WeeklyUrge,
];

pub fn measure(_: &Path) -> Result<Value, Box<dyn Error>> {
    let (policy, now) = (Policy::default(), "2026-03-31T02:00:00Z".parse()?);
    let cases: Vec<Facts> = (0..CASES)
        .map(|n| case(n, &policy, now))
        .collect::<Result<_, _>>()?;
    let clocks: usize = cases.iter().map(|case| case.deadlines.len()).sum();
    let watch = Stopwatch::start();
    let (mut overdue, mut soon, mut steps, mut waiting) = (0_u32, 0_u32, 0, 0_u32);
    for case in &cases {
        for clock in &case.deadlines {
            match deadline_state(clock, now) {
                DeadlineState::Overdue { .. } => overdue += 1,
                DeadlineState::Soon75 | DeadlineState::Soon90 => soon += 1,
                _ => {}
            }
        }
        steps += ladder::steps(case, &policy, now).len();
        waiting += u32::from(next_moment(case, &policy, now).is_some());
    }
    let seconds = watch.elapsed().as_secs_f64();
    Ok(json!({
        "clocks": clocks,
        "cases": CASES,
        "seconds": (seconds * 10_000.0).round() / 10_000.0,
        "bar_seconds": BAR_SECONDS,
        "within_bar": seconds <= BAR_SECONDS,
        "overdue": overdue,
        "due_soon": soon,
        "rungs_reached": steps,
        "cases_with_a_next_moment": waiting,
    }))
}

/// A case that was registered up to 41 days ago, every seventh of them with a pause.
fn case(n: i64, policy: &Policy, now: Timestamp) -> Result<Facts, Box<dyn Error>> {
    let at = plus(now, -(n * 6).minutes());
    let mut facts = Facts::registered(&Registered {
        case: CaseId(uuid::Uuid::from_u128(u128::try_from(n)?)),
        case_no: format!("990101-2026-{n:06}").parse()?,
        public_code: "2A3B4C5D6E".parse()?,
        source: Source {
            channel: "110".into(),
            external_no: None,
            by_order: false,
        },
        region: "990101102".parse()?,
        situation: "N05-01".parse()?,
        difficulty: Difficulty::Complex,
        at,
    });
    facts.stage = Stage::Mediating;
    for kind in KINDS {
        start(&mut facts, kind, policy, at);
    }
    if n % 7 == 0 {
        pause(
            &mut facts,
            SuspensionGround::Appraisal,
            policy,
            plus(at, 2.hours()),
        );
        resume(&mut facts, policy, plus(at, 50.hours()));
    }
    Ok(facts)
}
