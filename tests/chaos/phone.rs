//! A phone as a process of its own, which a test may kill at any moment: commands on standard
//! input, answers on standard output, one JSON object a line. It is `hejie_device::client::Client`
//! and nothing else; the ledger of what it answered is kept by the test.

mod words;

use hejie_case::{
    act,
    document::Origin,
    edit::{Citing, Edit, NewEntry, TextTarget},
    ids::{CaseId, RegionCode},
    record::{
        AgreementForm, Ask, CloseKind, DraftHead, Evidence, EvidenceKind, IntakeField, NoteHead,
        NoteKind, Party, Place, RiskFactor, RiskObservation, Side,
    },
    view::CaseView,
};
use hejie_device::{
    client::{Client, ClientError},
    encryption::{KeyStore, KeyStoreError, MasterKey},
    engine::{EngineError, Readiness},
    entropy::{Entropy, NoEntropy},
};
use hejie_server::clock::Clock;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    io::{self, BufRead, Read, Write},
    path::PathBuf,
    process::ExitCode,
};
use words::{Command, Done, Look, Refused, Retried, Shown};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, directory, server] = &arguments[..] else {
        eprintln!("usage: hejie-phone DIRECTORY SERVER");
        return ExitCode::from(2);
    };
    let directory = PathBuf::from(directory);
    let pocket = Pocket(directory.join("key"));
    let client = match Client::open(&directory, server, &pocket, Box::new(System)) {
        Ok(client) => client,
        Err(error) => {
            say(&json!({ "error": told(&error) }));
            return ExitCode::FAILURE;
        }
    };
    say(&json!({ "ok": "open" }));
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        let answer = match serde_json::from_str(&line) {
            Ok(command) => obey(&client, command),
            Err(error) => json!({ "error": error.to_string() }),
        };
        say(&answer);
    }
    ExitCode::SUCCESS
}

/// The time of this machine.
fn now() -> Timestamp {
    Clock::system().now()
}

fn say(answer: &Value) {
    let mut out = io::stdout().lock();
    // Whoever listened is gone with the test.
    writeln!(out, "{answer}").and_then(|()| out.flush()).ok();
}

fn obey(client: &Client, command: Command) -> Value {
    let done = match command {
        Command::Enrol { login, password } => client
            .sign_in_and_enrol((&login, &password), None, "混乱测试", &now)
            .map(|()| Value::Null),
        Command::Exchange => client
            .exchange(&now)
            .map(|done| json!({ "requests": done.requests })),
        Command::Look => look(client),
        Command::Retry { rest } => retry(client, rest),
        write => self::write(client, write).map_err(ClientError::from),
    };
    match done {
        Ok(value) => json!({ "ok": value }),
        Err(error) => json!({ "error": told(&error) }),
    }
}

fn write(client: &Client, command: Command) -> Result<Value, EngineError> {
    let (mut engine, now) = (client.engine(), now());
    let mut add = |case: CaseId, entry: NewEntry| -> Result<_, EngineError> {
        Ok((case, Some(engine.add(case, entry, now)?)))
    };
    let (case, entry) = match command {
        Command::Begin { region, summary } => (
            engine.create_case(origin(&region, summary), now)?.case,
            None,
        ),
        Command::Note { case, text } => {
            let kind = NoteKind::DailyProgress;
            add(case, NewEntry::Note(NoteHead { kind, at: now }, text))?
        }
        Command::Insert {
            case,
            note,
            words,
            at,
        } => {
            let view = engine.case(case, now)?.view;
            let text = view.notes.get(&note).map(|entry| &entry.value.text);
            let content = inserted(text.map_or("", String::as_str), &words, at);
            let target = TextTarget::Note { id: note };
            engine.edit(case, Edit::Text { target, content }, now)?;
            (case, Some(note))
        }
        Command::Risk { case, text } => add(case, NewEntry::Risk(risk(text, now)))?,
        Command::Party { case, name } => add(case, NewEntry::Party(party(name)))?,
        Command::Evidence {
            case,
            caption,
            sha256,
        } => add(case, NewEntry::Evidence(evidence(sha256, now), caption))?,
        Command::Draft { case } => {
            let (form, based_on) = (AgreementForm::Written, None);
            add(case, NewEntry::Draft(DraftHead { form, based_on }))?
        }
        Command::Cite {
            case,
            draft,
            evidence,
        } => {
            let by = Citing::Draft(draft);
            engine.edit(case, Edit::Cite { by, evidence }, now)?;
            (case, Some(draft))
        }
        Command::Close { case, feedback } => {
            let outcome = CloseKind::Reconciled;
            let ask = Ask::AskClose(act::AskClose { outcome, feedback });
            (case, Some(engine.ask(case, ask, now)?))
        }
        Command::SignFor { case } => (case, Some(engine.sign_for(case, now)?)),
        Command::Arrive { case } => {
            let (place, reason) = (None, None);
            let ask = Ask::Arrive(act::Arrive { place, reason });
            (case, Some(engine.ask(case, ask, now)?))
        }
        Command::Danger { case, what } => (
            case,
            Some(engine.ask(case, Ask::Danger(act::ReportDanger { what }), now)?),
        ),
        Command::Enrol { .. } | Command::Exchange | Command::Retry { .. } | Command::Look => {
            return Ok(Value::Null);
        }
    };
    let at = now;
    Ok(json!(Done { case, entry, at }))
}

/// Puts words behind the sentence that lies about there, so that nobody's words are cut in two.
fn inserted(text: &str, words: &str, at: usize) -> String {
    let ends: Vec<usize> = text
        .match_indices('。')
        .map(|(at, end)| at + end.len())
        .collect();
    let place = ends
        .get(at * ends.len() / 1_000)
        .copied()
        .unwrap_or_default();
    format!("{}{words}{}", &text[..place], &text[place..])
}

fn origin(region: &str, summary: String) -> Origin {
    let place = |region: RegionCode| Place {
        region,
        address: "新港小区3幢".into(),
        position: None,
    };
    let mut fields: Vec<IntakeField> = region
        .parse()
        .ok()
        .map(|region| IntakeField::Place(place(region)))
        .into_iter()
        .collect();
    fields.extend("N03-05".parse().ok().map(IntakeField::Situation));
    Origin {
        fields,
        summary,
        ..Origin::default()
    }
}

fn party(name_masked: String) -> Party {
    Party::person(Side::A, name_masked)
}

fn risk(why: String, at: Timestamp) -> RiskObservation {
    RiskObservation {
        factor: RiskFactor::CalmVisit,
        at,
        why,
    }
}

fn evidence(sha256: String, taken_at: Timestamp) -> Evidence {
    Evidence {
        kind: EvidenceKind::Photo,
        sha256,
        size: 120_000,
        mime: "image/jpeg".into(),
        taken_at,
        place: None,
        origin: "现场拍摄".into(),
    }
}

fn retry(client: &Client, rest: bool) -> Result<Value, ClientError> {
    let mut engine = client.engine();
    let mut again = Vec::new();
    for refused in engine.refusals()? {
        if rest && refused.reason.code == "entry_exists" {
            continue;
        }
        let (case, was, is) = (refused.case, refused.at, now());
        // What does not fit, or whose case is away, stays refused.
        if engine.retry(case, refused.number, is).is_ok() {
            again.push(Retried { case, was, is });
        }
    }
    Ok(json!(again))
}

fn look(client: &Client) -> Result<Value, ClientError> {
    let (engine, now) = (client.engine(), now());
    let mut cases = BTreeMap::new();
    for summary in engine.cases() {
        if let Ok(file) = engine.case(summary.case, now) {
            cases.insert(summary.case, shown(&file.view));
        }
    }
    let refusals = engine.refusals()?.into_iter().map(|one| Refused {
        case: one.case,
        at: one.at,
        code: one.reason.code,
        intent: json!(one.intent),
    });
    let status = engine.status();
    Ok(json!(Look {
        cases,
        refusals: refusals.collect(),
        waiting: status.waiting,
        is_up_to_date: status.readiness == Readiness::UpToDate,
    }))
}

fn shown(view: &CaseView) -> Shown {
    let mut uncited = Vec::new();
    for (draft, entry) in &view.drafts {
        let cited = &entry.value.cites;
        let rest = view.evidence.keys().filter(|id| !cited.contains(id));
        uncited.extend(rest.map(|id| (*draft, *id)));
    }
    Shown {
        notes: view.notes.keys().copied().collect(),
        uncited,
    }
}

/// An error with all that caused it.
fn told(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line = format!("{line}: {error}");
        cause = error.source();
    }
    line
}

/// The key in a file beside the store.
struct Pocket(PathBuf);

impl KeyStore for Pocket {
    fn load(&self) -> Result<Option<MasterKey>, KeyStoreError> {
        match fs::read(&self.0) {
            Ok(bytes) => {
                let bytes = <[u8; 32]>::try_from(&bytes[..]);
                let bytes = bytes.map_err(|error| KeyStoreError(Box::new(error)))?;
                Ok(Some(MasterKey::new(bytes)))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(KeyStoreError(Box::new(error))),
        }
    }

    fn save(&self, key: &MasterKey) -> Result<(), KeyStoreError> {
        let keep = || {
            let new = self.0.with_extension("new");
            let mut file = fs::File::create(&new)?;
            file.write_all(key.expose())?;
            file.sync_all()?;
            fs::rename(&new, &self.0)
        };
        keep().map_err(|error| KeyStoreError(Box::new(error)))
    }
}

/// Randomness of the system.
struct System;

impl Entropy for System {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        let mut random = fs::File::open("/dev/urandom").map_err(|_| NoEntropy)?;
        random.read_exact(bytes).map_err(|_| NoEntropy)
    }
}
