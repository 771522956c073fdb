//! What is made from the kinds of hejie-case: the console's words, and the tables of the glossary
//! that stand between their marks.

use crate::{assert_tidy, made};
use hejie_case::{
    act::Ask,
    event::Event,
    facts::{DeadlineKind, Measure, PushTarget, RecusalGround, SeisedBody, Status},
    fold::RegistryTable,
    record::CloseKind,
    role::Role,
    view::ConflictKind,
};

const WORDS: &str = "backend/console/src/locales/kinds.made.ts";
const GLOSSARY: &str = "docs/glossary.md";
const END: &str = "<!-- end -->";
const RENEW: &str = "UPDATE_KINDS=1 cargo test -p hejie-tests --test tidy kinds";

/// The lines of one enum, by the name that the console has for it.
struct Kinds {
    name: &'static str,
    lines: Vec<Line>,
}

struct Line {
    code: &'static str,
    zh: &'static str,
    en: &'static str,
    meaning: String,
}

macro_rules! kinds {
    ($name:literal, $of:ty) => {
        kinds!($name, $of, |kind: $of| kind.meaning().to_owned())
    };
    ($name:literal, $of:ty, $meaning:expr) => {{
        let line = |kind: $of| Line {
            code: kind.code(),
            zh: kind.zh(),
            en: kind.en(),
            meaning: $meaning(kind),
        };
        Kinds {
            name: $name,
            lines: <$of>::ALL.map(line).into(),
        }
    }};
}

/// What the console has words for.
fn of_the_console() -> Vec<Kinds> {
    vec![
        kinds!("status", Status),
        kinds!("deadlineKind", DeadlineKind),
        kinds!("conflictKind", ConflictKind, |kind: ConflictKind| {
            format!("{}: {}", kind.merge(), kind.meaning())
        }),
        kinds!("closeKind", CloseKind),
        kinds!("measure", Measure),
        kinds!("pushTarget", PushTarget),
        kinds!("seisedBody", SeisedBody),
        kinds!("recusalGround", RecusalGround),
        kinds!("role", Role),
        events(),
    ]
}

/// The events, with the name under which a phone asks for one.
fn events() -> Kinds {
    let asks = Ask::names();
    let line = |event: &Event| {
        let mut asked = asks.iter().filter(|(_, of)| of == event);
        let asked = asked.next().map(|(code, _)| format!(" (`{code}`)"));
        Line {
            code: event.code(),
            zh: event.zh(),
            en: event.en(),
            meaning: event.meaning().to_owned() + &asked.unwrap_or_default(),
        }
    };
    Kinds {
        name: "event",
        lines: Event::ALL.iter().map(line).collect(),
    }
}

fn of_the_glossary() -> Vec<Kinds> {
    let mut kinds = of_the_console();
    kinds.push(kinds!("table", RegistryTable));
    kinds
}

#[test]
fn the_words_of_the_console_are_those_of_the_kinds() {
    holds(WORDS, &|_| words(&of_the_console()));
}

#[test]
fn the_glossary_explains_every_kind_with_the_words_of_its_line() {
    let all = of_the_glossary();
    let filled = |kept: &str| {
        let fill = |text: String, kinds: &Kinds| filled(&text, kinds);
        all.iter().fold(kept.to_owned(), fill)
    };
    holds(GLOSSARY, &filled);
    let kept = made::kept(GLOSSARY);
    let missing = all.iter().filter(|kinds| !kept.contains(&mark(kinds)));
    let missing = missing.map(|kinds| format!("{GLOSSARY}: no `{}` any more", mark(kinds)));
    assert_tidy(&missing.collect::<Vec<_>>());
}

#[test]
fn a_table_is_made_anew_between_its_marks_and_nothing_else_is_touched() {
    let line = Line {
        code: "late",
        zh: "迟",
        en: "Late",
        meaning: "after its end".into(),
    };
    let kinds = Kinds {
        name: "standing",
        lines: vec![line],
    };
    let kept = "before\n\n<!-- kinds: standing -->\nold\n<!-- end -->\nafter\n";
    let made = "before\n\n<!-- kinds: standing -->\n| 中文 | English | identifier | meaning |\n|---|---|---|---|\n\
        | 迟 | Late | `late` | after its end |\n<!-- end -->\nafter\n";
    assert_eq!(filled(kept, &kinds), made);
    assert_eq!(filled("no mark", &kinds), "no mark");
}

/// Holds a file to what is made of its present text.
#[track_caller]
fn holds(path: &str, make: &dyn Fn(&str) -> String) {
    assert_tidy(&made::findings(path, &make(&made::kept(path)), RENEW));
}

fn words(all: &[Kinds]) -> String {
    let of = |language: &str, word: fn(&Line) -> &str| {
        let one = |kinds: &Kinds| {
            let lines = kinds.lines.iter();
            let lines = lines.map(|line| format!("      {}: {:?},\n", line.code, word(line)));
            format!(
                "    {}: {{\n{}    }},\n",
                kinds.name,
                lines.collect::<String>()
            )
        };
        let sections: String = all.iter().map(one).collect();
        format!("  {language}: {{\n{sections}  }},\n")
    };
    let (zh, en) = (of("\"zh-CN\"", |line| line.zh), of("en", |line| line.en));
    format!(
        "/** Made from the kinds of hejie-case by `{RENEW}`; do not edit. */\n\nexport const kinds = {{\n{zh}{en}}};\n"
    )
}

fn mark(kinds: &Kinds) -> String {
    format!("<!-- kinds: {} -->\n", kinds.name)
}

/// A text with the table of these kinds between its mark and the next end.
fn filled(text: &str, kinds: &Kinds) -> String {
    let mark = mark(kinds);
    let marked = text.split_once(&mark);
    let parts = marked.and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let Some((before, after)) = parts else {
        return text.into();
    };
    let row = |line: &Line| {
        let Line {
            code,
            zh,
            en,
            meaning,
        } = line;
        format!("| {zh} | {en} | `{code}` | {meaning} |\n")
    };
    let rows: String = kinds.lines.iter().map(row).collect();
    format!(
        "{before}{mark}| 中文 | English | identifier | meaning |\n|---|---|---|---|\n{rows}{END}{after}"
    )
}
