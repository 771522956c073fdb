//! The faces as they are: the methods of the bindings with what they write, the operations of the
//! API with who may call them.

use crate::{documents::declared, made, tree};
use hejie_case::{
    act::{ChannelAct, DeskAct},
    event::Event,
    role::Role,
};
use hejie_server::access::{self, Access};

/// What a method that the bindings call writes without its being named there: methods of the
/// engine, and helpers of the bindings themselves.
const CALLED: &[(&str, &[&str])] = &[
    ("sign_for", &["Ask::SignFor"]),
    ("freeze_draft", &["Ask::Freeze", "Edit::Freeze"]),
    ("sign_draft", &["NewEntry::Signature"]),
    ("record_consent", &["NewEntry::Consent"]),
    (
        "add_statement",
        &["NewEntry::Statement", "Edit::SealStatement"],
    ),
    (
        "edit_statement",
        &["TextTarget::Statement", "Edit::SealStatement", "Edit::Text"],
    ),
    ("add_evidence", &["NewEntry::Evidence"]),
    ("add_clause", &["Edit::AddClause"]),
    ("check", &["Edit::Check"]),
    ("add", &["Edit::Add"]),
    ("ask", &["NewEntry::Request"]),
    ("move_clause", &["Edit::ClauseOrder"]),
    ("intake", &["Edit::Intake"]),
    ("party", &["Edit::Party"]),
    ("claim", &["CaseClaim"]),
];

/// What an argument of a method chooses among.
const CHOSEN: &[(&str, &[&str])] = &[("CitedBy", &["Citing::Statement", "Citing::Draft"])];

/// What can be written into a document: kinds of values, and the file that declares them.
const EDITS: &[(&str, &str)] = &[
    ("NewEntry", "sync/case/src/edit.rs"),
    ("Edit", "sync/case/src/edit.rs"),
    ("TextTarget", "sync/case/src/edit.rs"),
    ("Withdrawable", "sync/case/src/edit.rs"),
    ("Citing", "sync/case/src/edit.rs"),
    ("IntakeField", "sync/case/src/record/work.rs"),
    ("PartyField", "sync/case/src/record/people.rs"),
];

/// The methods that an app calls, by name, each with what stands in it.
pub(super) struct Phone {
    methods: Vec<(String, String)>,
}

impl Phone {
    /// The methods of the bindings.
    pub(super) fn read() -> Self {
        let sources = tree::with_extension(&["rs"]);
        let of_phone = |path: &str| path.starts_with("mobile-bindings/src/phone");
        let files = sources.iter().filter(|source| of_phone(&source.path));
        Self::of(
            &files
                .map(|source| source.text.as_str())
                .collect::<Vec<_>>()
                .join("\n"),
        )
    }

    /// The methods in a text.
    pub(super) fn of(text: &str) -> Self {
        let mut methods: Vec<(String, String)> = Vec::new();
        let mut is_method = false;
        for line in text.lines() {
            if let Some(declared) = line.strip_prefix("    pub fn ") {
                let name = declared.split('(').next().unwrap_or_default();
                methods.push((name.to_owned(), String::new()));
                is_method = true;
            } else if line.starts_with("    fn ") || line.starts_with("impl ") {
                // Helpers and conversions: what they write belongs to whoever calls them.
                is_method = false;
            }
            if let (true, Some((_, body))) = (is_method, methods.last_mut()) {
                body.push_str(line);
                body.push('\n');
            }
        }
        Self { methods }
    }

    /// The methods by which a kind of request is made.
    pub(super) fn asks(&self, name: &str) -> Vec<String> {
        let (variant, kind) = ask_of(name);
        let mut found = self.writes(&format!("Ask::{variant}"));
        if let Some(kind) = kind {
            found.extend(self.writes(&format!("act::{kind}")));
        }
        found
    }

    /// The methods that write this into a document, such as `NewEntry::Note`.
    pub(super) fn writes(&self, what: &str) -> Vec<String> {
        let by_call = CALLED.iter().filter(|(_, writes)| writes.contains(&what));
        let mut words: Vec<String> = by_call.map(|(name, _)| format!(".{name}(")).collect();
        let by_choice = CHOSEN.iter().filter(|(_, of)| of.contains(&what));
        words.extend(by_choice.map(|(kind, _)| format!(": {kind},")));
        let says = |body: &str| names(body, what) || words.iter().any(|word| body.contains(word));
        let found = self.methods.iter().filter(|(_, body)| says(body));
        found.map(|(name, _)| name.clone()).collect()
    }
}

/// Whether a text names a word as a whole.
fn names(text: &str, word: &str) -> bool {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        !before.ends_with(is_word) && !after.starts_with(is_word)
    })
}

/// The variant of the list of `Ask` with this name, and its type if it has one.
fn ask_of(name: &str) -> (String, Option<String>) {
    let text = made::kept("sync/case/src/act.rs");
    let list = text.split_once("    Ask {\n").expect("the list of Ask").1;
    let end = format!(" \"{name}\";");
    let line = list.lines().find(|line| line.ends_with(&end));
    let line = line.expect("each name stands in the list").trim();
    let (variant, kind) = line[..line.len() - end.len()]
        .split_once('(')
        .unwrap_or((&line[..line.len() - end.len()], ""));
    let kind = kind.trim_end_matches(')');
    (
        variant.to_owned(),
        (!kind.is_empty()).then(|| kind.to_owned()),
    )
}

/// Everything that can be written into a document.
pub(super) fn edits() -> Vec<String> {
    let mut all = Vec::new();
    for (kind, file) in EDITS {
        let text = made::kept(file);
        let variants: Vec<&str> = declared(&text, kind).collect();
        assert!(
            !variants.is_empty(),
            "{file} declares no {kind}: correct EDITS"
        );
        let variants = variants.into_iter();
        all.extend(variants.map(|variant| format!("{kind}::{variant}")));
    }
    all
}

/// The entries, and the messages, that are events by themselves.
pub(super) fn edits_of(event: Event) -> &'static [&'static str] {
    match event {
        Event::Sign => &["NewEntry::Signature"],
        Event::Perform => &["NewEntry::Performance"],
        Event::Visit => &["NewEntry::Visit"],
        Event::Claim => &["CaseClaim"],
        _ => &[],
    }
}

/// The operations by which a desk brings an event about.
pub(super) fn desk_operations(event: Event) -> Vec<String> {
    let acts = DeskAct::names();
    let acts = acts.iter().filter(|(_, of)| *of == event);
    let mut operations: Vec<String> = acts
        .map(|(name, _)| format!("decide_case({name})"))
        .collect();
    // An act about two cases is one operation, and an event in each.
    let event = match event {
        Event::Absorb => Event::Merge,
        Event::Part => Event::Unmerge,
        event => event,
    };
    let own = access::TABLE.iter().filter(|(id, access)| {
        *id != "list_people" && matches!(access, Access::Decides(events) if events.contains(&event))
    });
    operations.extend(own.map(|(id, _)| (*id).to_owned()));
    if !event.row().asks.is_empty() {
        operations.push("decide_request".to_owned());
    }
    operations
}

/// The operations by which a channel brings an event about.
pub(super) fn channel_operations(event: Event) -> Vec<String> {
    let acts = ChannelAct::names();
    let acts = acts.iter().filter(|(_, of)| *of == event);
    let mut operations: Vec<String> = acts
        .map(|(name, _)| format!("report_act({name})"))
        .collect();
    if matches!(event, Event::Register | Event::Repeat) {
        operations.push("create_order".to_owned());
    }
    operations
}

/// Whether somebody in this role works on cases with a phone.
pub(super) fn has_phone(role: Role) -> bool {
    let requests = hejie_case::schema::CONTAINERS
        .iter()
        .find(|of| of.name == "requests");
    requests.is_some_and(|requests| requests.writers.contains(role))
}

/// Every operation of the API with who may call it.
pub(super) fn operations() -> Vec<(&'static str, String)> {
    access::TABLE
        .iter()
        .map(|(id, access)| (*id, callers(*access)))
        .collect()
}

fn callers(access: Access) -> String {
    match access {
        Access::Anyone => "任何人".to_owned(),
        Access::SignedIn => "已登录者".to_owned(),
        Access::Device => "已登记的手机".to_owned(),
        Access::FormerDevice => "已停用的手机".to_owned(),
        Access::Channel => "渠道".to_owned(),
        of_roles => {
            let roles = Role::ALL.iter().filter(|role| of_roles.admits(**role));
            roles.map(|role| role.zh()).collect::<Vec<_>>().join("、")
        }
    }
}
