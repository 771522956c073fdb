//! The register of identifiers and checked strings. Append only: an id kind is never renamed or
//! reused.

use crate::part::CasePart;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// A string that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind}")]
pub struct BadId {
    /// The kind of identifier that was expected.
    pub kind: &'static str,
}

macro_rules! uuid_id {
    ($($(#[doc = $doc:literal])+ $name:ident),* $(,)?) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Makes a UUIDv7 from a time and ten random bytes (RFC 9562, 5.7).
            #[must_use]
            pub fn new(now: Timestamp, random: [u8; 10]) -> Self {
                let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                Uuid::parse_str(text).map(Self).map_err(|_| BadId { kind: stringify!($name) })
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

uuid_id! {
    /// A case 案件, and the document that belongs to it.
    CaseId,
    /// An entry of a case document: a party, a note, a visit, a request and so on.
    EntryId,
    /// A person with an account.
    UserId,
    /// An organisation: station, centre, committee, department, grid.
    OrgId,
    /// An enrolled phone. A restored phone is a new device.
    DeviceId,
    /// An incident 警情 as a channel reported it.
    IncidentId,
    /// A claim of a case, named by whoever makes it.
    ClaimId,
    /// A disagreement found in a document; made from its content, so that every replica names it
    /// alike.
    ConflictId,
}

macro_rules! bytes_id {
    ($($(#[doc = $doc:literal])+ $name:ident of $length:literal),* $(,)?) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $length]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                let mut bytes = [0; $length];
                hex::decode_to_slice(text, &mut bytes).map_err(|_| BadId { kind: stringify!($name) })?;
                Ok(Self(bytes))
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = BadId;
            fn try_from(bytes: &[u8]) -> Result<Self, BadId> {
                bytes.try_into().map(Self).map_err(|_| BadId { kind: stringify!($name) })
            }
        }
    )*};
}

bytes_id! {
    /// The Automerge actor of one device: who wrote an operation is known by it alone (probe w in
    /// docs/domain/merges.md#probes).
    Actor of 16,
    /// The hash of one change of a document.
    ChangeHash of 32,
    /// The SHA-256 of a file, such as the original of a photo (R016).
    FileHash of 32,
}

impl Actor {
    /// The actor of the genesis change, which belongs to no device.
    pub const GENESIS: Self = Self(*b"hejie-case-v1\0\0\0");

    /// The actor of the server, which writes the first change of a case that comes from a channel,
    /// and nothing else.
    pub const SERVER: Self = Self(*b"hejie-server-v1\0");

    /// Set in the actors under which phones write in the confidential part.
    const CONFIDENTIAL: u8 = 0x80;

    /// The actor of a new phone, of random bytes.
    #[must_use]
    pub const fn drawn(random: [u8; 16]) -> Self {
        Self(random).phone()
    }

    /// The actor by which the phone is known: the one under which it writes the work.
    #[must_use]
    pub const fn phone(self) -> Self {
        self.writing(CasePart::Work)
    }

    /// The actor under which the same phone writes in a part.
    #[must_use]
    pub const fn writing(self, part: CasePart) -> Self {
        let mut bytes = self.0;
        match part {
            CasePart::Work => bytes[0] &= !Self::CONFIDENTIAL,
            CasePart::Confidential => bytes[0] |= Self::CONFIDENTIAL,
        }
        Self(bytes)
    }

    /// In which part an actor writes.
    #[must_use]
    pub const fn part(self) -> CasePart {
        if self.0[0] & Self::CONFIDENTIAL == 0 {
            CasePart::Work
        } else {
            CasePart::Confidential
        }
    }
}

macro_rules! serde_as_hex {
    ($($name:ident),*) => {$(
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                if s.is_human_readable() { s.collect_str(self) } else { s.serialize_bytes(&self.0) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                struct IdVisitor;
                impl serde::de::Visitor<'_> for IdVisitor {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(stringify!($name))
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<$name, E> {
                        $name::try_from(bytes).map_err(E::custom)
                    }
                }
                if d.is_human_readable() { d.deserialize_str(IdVisitor) } else { d.deserialize_bytes(IdVisitor) }
            }
        }
    )*};
}

serde_as_hex!(Actor, ChangeHash, FileHash);

macro_rules! checked_string {
    ($(#[doc = $doc:literal] $name:ident, $check:expr);* $(;)?) => {$(
        #[doc = $doc]
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The checked text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                let check: fn(&str) -> bool = $check;
                if check(text) { Ok(Self(text.into())) } else { Err(BadId { kind: stringify!($name) }) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<Self, BadId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(checked: $name) -> Self {
                checked.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

checked_string! {
    /// A situation of the catalogue, such as `N03-05` (23 categories, 114 situations; R111).
    SituationCode, |t| matches!(t.as_bytes(), [b'N' | b'P', a, b, b'-', c, d]
        if [a, b, c, d].iter().all(|x| x.is_ascii_digit()));
    /// A number of a case, such as `990101-2026-000123`; past 999999 it ends in seven digits.
    CaseNo, |t| {
        let parts: Vec<&str> = t.split('-').collect();
        matches!(parts[..], [county, year, n] if county.len() == 6 && year.len() == 4
            && (n.len() == 6 || n.len() == 7 && !n.starts_with('0'))
            && [county, year, n].iter().all(|p| p.bytes().all(|b| b.is_ascii_digit())))
    };
    /// The public code of a case (一案一码, LW28): ten letters and digits without look-alikes.
    PublicCode, |t| t.len() == 10 && t.bytes().all(|b| b"23456789ABCDEFGHJKMNPQRSTUVWXYZ".contains(&b));
    /// A region by its code: county 6, township 9, village 12 digits.
    RegionCode, |t| matches!(t.len(), 6 | 9 | 12) && t.bytes().all(|b| b.is_ascii_digit());
}

impl CaseId {
    /// The id of something that follows from this case: the same whenever the same follows, and
    /// another one for whatever else does.
    #[must_use]
    pub(crate) fn derive(self, what: &str) -> Uuid {
        let hash = Sha256::new()
            .chain_update("hejie effect 2\0")
            .chain_update(self.0)
            .chain_update(what)
            .finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }
}

impl SituationCode {
    /// The mark of a case of which nobody has said yet what it is about: a place for a situation
    /// that stands in no issue of the catalogue.
    pub const UNCLASSIFIED: &'static str = "N00-00";

    /// The situation of a case of which nobody has said yet what it is about.
    #[must_use]
    pub fn unclassified() -> Self {
        Self(Self::UNCLASSIFIED.into())
    }

    /// Whether nobody has said yet what the case is about.
    #[must_use]
    pub fn is_unclassified(&self) -> bool {
        self.0 == Self::UNCLASSIFIED
    }
}

impl RegionCode {
    /// The six digits of the county.
    #[must_use]
    pub fn county(&self) -> &str {
        self.0.get(..6).unwrap_or(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_made_from_time_and_randomness_is_a_version_7_uuid() {
        let id = EntryId::new(Timestamp::from_second(1_763_000_000).unwrap(), [7; 10]);
        assert_eq!(id.0.get_version_num(), 7);
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn a_phone_writes_in_each_part_under_an_actor_of_its_own() {
        let phone = Actor::drawn([0xff; 16]);
        let confidential = phone.writing(CasePart::Confidential);
        assert_eq!(phone.part(), CasePart::Work);
        assert_eq!(confidential.part(), CasePart::Confidential);
        assert_eq!(confidential.phone(), phone);
        assert_eq!(Actor::SERVER.part(), CasePart::Work);
        assert_eq!(Actor::GENESIS.part(), CasePart::Work);
    }

    #[test]
    fn checked_strings_refuse_what_they_are_not() {
        assert!("N03-05".parse::<SituationCode>().is_ok());
        assert!("N3-05".parse::<SituationCode>().is_err());
        assert!("990101-2026-000123".parse::<CaseNo>().is_ok());
        assert!("990101-2026-123".parse::<CaseNo>().is_err());
        assert!("990101-2026-1000000".parse::<CaseNo>().is_ok());
        assert!("990101-2026-0999999".parse::<CaseNo>().is_err());
        assert!("990101-2026-10000000".parse::<CaseNo>().is_err());
        assert!("2A3B4C5D6E".parse::<PublicCode>().is_ok());
        assert!("0A3B4C5D6E".parse::<PublicCode>().is_err());
        assert!(serde_json::from_str::<RegionCode>("\"990101001\"").is_ok());
        assert!(serde_json::from_str::<RegionCode>("\"9901\"").is_err());
    }
}
