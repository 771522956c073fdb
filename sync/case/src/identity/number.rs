//! Numbers of persons: ID numbers with their check digit (GB 11643), telephones, and what
//! organisations have instead.

use crate::limit::form;
use jiff::civil::Date;
use std::str::FromStr;

/// A citizen's ID number or a residence permit's: 17 digits and a check digit, which may be X. The
/// digit need not be right.
#[derive(Clone, PartialEq, Eq)]
pub struct IdNumber(String);

/// A telephone number in one form: eleven digits of a mobile, or area code and number of a land
/// line.
#[derive(Clone, PartialEq, Eq)]
pub struct Telephone(String);

/// A text that is no number of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a number of this kind")]
pub struct BadNumber;

/// Why a text is no telephone number. It never says the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadTelephone {
    /// Something else than digits stands in it.
    #[error("it holds other characters than digits")]
    Letters,
    /// It has too few or too many digits for what it begins with.
    #[error("it has the wrong number of digits")]
    Length,
    /// It begins neither like a mobile, nor with an area code, nor with 400 or 800.
    #[error("it begins like no number")]
    Beginning,
}

impl BadTelephone {
    /// A Chinese sentence that says what to do.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Letters => {
                "电话号码中有数字以外的字符，请只填写数字；分机号写在“转”字或“-”之后。"
            }
            Self::Length => "电话号码位数不对：手机号为11位，固定电话为区号加7至8位，请核对。",
            Self::Beginning => {
                "电话号码开头不对：手机号以1开头，固定电话以区号0开头，也可填写400号码。"
            }
        }
    }
}

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

    /// Reads a number as people type it: full-width digits, blanks and a small x are brought into
    /// the one form.
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
    type Err = BadTelephone;

    /// Reads a number as people type or paste it: invisible characters of an address book, full
    /// width, dashes of all kinds, the country's code, and an extension behind a land line.
    fn from_str(text: &str) -> Result<Self, BadTelephone> {
        let typed = form::code(text);
        let (number, extension) = extension(&typed);
        let digits = plain(number);
        let with_zero = format!("0{}", without_country(&digits));
        let abroad = digits.starts_with("+86") || digits.starts_with("0086");
        let local = match without_country(&digits) {
            // Behind the country's code an area code has no zero.
            local if abroad && !is_mobile(local) && land_line(&with_zero).is_some() => &with_zero,
            local => local,
        };
        if !local.bytes().all(|b| b.is_ascii_digit()) {
            return Err(BadTelephone::Letters);
        }
        if let Some(extension) = extension {
            let line = land_line(local).or_else(|| service(local));
            return line
                .map(|line| Self(format!("{line}-{extension}")))
                .ok_or_else(|| why(local));
        }
        if is_mobile(local) {
            return Ok(Self(local.to_owned()));
        }
        land_line(local)
            .or_else(|| service(local))
            .map(Self)
            .ok_or_else(|| why(local))
    }
}

/// The number and its extension: behind 转, EXT, # or *, or behind the last hyphen of a number that
/// is one without it.
fn extension(typed: &str) -> (&str, Option<&str>) {
    let is_extension =
        |text: &str| (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    for sign in ["分机", "转", "EXT.", "EXT", "#", "*", ","] {
        if let Some((number, extension)) = typed.split_once(sign) {
            let extension = extension.trim_start_matches([':', '：', '.', '-']);
            if is_extension(extension) {
                return (number.trim_end_matches([',', '-', '转']), Some(extension));
            }
        }
    }
    match typed.rsplit_once('-') {
        Some((number, extension)) if is_extension(extension) => {
            let digits = plain(number);
            let local = without_country(&digits);
            let whole = land_line(local).is_some() || service(local).is_some();
            if whole {
                (number, Some(extension))
            } else {
                (typed, None)
            }
        }
        _ => (typed, None),
    }
}

/// The digits behind the country's code. Without a plus it is one only before a whole number.
pub(super) fn without_country(digits: &str) -> &str {
    if let Some(local) = digits
        .strip_prefix("+86")
        .or_else(|| digits.strip_prefix("0086"))
    {
        return local;
    }
    match digits.strip_prefix("86") {
        Some(local) if is_mobile(local) || land_line(local).is_some() => local,
        _ => digits,
    }
}

/// A number of the 400 and 800 services.
fn service(digits: &str) -> Option<String> {
    let fits = digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800"));
    fits.then(|| digits.to_owned())
}

fn why(digits: &str) -> BadTelephone {
    let begins = match digits.as_bytes() {
        [b'1', b'3'..=b'9', ..] | [b'0', b'1'..=b'9', ..] => true,
        _ => digits.starts_with("400") || digits.starts_with("800"),
    };
    if begins {
        BadTelephone::Length
    } else {
        BadTelephone::Beginning
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

/// Without blanks, hyphens, brackets and what is not seen, in compatible forms.
fn plain(text: &str) -> String {
    form::code(text)
        .chars()
        .filter(|c| !matches!(c, '-' | '(' | ')'))
        .collect()
}

/// The ASCII character that a full-width one stands for.
pub(super) fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => u8::try_from(u32::from(c) - 0xFEE0).map_or(c, char::from),
        _ if form::is_dash(c) => '-',
        _ => c,
    }
}
