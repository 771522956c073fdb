//! The one form of what people type: what is compared, hashed or searched for is brought into it
//! first; what is read stays as typed.

use unicode_normalization::UnicodeNormalization;

/// Whether a character may stand in a text that is kept.
#[must_use]
pub fn is_writable(c: char) -> bool {
    !c.is_control() || matches!(c, '\t' | '\n' | '\r')
}

/// Whether a character ends a line or leaps within it: several lines of a free text have them, and
/// no name or number.
#[must_use]
pub fn breaks_line(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

/// A name as it is compared: compatible forms as one (full width, radicals, composed accents),
/// without blanks and invisible characters, one middle dot, small letters.
#[must_use]
pub fn folded(text: &str) -> String {
    visible(text)
        .filter(|c| !c.is_whitespace())
        .map(|c| if is_middle_dot(c) { '·' } else { c })
        .flat_map(char::to_lowercase)
        .nfc()
        .collect()
}

/// A number or code as it is read: compatible forms as one, without blanks and invisible
/// characters, one hyphen, capitals.
#[must_use]
pub fn code(text: &str) -> String {
    visible(text)
        .filter(|c| !c.is_whitespace())
        .map(|c| if is_dash(c) { '-' } else { c })
        .flat_map(char::to_uppercase)
        .collect()
}

/// The number of a suit or a decision as it is compared: a code in which all brackets are alike,
/// since one writes `（2026）`, another `[2026]` or `〔2026〕`.
#[must_use]
pub fn docket(text: &str) -> String {
    let bracket = |c| match c {
        '[' | '〔' | '【' => '(',
        ']' | '〕' | '】' => ')',
        other => other,
    };
    code(text).chars().map(bracket).collect()
}

/// Words that are searched for: compatible forms as one, without invisible characters and blanks
/// around them, one hyphen.
#[must_use]
pub fn searched(text: &str) -> String {
    let text: String = visible(text)
        .map(|c| if is_dash(c) { '-' } else { c })
        .collect();
    text.trim().to_owned()
}

/// Whether a text says nothing that anybody could read.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    searched(text).is_empty()
}

/// Whether a name can be a mask: a sign stands for what is left out, or nothing is said at all.
#[must_use]
pub fn is_mask(name: &str) -> bool {
    const SIGNS: [char; 8] = ['*', '＊', '某', '×', '✱', '○', '●', '＿'];
    name.trim().is_empty() || name.contains(SIGNS)
}

/// Whether a character parts the given names of a minority's name.
#[must_use]
pub fn is_middle_dot(c: char) -> bool {
    matches!(
        c,
        '·' | '•' | '・' | '･' | '‧' | '∙' | '⋅' | '．' | '.' | '᛫' | '⸱' | '﹒'
    )
}

/// Whether a character is a hyphen, a dash or a minus.
#[must_use]
pub fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '﹘' | '﹣' | '－'
    )
}

/// Whether a character is not seen: a format character, a joiner, a selector of a variant.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x34F | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x890..=0x891 | 0x8E2 | 0x115F..=0x1160 | 0x17B4..=0x17B5
        | 0x180B..=0x180F | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF
        | 0xFFA0 | 0xFFF9..=0xFFFB | 0x110BD | 0x110CD | 0x13430..=0x1343F | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A
        | 0xE0000..=0xE0FFF)
}

fn visible(text: &str) -> impl Iterator<Item = char> + '_ {
    text.nfkc().filter(|c| !is_invisible(*c))
}
