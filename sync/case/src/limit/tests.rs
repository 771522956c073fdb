use super::*;
use crate::reason::Explain;
use jiff::{Timestamp, civil::date};
use serde_json::json;

fn code(field: &str, value: &serde_json::Value) -> &'static str {
    of_atom("", &json!({ field: value })).map_or_else(|breach| breach.code(), |()| "taken")
}

#[test]
fn every_field_takes_its_own_ends_and_nothing_beyond_them() {
    for field in FIELDS {
        assert!(field.zh.ends_with('。'), "{}", field.name);
        let ends = match field.limit {
            Limit::Whole { least, most } => vec![
                (json!(least), "taken"),
                (json!(most), "taken"),
                (json!(most + 1), "value_out_of_range"),
                (json!(u64::MAX), "value_too_large"),
                (json!(-1), "value_out_of_range"),
                (json!(0.5), "value_out_of_range"),
            ],
            Limit::Degrees(most) => vec![
                (json!(most), "taken"),
                (json!(-most), "taken"),
                (json!(most + 0.001), "value_out_of_range"),
                (json!(null), "value_not_finite"),
            ],
            Limit::Metres => vec![
                (json!(0.0), "taken"),
                (json!(-0.1), "value_out_of_range"),
                (json!(1e30), "value_out_of_range"),
                (json!(null), "value_not_finite"),
            ],
            Limit::Time => vec![
                (json!("1900-01-01T00:00:00Z"), "taken"),
                (json!("2199-12-31"), "taken"),
                (json!("1899-12-31T23:59:59Z"), "value_out_of_range"),
                (json!("2200-01-01"), "value_out_of_range"),
                (json!(date(-9999, 1, 3).to_string()), "value_out_of_range"),
                (json!(Timestamp::MAX.to_string()), "value_out_of_range"),
                (json!("9999-12-31T23:59:59Z"), "value_out_of_range"),
                (json!("+010000-01-01T00:00:00Z"), "value_out_of_range"),
                (json!("-010000-01-01"), "value_out_of_range"),
                (json!("2026-02-30T00:00:00Z"), "taken"),
                (json!("次日"), "taken"),
            ],
            Limit::Happened => vec![
                (json!("2000-01-01T00:00:00Z"), "taken"),
                (json!("2199-12-31T23:59:59Z"), "taken"),
                (json!("1999-12-31T23:59:59Z"), "value_out_of_range"),
                (json!("2200-01-01T00:00:00Z"), "value_out_of_range"),
                (json!("9999-12-31T23:59:59Z"), "value_out_of_range"),
                (json!("次日"), "taken"),
            ],
            Limit::Mask(most) => vec![
                (json!("张*明"), "taken"),
                (json!("某物业服务有限公司"), "taken"),
                (json!(""), "taken"),
                (json!("张小明"), "name_not_masked"),
                (json!("*".repeat(most + 1)), "too_long"),
                (json!("张*\n明"), "value_not_one_line"),
            ],
            Limit::Line(most) => vec![
                (json!("字".repeat(most)), "taken"),
                (json!("字".repeat(most + 1)), "too_long"),
                (json!("第一\n第二"), "value_not_one_line"),
                (json!("A\t1"), "value_not_one_line"),
            ],
            Limit::Word(most) => vec![
                (json!("字".repeat(most)), "taken"),
                (json!("字".repeat(most + 1)), "too_long"),
            ],
        };
        for (value, expected) in ends {
            assert_eq!(code(field.name, &value), expected, "{} {value}", field.name);
        }
    }
}

#[test]
fn no_string_and_no_key_holds_control_characters_wherever_it_stands() {
    for (text, expected) in [
        ("a\0b", "value_nul"),
        ("a\u{1}b", "value_control"),
        ("a\u{7f}b", "value_control"),
        ("a\u{85}b", "value_control"),
        ("第一行\n第二行\t完\r\n", "taken"),
        ("👨‍👩‍👧 𠀀 \u{202e}", "taken"),
    ] {
        assert_eq!(code("why", &json!(text)), expected, "{text:?}");
        assert_eq!(code("list", &json!([{ "deep": [text] }])), expected);
        assert_eq!(code(text, &json!(1)), expected);
    }
    assert_eq!(code("anything", &json!(u64::MAX)), "value_too_large");
    assert_eq!(code("anything", &json!(i64::MAX)), "taken");
}

#[test]
fn a_clock_that_is_wrong_is_read_as_the_end_of_the_years_in_which_cases_are() {
    for at in [Timestamp::MIN, Timestamp::MAX] {
        assert_eq!(of_moment(nearest_moment(at)), Ok(()), "{at}");
        let beyond = nearest_beyond(at);
        assert_eq!(of_moment(beyond).unwrap_err().code(), "value_out_of_range");
        assert!(
            beyond
                .checked_add(jiff::SignedDuration::from_hours(1 << 20))
                .is_ok()
        );
    }
    let now: Timestamp = "2026-11-29T08:00:00Z".parse().unwrap();
    assert_eq!((nearest_moment(now), nearest_beyond(now)), (now, now));
}

#[test]
fn what_a_channel_says_has_happened_lies_since_2000_and_not_in_the_future() {
    let now: Timestamp = "2026-11-29T08:00:00Z".parse().unwrap();
    for (at, expected) in [
        ("1999-12-31T23:59:59Z", Some("value_out_of_range")),
        ("2000-01-01T00:00:00Z", None),
        ("2026-11-29T08:05:00Z", None),
        ("2026-11-29T08:05:01Z", Some("value_out_of_range")),
    ] {
        for field in ["received_at", "occurred_at"] {
            let refused = of_happened(field, at.parse().unwrap(), now).err();
            assert_eq!(
                refused.map(|breach| breach.code()),
                expected,
                "{field} {at}"
            );
        }
    }
}
