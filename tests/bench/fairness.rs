//! What healthy phones notice while somebody does all they can: a hostile phone, idle connections,
//! headers that drip. Undisturbed, disturbed and undisturbed again in one run, since only the
//! comparison means anything on a machine with other things to do.

use crate::{
    attack::{self, Attack, Kind},
    county::County,
    phone::{Cost, Phone},
    program::now,
};
use hejie_case::{
    document::Origin,
    ids::CaseId,
    record::{IntakeField, Place},
};
use serde_json::{Map, Value, json};
use std::{
    error::Error,
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// Exchanges of each phase, all phones together.
const EXCHANGES: usize = 504;

/// The phones, each of a person of its own.
const PHONES: [&str; 6] = [
    "tiaojie1", "tiaojie2", "tiaojie3", "wangge1", "wangge2", "wangge3",
];

/// From one exchange of a phone to its next. A phone may come twice a second in the long run, and
/// some exchanges take two requests.
const PACE: Duration = Duration::from_millis(1_100);

/// How long an attack goes on before the phones are looked at.
const RISE: Duration = Duration::from_secs(5);

/// The bar: the 95th percentile while disturbed, as a multiple of the undisturbed one, of which the
/// mean of before and after counts.
const BAR: f64 = 2.0;

const NOTE: &str = "上门走访，双方情绪平稳，约定明日再谈。";

/// What a phone of the run needs.
struct Healthy {
    phone: Phone,
    case: CaseId,
}

pub fn measure(program: &Path) -> Result<Value, Box<dyn Error>> {
    let county = County::found(program)?;
    let mut phones: Vec<Healthy> = (PHONES.iter())
        .map(|login| Healthy::begin(&county, login))
        .collect::<Result<_, _>>()?;
    let (mut phases, mut worst, mut unanswered) = (Map::new(), 0_f64, 0);
    let before = phase(&mut phones, None)?;
    for kinds in [
        &[Kind::HostilePhone][..],
        &[Kind::IdleConnections],
        &[Kind::SlowHeaders],
        &[Kind::HostilePhone, Kind::IdleConnections, Kind::SlowHeaders],
    ] {
        let attack = Attack::begin(&county, kinds)?;
        thread::sleep(RISE);
        let mut figures = phase(&mut phones, Some(&county))?;
        figures["attack"] = attack.end()?;
        worst = worst.max(p95(&figures));
        unanswered += figures["ready_unanswered"].as_u64().unwrap_or(u64::MAX);
        let name: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        phases.insert(name.join("+"), figures);
    }
    let after = phase(&mut phones, None)?;
    let worst = worst * 2.0 / (p95(&before) + p95(&after));
    Ok(json!({
        "phones": PHONES.len(),
        "open_files": open_files(&county)?,
        "attacker_cores": attack::CORES,
        "undisturbed": before,
        "disturbed": phases,
        "undisturbed_again": after,
        "worst_p95_ratio": round(worst),
        "bar": BAR,
        "within_bar": worst <= BAR && unanswered == 0,
    }))
}

impl Healthy {
    fn begin(county: &County, login: &str) -> Result<Self, Box<dyn Error>> {
        let mut phone = Phone::enrol(county, login)?;
        let case = Self::begin_case(&mut phone)?;
        Ok(Self { phone, case })
    }

    fn begin_case(phone: &mut Phone) -> Result<CaseId, Box<dyn Error>> {
        let case = phone.begin_case(Origin {
            fields: vec![
                IntakeField::Situation("N03-05".parse()?),
                IntakeField::Place(Place {
                    region: "990101001".parse()?,
                    address: "新港小区3幢".into(),
                    position: None,
                }),
            ],
            summary: "邻里争执。".into(),
            ..Origin::default()
        })?;
        phone.exchange()?;
        Ok(case)
    }

    /// Begins a case, since a long one costs more than a short one and phases are compared; then
    /// writes a note and exchanges, so many times; what each exchange cost.
    fn work(&mut self, times: usize) -> Result<Vec<Cost>, Box<dyn Error>> {
        self.phone.renew()?;
        self.case = Self::begin_case(&mut self.phone)?;
        let mut took = Vec::with_capacity(times);
        for _ in 0..times {
            let began = now();
            self.phone.note(self.case, NOTE)?;
            took.push(self.phone.exchange()?);
            thread::sleep(PACE.saturating_sub(began.elapsed()));
        }
        Ok(took)
    }
}

/// All phones work; the spread of how long their exchanges took.
fn phase(phones: &mut [Healthy], county: Option<&County>) -> Result<Value, Box<dyn Error>> {
    let (times, began) = (EXCHANGES / phones.len(), now());
    let ready = county.map(|county| Probe::begin(county.base()));
    let mut all = Vec::new();
    thread::scope(|scope| {
        let working: Vec<_> = phones
            .iter_mut()
            .map(|healthy| {
                scope.spawn(move || healthy.work(times).map_err(|error| error.to_string()))
            })
            .collect();
        for one in working {
            all.extend(one.join().map_err(|_| "a phone panicked".to_owned())??);
        }
        Ok::<_, String>(())
    })?;
    let again: u32 = all.iter().map(|cost| cost.again).sum();
    let mut all: Vec<Duration> = all.iter().map(|cost| cost.took).collect();
    all.sort_unstable();
    let at = |percent: usize| all.get((all.len() * percent / 100).min(all.len() - 1));
    let mut figures = json!({
        "exchanges": all.len(),
        "sent_again": again,
        "median_ms": millis(at(50)),
        "p95_ms": millis(at(95)),
        "max_ms": millis(all.last()),
        "seconds": began.elapsed().as_secs(),
    });
    if let Some(ready) = ready {
        let (worst, unanswered) = ready.end()?;
        figures["ready_max_ms"] = json!(millis(Some(&worst)));
        figures["ready_unanswered"] = json!(unanswered);
    }
    Ok(figures)
}

/// Asks once a second, on a new connection each time, whether the server is ready: a load balancer
/// that gets no answer takes it out.
struct Probe {
    stop: std::sync::mpsc::Sender<()>,
    asking: thread::JoinHandle<(Duration, u32)>,
}

impl Probe {
    fn begin(base: String) -> Self {
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let asking = thread::spawn(move || {
            let (mut worst, mut unanswered) = (Duration::ZERO, 0);
            while stopped.recv_timeout(Duration::from_secs(1)).is_err() {
                let began: Instant = now();
                let agent = ureq::Agent::new_with_defaults();
                unanswered += u32::from(agent.get(format!("{base}/readyz")).call().is_err());
                worst = worst.max(began.elapsed());
            }
            (worst, unanswered)
        });
        Self { stop, asking }
    }

    /// The longest answer, and how often there was none.
    fn end(self) -> Result<(Duration, u32), String> {
        // An error says that it has ended by itself, which the join tells as well.
        let _ = self.stop.send(());
        self.asking
            .join()
            .map_err(|_| "the probe panicked".to_owned())
    }
}

/// The soft and the hard limit of the server on open files.
fn open_files(county: &County) -> Result<Value, Box<dyn Error>> {
    let text = fs::read_to_string(format!("/proc/{}/limits", county.program.id()))?;
    let line = text.lines().find(|line| line.starts_with("Max open files"));
    let limits: Vec<u64> = line
        .ok_or("no limit on open files")?
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    Ok(json!(limits))
}

fn p95(figures: &Value) -> f64 {
    figures["p95_ms"].as_f64().unwrap_or(f64::INFINITY)
}

fn millis(time: Option<&Duration>) -> f64 {
    time.map_or(0.0, |time| round(time.as_secs_f64() * 1_000.0))
}

fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
