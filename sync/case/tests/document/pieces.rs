//! Texts that are changed in several places at once, by one and by two: each piece lands where it
//! belongs, and stands whole.

use super::scene::*;
use hejie_case::{document::CaseDoc, edit::TextTarget, ids::Actor};
use proptest::prelude::*;

const IN_NOTE: TextTarget = TextTarget::Note { id: NOTE };

/// A case with a note, as two people hold it.
fn held_by_two(words: &str) -> (CaseDoc, CaseDoc) {
    let mut case = case();
    write(&mut case, MEDIATOR, add(NOTE, note("")));
    grow(&mut case, words);
    (case.clone(), case)
}

/// Writes a text in as many edits as it takes.
fn grow(case: &mut CaseDoc, words: &str) {
    let words: Vec<char> = words.chars().collect();
    for until in (15_000..words.len()).step_by(15_000).chain([words.len()]) {
        let so_far: String = words[..until].iter().collect();
        if so_far != words_of(case) {
            rewrite(case, MEDIATOR, &so_far);
        }
    }
}

fn rewrite(case: &mut CaseDoc, actor: Actor, words: &str) {
    write(case, actor, text(IN_NOTE, words));
}

fn words_of(case: &CaseDoc) -> String {
    view(case).notes[&NOTE].value.text.clone()
}

/// Sentences, no two of them alike.
fn sentences(count: usize) -> String {
    let one = |n: usize| format!("第{n}条：双方各说各的理。");
    (0..count).map(one).collect()
}

/// What two people write at once comes to the same on both sides.
fn merged((mut a, mut b): (CaseDoc, CaseDoc)) -> String {
    meet(&mut a, &mut b);
    assert_eq!(words_of(&a), words_of(&b));
    words_of(&a)
}

#[test]
fn who_changes_both_ends_of_a_long_text_leaves_the_words_of_others_between_them_where_they_are() {
    let long = sentences(300);
    let (mut a, mut b) = held_by_two(&long);
    rewrite(&mut a, MEDIATOR, &format!("上午。{long}下午。"));
    let other = long.replace("第150条：", "第150条（核对过）：");
    rewrite(&mut b, COLLEAGUE, &other);
    assert_eq!(merged((a, b)), format!("上午。{other}下午。"));
}

#[test]
fn a_long_text_that_two_people_change_at_both_ends_at_once_stands_there_once() {
    let long = sentences(300);
    let (mut a, mut b) = held_by_two(&long);
    rewrite(&mut a, MEDIATOR, &format!("甲始。{long}甲终。"));
    rewrite(&mut b, COLLEAGUE, &format!("乙始。{long}乙终。"));
    let merged = merged((a, b));
    assert_eq!(merged.matches(&long).count(), 1);
    assert_eq!(merged.chars().count(), long.chars().count() + 12);
}

/// It is longer than what one edit may insert.
#[test]
fn a_very_long_text_is_corrected_at_both_ends_in_one_edit() {
    let long = sentences(2_000);
    let (mut a, mut b) = held_by_two(&long);
    rewrite(&mut a, MEDIATOR, &format!("上午。{long}下午。"));
    rewrite(&mut b, COLLEAGUE, &long.replace("第1000条：", "第一千条："));
    let expected = long.replace("第1000条：", "第一千条：");
    assert_eq!(merged((a, b)), format!("上午。{expected}下午。"));
}

/// No sentence ends in it.
#[test]
fn a_long_text_without_any_stop_is_corrected_at_both_ends_in_one_edit() {
    let long: String = (0..700).map(|n| format!("记{n}项")).collect();
    let (mut a, mut b) = held_by_two(&long);
    rewrite(&mut a, MEDIATOR, &format!("上{long}下"));
    rewrite(&mut b, COLLEAGUE, &long.replace("记350项", "记三百五十项"));
    let expected = long.replace("记350项", "记三百五十项");
    assert_eq!(merged((a, b)), format!("上{expected}下"));
}

/// What reads as one sign is several characters: an emoji of a family, a variant of a name's
/// character, an accent, a Tibetan stack.
#[test]
fn of_signs_that_two_replace_at_once_both_stand_whole() {
    for (old, one, other) in [
        ("👨‍👩‍👦", "👨‍👩‍👧", "👩‍👩‍👦"),
        ("葛\u{E0100}", "葛\u{E0101}", "葛\u{E0102}"),
        ("e\u{301}", "e\u{300}", "a\u{301}"),
        ("\u{F40}\u{F72}", "\u{F40}\u{F74}", "\u{F42}\u{F72}"),
        ("👍🏻", "👍🏿", "👎🏻"),
        ("🇨🇳", "🇨🇭", "🇲🇳"),
    ] {
        let within = |sign: &str| format!("起。{sign}止。");
        let (mut a, mut b) = held_by_two(&within(old));
        rewrite(&mut a, MEDIATOR, &within(one));
        rewrite(&mut b, COLLEAGUE, &within(other));
        let merged = merged((a, b));
        for whole in [one, other] {
            assert!(merged.contains(whole), "{whole:?} in {merged:?}");
        }
    }
}

/// What one of two does to a text before they meet.
#[derive(Debug, Clone)]
enum Doing {
    Writes(prop::sample::Index),
    Erases(prop::sample::Index, usize),
}

fn doings() -> impl Strategy<Value = Vec<Doing>> {
    let at = any::<prop::sample::Index>;
    let doing = prop_oneof![
        at().prop_map(Doing::Writes),
        (at(), 1..12_usize).prop_map(|(at, count)| Doing::Erases(at, count)),
    ];
    prop::collection::vec(doing, 1..6)
}

/// The text as somebody leaves it, and the words that he or she wrote.
fn after(before: &str, doings: &[Doing], name: &str) -> (String, Vec<String>) {
    let mut text: Vec<char> = before.chars().collect();
    let mut wrote: Vec<String> = Vec::new();
    for (n, doing) in doings.iter().enumerate() {
        match doing {
            Doing::Writes(at) => {
                let words = format!("〔{name}{n}记〕");
                let at = at.index(text.len() + 1);
                text.splice(at..at, words.chars());
                wrote.push(words);
            }
            Doing::Erases(at, count) => {
                let from = at.index(text.len() + 1);
                text.drain(from..(from + count).min(text.len()));
            }
        }
    }
    let text = text.into_iter().collect::<String>();
    wrote.retain(|words| text.contains(words.as_str()));
    (text, wrote)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_two_write_into_one_text_at_once_stands_whole_in_it(
        base in "(甲说不。|乙说好。|双方到场，|\r\n|👨‍👩‍👦|a\u{301}){0,30}",
        (one, other) in (doings(), doings()),
    ) {
        let (mut a, mut b) = held_by_two(&base);
        let (of_a, by_a) = after(&base, &one, "一");
        let (of_b, by_b) = after(&base, &other, "二");
        for (case, actor, words) in [(&mut a, MEDIATOR, of_a), (&mut b, COLLEAGUE, of_b)] {
            if words != base {
                rewrite(case, actor, &words);
                prop_assert_eq!(words_of(case), words);
            }
        }
        let merged = merged((a, b));
        for words in by_a.iter().chain(&by_b) {
            prop_assert!(merged.contains(words), "{} in {}", words, merged);
        }
    }
}
