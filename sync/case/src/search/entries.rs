//! What the index holds: everything that ships with the program, cut into things that can be
//! opened.

use crate::{
    catalogue::{Catalogue, mechanisms},
    guide::{answers, law_routes, parts, phrases, wordings},
};

/// A thing that can be found and opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchEntry {
    /// What it is, and so what its code means.
    pub kind: SearchKind,
    /// The code of the situation, phrase, route, answer or mechanism; for a line of a guide that of
    /// its list, category or situation.
    pub code: String,
    /// Its name.
    pub title: String,
    /// Its words.
    pub text: String,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SearchKind {
    /// A situation of the catalogue, or what people call it.
    Situation,
    /// A line of a guide.
    Guide,
    /// A standard phrase.
    Phrase,
    /// A wording to be avoided, with a better one.
    Wording,
    /// A route of redress.
    Law,
    /// A question and its answer.
    Answer,
    /// A mechanism.
    Mechanism,
}

/// Everything that ships with the program.
#[must_use]
pub fn entries() -> Vec<SearchEntry> {
    let mut entries = Vec::new();
    entries.extend(situations());
    entries.extend(guides());
    entries.extend(phrases().iter().map(|phrase| {
        let title = phrase.occasion.zh();
        entry(SearchKind::Phrase, &phrase.code, title, phrase.text.clone())
    }));
    entries.extend(wordings().map(|(avoid, instead, why)| {
        let text = format!("不写“{avoid}”，改写：{instead}。{why}。");
        entry(SearchKind::Wording, avoid, avoid, text)
    }));
    entries.extend(law());
    entries.extend(answers().iter().map(|answer| {
        let text = answer.answer.clone();
        entry(SearchKind::Answer, &answer.code, &answer.question, text)
    }));
    entries.extend(mechanisms().iter().map(|m| {
        let members = m.members.join("、");
        let text = format!(
            "{}。牵头：{}。参加：{members}。{}",
            m.trigger_zh, m.lead, m.guide_zh
        );
        entry(SearchKind::Mechanism, &m.code, &m.name_zh, text)
    }));
    entries
}

fn entry(kind: SearchKind, code: &str, title: &str, text: String) -> SearchEntry {
    SearchEntry {
        kind,
        code: code.to_owned(),
        title: title.to_owned(),
        text,
    }
}

/// Each situation under its name, and under each of the names that people give it.
fn situations() -> impl Iterator<Item = SearchEntry> {
    let named = Catalogue::current().iter().map(|s| {
        let text = format!("{}。{}", s.category_zh, s.default_department);
        entry(
            SearchKind::Situation,
            s.code.as_str(),
            &s.situation_zh,
            text,
        )
    });
    let called = parts().flat_map(|part| {
        let sayings = part.sayings.iter();
        sayings.map(|said| {
            entry(
                SearchKind::Situation,
                &part.scope,
                &part.title,
                said.clone(),
            )
        })
    });
    named.chain(called)
}

fn guides() -> impl Iterator<Item = SearchEntry> {
    parts().flat_map(|part| {
        part.lines.iter().map(|line| {
            let title = format!("{}·{}", part.title, line.section.zh());
            entry(SearchKind::Guide, &part.scope, &title, line.text.clone())
        })
    })
}

fn law() -> impl Iterator<Item = SearchEntry> {
    law_routes().iter().flat_map(|route| {
        let parts = route.parts.iter();
        let lines = parts.flat_map(|part| part.lines.iter().map(move |line| (part, line)));
        lines.map(|(part, line)| {
            let title = format!("{}·{}", route.title, part.heading);
            entry(SearchKind::Law, &route.code, &title, line.clone())
        })
    })
}
