//! Routes of redress (LW01, LW07), and answers to what people ask, in plain words.

use super::outline;
use std::sync::LazyLock;

/// A route of redress 救济途径.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawRoute {
    /// Its stable code, such as `labour-arbitration`.
    pub code: String,
    /// Its name.
    pub title: String,
    /// What is to be known about it.
    pub parts: Vec<LawPart>,
}

/// A part of what is to be known about a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawPart {
    /// Its heading: 何时, 到哪里, 带什么, 提示.
    pub heading: String,
    /// Its lines.
    pub lines: Vec<String>,
}

/// A question that people ask, with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideAnswer {
    /// Its stable code.
    pub code: String,
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
}

static ROUTES: LazyLock<Vec<LawRoute>> = LazyLock::new(|| {
    let chapters = outline::read(include_str!("../../data/law-1.md"));
    let routes = chapters.into_iter().map(|chapter| LawRoute {
        code: chapter.code,
        title: chapter.title,
        parts: by_heading(chapter.lines),
    });
    routes.collect()
});

static ANSWERS: LazyLock<Vec<GuideAnswer>> = LazyLock::new(|| {
    let chapters = outline::read(include_str!("../../data/answers-1.md"));
    let answers = chapters.into_iter().map(|chapter| GuideAnswer {
        code: chapter.code,
        question: chapter.title,
        answer: chapter.lines.into_iter().map(|(_, line)| line).collect(),
    });
    answers.collect()
});

/// All routes of redress.
#[must_use]
pub fn law_routes() -> &'static [LawRoute] {
    &ROUTES
}

/// All questions with their answers.
#[must_use]
pub fn answers() -> &'static [GuideAnswer] {
    &ANSWERS
}

fn by_heading(lines: Vec<(String, String)>) -> Vec<LawPart> {
    let mut parts: Vec<LawPart> = Vec::new();
    for (heading, line) in lines {
        match parts.last_mut() {
            Some(part) if part.heading == heading => part.lines.push(line),
            _ => parts.push(LawPart {
                heading,
                lines: vec![line],
            }),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Shows LW07.
    #[test]
    fn the_routes_that_the_law_names_are_there_with_where_and_when() {
        for code in ["court", "arbitration", "labour-arbitration", "review"] {
            let route = law_routes().iter().find(|r| r.code == code).unwrap();
            assert!(route.parts.len() >= 3, "{code}");
        }
        assert!(law_routes().iter().all(|route| !route.title.is_empty()));
    }

    #[test]
    fn every_question_has_an_answer_and_a_code_of_its_own() {
        let codes: BTreeSet<_> = answers().iter().map(|answer| &answer.code).collect();
        assert_eq!(codes.len(), answers().len());
        assert!(answers().len() >= 60);
        for answer in answers() {
            assert!(!answer.question.is_empty() && !answer.answer.is_empty());
        }
    }
}
