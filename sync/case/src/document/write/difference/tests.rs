//! What people change, and the pieces that it comes to.

use super::{Hunk, hunks};
use proptest::prelude::*;

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

/// The pieces as people see them: what was taken out, and what was put in.
fn pieces(old: &str, new: &str) -> Vec<(String, String)> {
    let hunks = hunks(old, new);
    let (old, new) = (chars(old), chars(new));
    let piece = |hunk: Hunk| {
        (
            old[hunk.old].iter().collect(),
            new[hunk.new].iter().collect(),
        )
    };
    hunks.into_iter().map(piece).collect()
}

fn pair(old: &str, new: &str) -> (String, String) {
    (old.into(), new.into())
}

#[test]
fn a_sentence_that_begins_like_the_next_one_is_put_in_whole() {
    let found = pieces("起初。甲说不。", "起初。甲说好。甲说不。");
    assert_eq!(found, [pair("", "甲说好。")]);
    let found = pieces("起初。甲说好。甲说不。", "起初。甲说不。");
    assert_eq!(found, [pair("甲说好。", "")]);
}

#[test]
fn words_that_are_written_on_stand_behind_what_they_repeat() {
    assert_eq!(hunks("好好", "好好好")[0].new, 2..3);
}

#[test]
fn a_sentence_of_which_more_was_replaced_than_is_left_is_replaced_whole() {
    let found = pieces("起。甲4乙00640丙。末。", "起。甲1乙00702丙。末。");
    assert_eq!(found, [pair("甲4乙00640丙。", "甲1乙00702丙。")]);
    assert_eq!(pieces("天晴。", "天阴。"), [pair("晴", "阴")]);
}

#[test]
fn two_sentences_at_two_places_are_two_pieces() {
    let found = pieces("一。二。三。", "一。新一。二。三。新三。");
    assert_eq!(found, [pair("", "新一。"), pair("", "新三。")]);
}

#[test]
fn a_text_that_is_too_long_to_be_compared_finely_is_replaced_where_it_differs() {
    let (old, new) = ("旧".repeat(2_100), "新".repeat(2_100));
    let found = pieces(&format!("首{old}尾"), &format!("首{new}尾"));
    assert_eq!(found.len(), 1);
}

/// Says the same again and again, so that nothing in it stands beyond doubt, and yet much stays.
fn repetitive(words: &str, count: usize) -> String {
    format!("{words}双方各说各的理。").repeat(count)
}

#[test]
fn what_closes_a_quotation_stays_with_what_it_closes() {
    let found = pieces("甲说：“不。”", "甲说：“不。”乙说：“好。”");
    assert_eq!(found, [pair("", "乙说：“好。”")]);
    let found = pieces("（已到场。）丙记。", "（已到场。）（已核对。）丙记。");
    assert_eq!(found, [pair("", "（已核对。）")]);
}

#[test]
fn a_line_is_put_in_with_the_break_behind_it_whatever_a_break_is() {
    for end in ["\n", "\r\n"] {
        let (old, new) = (["一", "三"], ["一", "一二", "三"]);
        let text = |lines: &[&str]| {
            lines
                .iter()
                .map(|line| format!("{line}{end}"))
                .collect::<String>()
        };
        assert_eq!(
            pieces(&text(&old), &text(&new)),
            [pair("", &format!("一二{end}"))]
        );
    }
}

#[test]
fn nothing_is_no_piece_and_a_text_that_comes_or_goes_is_one() {
    assert_eq!(pieces("", ""), []);
    assert_eq!(pieces("甲。", "甲。"), []);
    assert_eq!(pieces("", "甲。乙。"), [pair("", "甲。乙。")]);
    assert_eq!(pieces("甲。乙。", ""), [pair("甲。乙。", "")]);
}

#[test]
fn no_piece_begins_or_ends_within_a_sign() {
    assert_eq!(
        pieces("e\u{301}。", "e\u{300}。"),
        [pair("e\u{301}", "e\u{300}")]
    );
    assert_eq!(pieces("葛某", "葛\u{E0100}某"), [pair("葛", "葛\u{E0100}")]);
    assert_eq!(pieces("一\n二", "一\r\n二"), [pair("\n", "\r\n")]);
}

#[test]
fn far_apart_in_a_long_text_two_sentences_are_two_pieces_whatever_moved_between_them() {
    let one = |n: usize| format!("第{n}条：双方各说各的理。");
    let all = |order: Vec<usize>| order.into_iter().map(one).collect::<String>();
    let old = all((0..400).collect());
    let moved: Vec<usize> = (0..100)
        .chain(120..300)
        .chain(100..120)
        .chain(300..400)
        .collect();
    let found = pieces(&old, &format!("始。{}终。", all(moved)));
    let twenty = all((100..120).collect());
    assert_eq!(
        found,
        [
            pair("", "始。"),
            pair(&twenty, ""),
            pair("", &twenty),
            pair("", "终。")
        ]
    );
}

#[test]
fn what_a_fine_comparison_may_cost_is_shared_by_all_parts_of_a_text() {
    let (mark, count) = ("只在这里写了一次的一句话，谁也不会认错。", 95);
    let text = |words: &str| {
        format!(
            "{}{mark}{}",
            repetitive(words, count),
            repetitive(words, count)
        )
    };
    let found = pieces(&text("甲方要求退还全款"), &text("乙方同意付清余额"));
    assert_eq!(
        found.len(),
        count + 1,
        "the first part finely, the second as one piece"
    );
}

proptest! {
    #[test]
    fn the_pieces_make_of_the_one_text_the_other(old in "[甲乙。，”\r\n\u{301}]{0,40}", new in "[甲乙。，”\r\n\u{301}]{0,40}") {
        let hunks = hunks(&old, &new);
        let (old, new) = (chars(&old), chars(&new));
        let (mut made, mut at) = (Vec::<char>::new(), 0);
        for hunk in hunks {
            prop_assert!(at <= hunk.old.start);
            prop_assert!(!hunk.old.is_empty() || !hunk.new.is_empty());
            made.extend(&old[at..hunk.old.start]);
            prop_assert_eq!(made.len(), hunk.new.start);
            made.extend(&new[hunk.new]);
            at = hunk.old.end;
        }
        made.extend(&old[at..]);
        prop_assert_eq!(made, new);
    }
}
