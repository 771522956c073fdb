//! Numbers of persons: ID numbers with their check digit (GB 11643), telephones, and what organisations have instead.

use jiff::civil::Date;
use std::str::FromStr;

/// A citizen's ID number or a residence permit's: 17 digits and a check digit, which may be X. The digit need not be right.
#[derive(Clone, PartialEq, Eq)]
pub struct IdNumber(String);

/// A telephone number in one form: eleven digits of a mobile, or area code and number of a land line.
#[derive(Clone, PartialEq, Eq)]
pub struct Telephone(String);

/// A text that is no number of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a number of this kind")]
pub struct BadNumber;

impl IdNumber {
    /// Its 18 characters, with a capital X.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The date of birth, if it is in the calendar.
    #[must_use]
    pub fn birth_date(&self) -> Option<Date> {
        let year = self.0.get(6..10)?.parse().ok()?;
        let month = self.0.get(10..12)?.parse().ok()?;
        let day = self.0.get(12..14)?.parse().ok()?;
        Date::new(year, month, day).ok()
    }

    /// Whether the last character is the one that follows from the others.
    #[must_use]
    pub fn has_right_check_digit(&self) -> bool {
        let bytes = self.0.as_bytes();
        bytes.last().copied() == check_digit(bytes)
    }
}

/// ISO 7064 MOD 11-2 over the first 17 digits.
fn check_digit(digits: &[u8]) -> Option<u8> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit.saturating_sub(b'0')) * weight)
        .sum();
    b"10X98765432".get((sum % 11) as usize).copied()
}

impl FromStr for IdNumber {
    type Err = BadNumber;

    /// Reads a number as people type it: full-width digits, blanks and a small x are brought into the one form.
    fn from_str(text: &str) -> Result<Self, BadNumber> {
        let plain = plain(text).to_ascii_uppercase();
        let (digits, last) = plain.split_at_checked(17).ok_or(BadNumber)?;
        let is_last = last.len() == 1 && last.bytes().all(|b| b.is_ascii_digit() || b == b'X');
        if is_last && digits.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(plain))
        } else {
            Err(BadNumber)
        }
    }
}

impl Telephone {
    /// Its digits; a land line has a hyphen behind the area code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Telephone {
    type Err = BadNumber;

    fn from_str(text: &str) -> Result<Self, BadNumber> {
        let plain = plain(text);
        let local = plain
            .strip_prefix("+86")
            .or_else(|| plain.strip_prefix("0086"))
            .unwrap_or(&plain);
        if !local.bytes().all(|b| b.is_ascii_digit()) {
            return Err(BadNumber);
        }
        if is_mobile(local) {
            return Ok(Self(local.to_owned()));
        }
        land_line(local).map(Self).ok_or(BadNumber)
    }
}

/// Whether these digits are a mobile number.
pub(super) fn is_mobile(digits: &str) -> bool {
    matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..]) && digits.len() == 11
}

/// 010 and 02x are area codes of three digits, all others have four; numbers have seven or eight.
fn land_line(digits: &str) -> Option<String> {
    let area = match digits.as_bytes() {
        [b'0', b'1' | b'2', ..] => 3,
        [b'0', b'3'..=b'9', ..] => 4,
        _ => return None,
    };
    let (area, number) = digits.split_at_checked(area)?;
    matches!(number.len(), 7 | 8).then(|| format!("{area}-{number}"))
}

/// 统一社会信用代码 (GB 32100): 18 digits and capitals without I, O, S, V, Z.
pub(super) fn credit_code(text: &str) -> Option<String> {
    let plain = plain(text).to_ascii_uppercase();
    let fits = |b: u8| b.is_ascii_digit() || (b.is_ascii_uppercase() && !b"IOSVZ".contains(&b));
    (plain.len() == 18 && plain.bytes().all(fits)).then_some(plain)
}

/// Without blanks, hyphens and brackets, and with full-width characters brought to ASCII.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '－' | '—' | '(' | ')' | '（' | '）'))
        .map(narrow)
        .collect()
}

/// The ASCII character that a full-width one stands for.
pub(super) fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => u8::try_from(u32::from(c) - 0xFEE0).map_or(c, char::from),
        _ => c,
    }
}
