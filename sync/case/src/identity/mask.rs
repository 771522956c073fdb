//! Masks (P20): the one way in which a person is shown where the full identity is not needed.

use serde::{Deserialize, Serialize};

/// What may be shown of an identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskedIdentity {
    /// Such as 张*明.
    pub name: String,
    /// Such as `990101**********1X`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<String>,
    /// Such as `139****0000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
}

/// The first character and, from three on, the last; a star for each one between. 张伟 becomes 张*.
#[must_use]
pub fn mask_name(name: &str) -> String {
    let letters: Vec<char> = name.trim().chars().filter(|c| !c.is_whitespace()).collect();
    match letters[..] {
        [] => String::new(),
        [_] => "*".into(),
        [first, _] => format!("{first}*"),
        [first, .., last] => format!("{first}{}{last}", "*".repeat(letters.len() - 2)),
    }
}

/// The first six and the last two characters.
#[must_use]
pub fn mask_id_number(number: &str) -> String {
    keep_ends(number, 6, 2)
}

/// The first three and the last four digits of a mobile; of a land line the area code and the last
/// two.
#[must_use]
pub fn mask_telephone(number: &str) -> String {
    match number.split_once('-') {
        Some((area, local)) => format!("{area}-{}", keep_ends(local, 0, 2)),
        None => keep_ends(number, 3, 4),
    }
}

/// Endings by which one sees what an organisation is, the longest first.
const ENDINGS: [&str; 22] = [
    "房地产开发有限公司",
    "劳务派遣有限公司",
    "建筑工程有限公司",
    "物业服务有限公司",
    "物业管理有限公司",
    "股份有限公司",
    "房地产公司",
    "村民委员会",
    "居民委员会",
    "业主委员会",
    "有限公司",
    "物业公司",
    "村委会",
    "居委会",
    "合作社",
    "幼儿园",
    "公司",
    "医院",
    "学校",
    "银行",
    "店",
    "厂",
];

/// What kind of organisation it is, without its name: 某物业服务有限公司. A kind that is not known
/// is 某单位.
#[must_use]
pub fn mask_organisation(name: &str) -> String {
    let ending = ENDINGS.iter().find(|ending| name.trim().ends_with(*ending));
    format!("某{}", ending.unwrap_or(&"单位"))
}

fn keep_ends(text: &str, first: usize, last: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= first + last {
        return "*".repeat(letters.len());
    }
    let stars = letters.len() - first - last;
    let (head, rest) = letters.split_at(first);
    let kept = head.iter().copied();
    let stars = std::iter::repeat_n('*', stars);
    kept.chain(stars)
        .chain(rest[rest.len() - last..].iter().copied())
        .collect()
}
