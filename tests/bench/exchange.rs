//! What an exchange costs: with nothing changed, with ten edits in five cases, and until the
//! registry shows it.

use crate::{
    county::County,
    phone::{Cost, Phone},
    program::now,
};
use hejie_case::ids::CaseId;
use serde_json::{Value, json};
use std::{
    error::Error,
    path::Path,
    thread,
    time::{Duration, Instant},
};

const HOLDINGS: [u32; 3] = [10, 100, 1000];
const ROUNDS: u32 = 50;
const FOLDS: u32 = 10;
const PATIENCE: Duration = Duration::from_secs(30);
const NOTE: &str =
    "到场时双方仍在店内，情绪激动，已分开询问；甲方要求全额退还，乙方愿退一部分，约定明日再谈。";

pub fn measure(program: &Path) -> Result<Value, Box<dyn Error>> {
    let mut county = County::found(program)?;
    let mut phone = Phone::enrol(&county, "tiaojie1")?;
    let mut held = Vec::new();
    for holdings in HOLDINGS {
        county.push_until(holdings)?;
        let first = phone.exchange()?;
        settle_down(&mut phone)?;
        held.push(json!({
            "cases": phone.cases().len(),
            "first_bytes": first.up + first.down,
            "no_op": no_op(&county, &mut phone)?,
            "ten_edits": ten_edits(&county, &mut phone)?,
        }));
    }
    Ok(json!({ "holdings": held, "fold_lag_ms": fold_lag(&county, &mut phone)? }))
}

/// Exchanges until one brings nothing: what others and the server do after an exchange has arrived.
fn settle_down(phone: &mut Phone) -> Result<(), Box<dyn Error>> {
    let (began, mut quiet) = (now(), 0);
    let mut last = usize::MAX;
    while quiet < 3 {
        let cost = phone.exchange()?;
        quiet = if cost.requests == 1 && cost.down == last {
            quiet + 1
        } else {
            0
        };
        last = cost.down;
        give_up_after(began)?;
        thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

fn no_op(county: &County, phone: &mut Phone) -> Result<Value, Box<dyn Error>> {
    let (server, all) = (county.program.cpu()?, county.program.cpu_of_all()?);
    let mut costs: Vec<Cost> = (0..ROUNDS)
        .map(|_| phone.exchange())
        .collect::<Result<_, _>>()?;
    let (server, all) = (
        county.program.cpu()? - server,
        county.program.cpu_of_all()? - all,
    );
    costs.sort_unstable_by_key(|cost| cost.took);
    let median = costs.get(costs.len() / 2).copied().unwrap_or_default();
    Ok(json!({
        "no_op_bytes": median.up + median.down,
        "up_bytes": median.up,
        "down_bytes": median.down,
        "requests": median.requests,
        "median_ms": millis(median.took),
        "server_cpu_ms": millis(server / ROUNDS),
        "all_cpu_ms": millis(all / ROUNDS),
    }))
}

fn ten_edits(county: &County, phone: &mut Phone) -> Result<Value, Box<dyn Error>> {
    let cases: Vec<CaseId> = phone.cases().into_iter().take(5).collect();
    for case in cases.iter().chain(&cases) {
        phone.note(*case, NOTE)?;
    }
    let (server, all) = (county.program.cpu()?, county.program.cpu_of_all()?);
    let cost = phone.exchange()?;
    settle_down(phone)?;
    let (server, all) = (
        county.program.cpu()? - server,
        county.program.cpu_of_all()? - all,
    );
    Ok(json!({
        "bytes": cost.up + cost.down,
        "up_bytes": cost.up,
        "down_bytes": cost.down,
        "requests": cost.requests,
        "exchange_ms": millis(cost.took),
        "server_cpu_ms": millis(server),
        "all_cpu_ms_with_settling": millis(all),
    }))
}

/// From the moment the phone has its acknowledgement until a desk reads the note from the registry.
fn fold_lag(county: &County, phone: &mut Phone) -> Result<Value, Box<dyn Error>> {
    let case = phone
        .cases()
        .into_iter()
        .next()
        .ok_or("the phone holds no case")?;
    let desk = Desk::open(county)?;
    let mut lags = Vec::new();
    for _ in 0..FOLDS {
        let before = desk.notes(case)?;
        phone.note(case, NOTE)?;
        phone.exchange()?;
        let acknowledged = now();
        while desk.notes(case)? == before {
            give_up_after(acknowledged)?;
            thread::sleep(Duration::from_millis(5));
        }
        lags.push(acknowledged.elapsed());
    }
    lags.sort_unstable();
    Ok(json!({ "median": millis(lags[lags.len() / 2]), "worst": millis(lags[lags.len() - 1]) }))
}

/// The supervisor's view of a case.
struct Desk {
    agent: ureq::Agent,
    base: String,
    token: String,
}

impl Desk {
    fn open(county: &County) -> Result<Self, Box<dyn Error>> {
        let login = "dudao";
        let password = county.password(login).ok_or("no such account")?;
        let session =
            hejie_device::http::Link::new(&county.base()).sign_in(login, password, None)?;
        Ok(Self {
            agent: ureq::Agent::new_with_defaults(),
            base: county.base(),
            token: session.tokens.access_token,
        })
    }

    fn notes(&self, case: CaseId) -> Result<usize, Box<dyn Error>> {
        let url = format!("{}/api/v1/cases/{case}", self.base);
        let mut answer = self
            .agent
            .get(url)
            .header("authorization", format!("Bearer {}", self.token))
            .call()?;
        let detail: Value = serde_json::from_str(&answer.body_mut().read_to_string()?)?;
        Ok(detail["notes"].as_array().map_or(0, Vec::len))
    }
}

fn give_up_after(began: Instant) -> Result<(), &'static str> {
    if began.elapsed() > PATIENCE {
        Err("the server did not come to rest in time")
    } else {
        Ok(())
    }
}

fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 100_000.0).round() / 100.0
}
