//! Standard output of the commands, and times as operators read them. `println!` panics when the
//! reader has gone, as `head` does; here that is nobody's business.

use hejie_case::deadline::SHANGHAI;
use jiff::{SignedDuration, Timestamp};
use std::{
    fmt,
    io::{self, Write},
};

/// Writes a line for the person who called the command.
pub(crate) fn say(line: fmt::Arguments<'_>) {
    writeln!(io::stdout(), "{line}").ok();
}

/// Writes a line about what went wrong.
pub(crate) fn complain(line: fmt::Arguments<'_>) {
    writeln!(io::stderr(), "{line}").ok();
}

/// A moment as an operator reads it: Beijing time, to the second.
pub(crate) fn local(at: Timestamp) -> String {
    SHANGHAI
        .to_datetime(at)
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

/// A span in the unit in which people speak of it, in Chinese and in English.
pub(crate) fn ago(span: SignedDuration) -> (String, String) {
    let units = [
        (span.as_hours() / 24, 3, "天", "d"),
        (span.as_hours(), 2, "小时", "h"),
        (span.as_mins(), 2, "分钟", "min"),
    ];
    let mut units = units.into_iter();
    let (count, zh, en) = units
        .find(|(count, least, _, _)| count >= least)
        .map_or((span.as_secs(), "秒", "s"), |(count, _, zh, en)| {
            (count, zh, en)
        });
    (format!("{count} {zh}"), format!("{count} {en}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_read_the_time_of_the_county_and_spans_in_the_unit_of_their_size() {
        let at: Timestamp = "2026-03-02T17:00:00.123456Z".parse().unwrap();
        assert_eq!(local(at), "2026-03-03 01:00:00");
        for (minutes, zh) in [
            (1, "60 秒"),
            (10, "10 分钟"),
            (130, "2 小时"),
            (60 * 24 * 9, "9 天"),
        ] {
            assert_eq!(ago(SignedDuration::from_mins(minutes)).0, zh);
        }
    }
}
