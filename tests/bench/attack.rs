//! The other side of `fairness`: a process of its own that does what hurts, with no more than a
//! share of one core.

use crate::{county::County, phone::Phone, program::now};
use hejie_case::{document::Origin, ids::CaseId};
use hejie_device::http::{Link, LinkError};
use hejie_wire::{
    codec::{self, Body, Encoding},
    limits,
    message::{CaseUp, Up},
};
use serde_json::{Value, json};
use std::{
    env,
    error::Error,
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// What the attacker may use of the machine: everything together, this much of one core.
pub const CORES: f64 = 0.3;

/// Names what an attacking process does, and whom it attacks: `kind,kind address login password`.
pub const ORDER: &str = "HEJIE_BENCH_ATTACK";

/// The account whose phone turns on the others.
const LOGIN: &str = "minjing1";

const PARALLEL: usize = 16;
const IDLE: usize = 2_000;
const DRIPPING: usize = 1_000;

/// From one byte of a header to the next.
const DRIP: Duration = Duration::from_secs(5);

/// A way to hurt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Sixteen requests at a time, of a thousand unknown cases each.
    HostilePhone,
    /// Two thousand connections that say nothing, opened again when they end.
    IdleConnections,
    /// A thousand connections that send a header byte by byte, opened again when they end.
    SlowHeaders,
}

const KINDS: [Kind; 3] = [Kind::HostilePhone, Kind::IdleConnections, Kind::SlowHeaders];

/// A running attack.
pub struct Attack {
    child: Child,
    began: Instant,
}

/// What was done.
#[derive(Default)]
struct Counts {
    answered: AtomicU64,
    sent_away: AtomicU64,
    opened: AtomicU64,
    ended: AtomicU64,
    failed: AtomicU64,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::HostilePhone => "hostile_phone",
            Self::IdleConnections => "idle_connections",
            Self::SlowHeaders => "slow_headers",
        }
    }
}

impl Attack {
    /// Starts an attack on a county's server.
    pub fn begin(county: &County, kinds: &[Kind]) -> Result<Self, Box<dyn Error>> {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        let password = county.password(LOGIN).ok_or("no such account")?;
        let order = format!(
            "{} {} {LOGIN} {password}",
            names.join(","),
            county.program.address
        );
        let child = Command::new(env::current_exe()?)
            .env(ORDER, order)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        Ok(Self {
            child,
            began: now(),
        })
    }

    /// Ends it; what it did, and what it used.
    pub fn end(mut self) -> Result<Value, Box<dyn Error>> {
        let elapsed = self.began.elapsed().as_secs_f64();
        // Its input ends, and so does it.
        drop(self.child.stdin.take());
        let mut said = String::new();
        if let Some(mut out) = self.child.stdout.take() {
            out.read_to_string(&mut said)?;
        }
        self.child.wait()?;
        let mut figures: Value = serde_json::from_str(&said)?;
        let used = figures["cpu_seconds"].as_f64().unwrap_or(f64::INFINITY);
        figures["cores"] = json!((used / elapsed * 1_000.0).round() / 1_000.0);
        Ok(figures)
    }
}

/// The attacking process: hurts until its input ends.
pub fn run(order: &str) -> Result<(), Box<dyn Error>> {
    let [kinds, address, login, password] = order.split(' ').collect::<Vec<_>>()[..] else {
        return Err("an order has four words".into());
    };
    let address: SocketAddr = address.parse()?;
    let counts: &'static Counts = Box::leak(Box::default());
    for kind in KINDS {
        if !kinds.split(',').any(|name| name == kind.name()) {
            continue;
        }
        match kind {
            Kind::HostilePhone => {
                let base = format!("http://{address}");
                let phone = Phone::sign_in(&base, login, password)?;
                hurt_with_requests(phone, &base, counts)?;
            }
            Kind::IdleConnections => {
                drop(thread::spawn(move || hold(address, IDLE, false, counts)))
            }
            Kind::SlowHeaders => drop(thread::spawn(move || hold(address, DRIPPING, true, counts))),
        }
    }
    std::io::stdin().read_to_end(&mut Vec::new())?;
    let count = |of: &AtomicU64| of.load(Relaxed);
    let figures = json!({
        "cpu_seconds": cpu().as_secs_f64(),
        "answered": count(&counts.answered),
        "sent_away": count(&counts.sent_away),
        "opened": count(&counts.opened),
        "ended": count(&counts.ended),
        "failed": count(&counts.failed),
    });
    println!("{figures}");
    std::process::exit(0);
}

/// Sends the same request of a thousand unknown cases, each with a first change that only a worker
/// can refuse.
fn hurt_with_requests(
    mut phone: Phone,
    base: &str,
    counts: &'static Counts,
) -> Result<(), Box<dyn Error>> {
    phone.begin_case(Origin {
        summary: "另一件事".into(),
        ..Origin::default()
    })?;
    let up = phone.request()?;
    let first = up.cases.first().ok_or("nothing was written")?.clone();
    let ids = (1..=limits::CASES_PER_UP as u128).map(Uuid::from_u128);
    let mut many = Up {
        cases: ids
            .map(|id| CaseUp {
                case: CaseId(id),
                ..first.clone()
            })
            .collect(),
        ..up
    };
    phone.sign(&mut many)?;
    let body: &'static Body = Box::leak(Box::new(codec::encode_up(&many, Encoding::Zstd)?));
    for _ in 0..PARALLEL {
        let (link, token) = (Link::new(base), phone.token().to_owned());
        thread::spawn(move || {
            loop {
                take_turn();
                let counted = match link.exchange(&token, body) {
                    Ok(_) => &counts.answered,
                    Err(LinkError::Busy { .. }) => &counts.sent_away,
                    Err(_) => &counts.failed,
                };
                counted.fetch_add(1, Relaxed);
            }
        });
    }
    Ok(())
}

/// Holds so many connections, and opens those again that end.
fn hold(address: SocketAddr, count: usize, drips: bool, counts: &Counts) {
    let mut held: Vec<Option<TcpStream>> = (0..count).map(|_| None).collect();
    let (mut dripped, mut byte) = (now(), [0]);
    loop {
        let is_due = drips && dripped.elapsed() >= DRIP;
        for place in &mut held {
            take_turn();
            let is_open = place.as_mut().is_some_and(|stream| {
                let read = stream.read(&mut byte);
                let waits = read.is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
                waits && !(is_due && stream.write_all(b"x").is_err())
            });
            if is_open {
                continue;
            }
            if place.take().is_some() {
                counts.ended.fetch_add(1, Relaxed);
            }
            match open(address, drips) {
                Ok(stream) => {
                    counts.opened.fetch_add(1, Relaxed);
                    *place = Some(stream);
                }
                Err(_) => drop(counts.failed.fetch_add(1, Relaxed)),
            }
        }
        if is_due {
            dripped = now();
        }
        thread::sleep(Duration::from_millis(50));
    }
}

fn open(address: SocketAddr, drips: bool) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
    if drips {
        stream.write_all(b"GET / HTTP/1.1\r\nx-")?;
    }
    stream.set_nonblocking(true)?;
    Ok(stream)
}

/// Waits until this process has used no more than its share since it began.
fn take_turn() {
    static BEGAN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let began = BEGAN.get_or_init(now);
    while cpu() > began.elapsed().mul_f64(CORES) {
        thread::sleep(Duration::from_millis(5));
    }
}

/// Processor time of this process, of all its threads.
fn cpu() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the kernel writes one `timespec` to the pointer.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    let nanos = u32::try_from(time.tv_nsec).unwrap_or(0);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), nanos)
}
