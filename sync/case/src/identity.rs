//! Full identity of a party: class D, never part of a document. It is written on a phone, sealed to
//! the server's key at once, and read again only on the server, for a stated purpose
//! (docs/domain/privacy.md#classes-of-data).
//!
//! - [`Identity::checked`]: what may be entered, in one form; [`Warning`]: what a person should
//!   look at again.
//! - [`mask_name`] and its like: the one way in which identities are shown (P20).
//! - [`numbers_in`]: numbers of persons in free text, of which a phone warns before it writes.
//! - [`Purpose`]: for what an identity may be read (P17).

mod free_text;
mod mask;
mod number;
mod purpose;
mod vulnerability;

pub use free_text::{NumberFound, NumberKind, mask_numbers, numbers_in};
pub use mask::{MaskedIdentity, mask_id_number, mask_name, mask_organisation, mask_telephone};
pub use number::{BadTelephone, IdNumber, Telephone};
pub use purpose::{BadPurpose, Purpose, StatedPurpose};
pub use vulnerability::Vulnerability;

use crate::{limit::form, reason::Explain, record::PartyKind};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::BTreeSet, fmt};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The longest name, address or relation, in characters.
const LONGEST: usize = 120;

/// Who a party is. It never prints itself, and is overwritten when dropped.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The name in full; of an organisation, its name.
    pub name: String,
    /// 居民身份证号 or 居住证号, 18 characters; of an organisation, its 统一社会信用代码. Optional
    /// until an agreement is made (P01).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<String>,
    /// A telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// What lies below the building: unit, floor, door.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Who speaks for a minor or for somebody without capacity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardian: Option<Guardian>,
    /// Why the party needs protection (R098); read apart from the rest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vulnerable: Vec<Vulnerability>,
}

/// Who speaks for a party.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct Guardian {
    /// The name in full.
    pub name: String,
    /// What the guardian is to the party, such as 母亲.
    pub relation: String,
    /// A telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
}

/// Why an identity cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadIdentity {
    /// There is no name.
    #[error("the name is missing")]
    NameMissing,
    /// A field is longer than anything real.
    #[error("a field is too long")]
    TooLong,
    /// A field holds line breaks or other control characters.
    #[error("a field holds control characters")]
    Unprintable,
    /// The ID number does not have the form of one.
    #[error("the ID number has not the form of one")]
    IdNumber,
    /// The telephone number does not have the form of one.
    #[error("the telephone number has not the form of one")]
    Telephone(#[source] BadTelephone),
}

/// What a person should look at again; nothing is refused for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// The check digit of the ID number does not fit the others: probably a slip.
    CheckDigit,
    /// The ID number holds a day that is in no calendar.
    BirthDate,
    /// There is neither ID number nor telephone: the person cannot be recognised in another case.
    NotRecognisable,
}

impl Explain for BadIdentity {
    fn words(&self) -> (&'static str, Cow<'static, str>) {
        let (code, zh) = match self {
            Self::NameMissing => ("identity_name_missing", "请填写姓名或单位名称。"),
            Self::TooLong => ("identity_too_long", "内容过长，请核对后重新填写。"),
            Self::Unprintable => (
                "identity_unprintable",
                "内容含有换行等无法识别的字符，请重新填写。",
            ),
            Self::IdNumber => (
                "identity_id_number",
                "身份证号应为十八位，请核对后重新填写；暂时没有可以留空。",
            ),
            Self::Telephone(why) => ("identity_telephone", why.zh()),
        };
        (code, zh.into())
    }
}

impl Explain for Warning {
    fn words(&self) -> (&'static str, Cow<'static, str>) {
        let (code, zh) = match self {
            Self::CheckDigit => (
                "check_digit",
                "身份证号的校验位不符，请对照证件再核对一次。",
            ),
            Self::BirthDate => (
                "birth_date",
                "身份证号中的出生日期不存在，请对照证件再核对一次。",
            ),
            Self::NotRecognisable => (
                "not_recognisable",
                "没有身份证号和电话，系统无法识别其是否涉及其他纠纷。",
            ),
        };
        (code, zh.into())
    }
}

impl Identity {
    /// Brings an identity into the one form in which it is kept, and says what should be looked at
    /// again.
    ///
    /// # Errors
    /// [`BadIdentity`]: the first field that cannot be taken.
    pub fn checked(&self, kind: PartyKind) -> Result<(Self, Vec<Warning>), BadIdentity> {
        let mut warnings = Vec::new();
        let id_number = match filled(self.id_number.as_deref())? {
            Some(text) => Some(checked_id(&text, kind, &mut warnings)?),
            None => None,
        };
        let guardian = self.guardian.as_ref().map(Guardian::checked).transpose()?;
        let checked = Self {
            name: filled(Some(&self.name))?.ok_or(BadIdentity::NameMissing)?,
            id_number,
            telephone: telephone(self.telephone.as_deref())?,
            address: filled(self.address.as_deref())?,
            guardian,
            vulnerable: self.kinds(),
        };
        if checked.id_number.is_none() && checked.telephone.is_none() {
            warnings.push(Warning::NotRecognisable);
        }
        Ok((checked, warnings))
    }

    /// Why the party needs protection, each kind once.
    fn kinds(&self) -> Vec<Vulnerability> {
        let kinds: BTreeSet<Vulnerability> = self.vulnerable.iter().copied().collect();
        kinds.into_iter().collect()
    }

    /// What may be shown of it (P20).
    #[must_use]
    pub fn masked(&self, kind: PartyKind) -> MaskedIdentity {
        MaskedIdentity {
            name: match kind {
                PartyKind::Person => mask_name(&self.name),
                PartyKind::Organisation => mask_organisation(&self.name),
            },
            id_number: self.id_number.as_deref().map(mask_id_number),
            telephone: self.telephone.as_deref().map(mask_telephone),
        }
    }

    /// What a keyed hash by ID number is taken over; none without a number. Of a checked identity
    /// only.
    #[must_use]
    pub fn number_to_hash(&self) -> Option<Zeroizing<Vec<u8>>> {
        let number = self.id_number.as_ref()?;
        Some(Zeroizing::new([b"id\0", number.as_bytes()].concat()))
    }

    /// What a keyed hash by name and telephone is taken over, the name in the one form in which
    /// names are compared; none without a telephone, since a name alone is nobody. Of a checked
    /// identity only.
    #[must_use]
    pub fn contact_to_hash(&self) -> Option<Zeroizing<Vec<u8>>> {
        let telephone = self.telephone.as_ref()?;
        let name = Zeroizing::new(form::folded(&self.name));
        let parts = [b"name\0", name.as_bytes(), b"\0", telephone.as_bytes()];
        Some(Zeroizing::new(parts.concat()))
    }
}

impl Guardian {
    fn checked(&self) -> Result<Self, BadIdentity> {
        Ok(Self {
            name: filled(Some(&self.name))?.ok_or(BadIdentity::NameMissing)?,
            relation: filled(Some(&self.relation))?.unwrap_or_default(),
            telephone: telephone(self.telephone.as_deref())?,
        })
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(…)")
    }
}

impl fmt::Debug for Guardian {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guardian(…)")
    }
}

fn checked_id(
    text: &str,
    kind: PartyKind,
    warnings: &mut Vec<Warning>,
) -> Result<String, BadIdentity> {
    if kind == PartyKind::Organisation {
        return number::credit_code(text).ok_or(BadIdentity::IdNumber);
    }
    let number: IdNumber = text.parse().map_err(|_| BadIdentity::IdNumber)?;
    if number.birth_date().is_none() {
        warnings.push(Warning::BirthDate);
    }
    if !number.has_right_check_digit() {
        warnings.push(Warning::CheckDigit);
    }
    Ok(number.as_str().to_owned())
}

fn telephone(text: Option<&str>) -> Result<Option<String>, BadIdentity> {
    let parse = |text: String| {
        let parsed: Telephone = text.parse().map_err(BadIdentity::Telephone)?;
        Ok(parsed.as_str().to_owned())
    };
    filled(text)?.map(parse).transpose()
}

/// A field without blanks around it, or nothing.
fn filled(text: Option<&str>) -> Result<Option<String>, BadIdentity> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    if text.chars().count() > LONGEST {
        return Err(BadIdentity::TooLong);
    }
    if text.chars().any(char::is_control) {
        return Err(BadIdentity::Unprintable);
    }
    Ok(Some(text.to_owned()))
}

#[cfg(test)]
mod tests;
