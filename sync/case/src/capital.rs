//! Amounts in Chinese capital figures 大写金额, as agreements spell them beside the digits.

use crate::record::Cents;

const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
const GROUPS: [&str; 5] = ["", "万", "亿", "兆", "京"];

/// Spells an amount, such as 捌仟陆佰元整 for 8,600 yuan.
#[must_use]
pub fn capital(amount: Cents) -> String {
    let (yuan, jiao, fen) = (amount.0 / 100, amount.0 / 10 % 10, amount.0 % 10);
    let mut words = if yuan == 0 && amount.0 > 0 {
        String::new()
    } else {
        format!("{}元", integer(yuan))
    };
    if jiao > 0 {
        words.push_str(&format!("{}角", digit(jiao)));
    } else if fen > 0 && yuan > 0 {
        words.push('零');
    }
    if fen > 0 {
        words.push_str(&format!("{}分", digit(fen)));
    } else {
        words.push('整');
    }
    words
}

fn integer(number: u64) -> String {
    if number == 0 {
        return DIGITS[0].into();
    }
    let mut words = String::new();
    let mut zero_owed = false;
    for group in (0..GROUPS.len()).rev() {
        let part = number / 10_000_u64.pow(u32::try_from(group).unwrap_or(0)) % 10_000;
        if part == 0 {
            zero_owed = !words.is_empty();
            continue;
        }
        if !words.is_empty() && (zero_owed || part < 1000) {
            words.push_str(DIGITS[0]);
        }
        words.push_str(&four_digits(part));
        words.push_str(GROUPS[group]);
        zero_owed = false;
    }
    words
}

fn four_digits(part: u64) -> String {
    let mut words = String::new();
    let mut zero_owed = false;
    for place in (0..4_usize).rev() {
        let value = part / 10_u64.pow(u32::try_from(place).unwrap_or(0)) % 10;
        if value == 0 {
            zero_owed = !words.is_empty();
            continue;
        }
        if zero_owed {
            words.push_str(DIGITS[0]);
            zero_owed = false;
        }
        words.push_str(digit(value));
        words.push_str(PLACES[place]);
    }
    words
}

fn digit(value: u64) -> &'static str {
    DIGITS
        .get(usize::try_from(value).unwrap_or(0))
        .copied()
        .unwrap_or(DIGITS[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_spelled_as_banks_spell_them() {
        for (cents, words) in [
            (0, "零元整"),
            (5, "伍分"),
            (860_000, "捌仟陆佰元整"),
            (1_000_000, "壹万元整"),
            (1_000_500, "壹万零伍元整"),
            (10_010_000, "壹拾万零壹佰元整"),
            (12_345_678, "壹拾贰万叁仟肆佰伍拾陆元柒角捌分"),
            (100_005, "壹仟元零伍分"),
            (18_000_000, "壹拾捌万元整"),
            (10_000_000_000, "壹亿元整"),
            (101_010, "壹仟零壹拾元壹角整"),
        ] {
            assert_eq!(capital(Cents(cents)), words, "{cents}");
        }
    }
}
