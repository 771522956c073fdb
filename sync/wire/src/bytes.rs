//! Bytes as serde writes them: a byte string on the wire, hexadecimal where people read.

use serde::{Deserialize, Deserializer, Serializer, de::Error};
use serde_bytes::ByteBuf;

pub(crate) fn serialize<T: AsRef<[u8]>, S: Serializer>(bytes: &T, s: S) -> Result<S::Ok, S::Error> {
    if s.is_human_readable() {
        s.serialize_str(&hex::encode(bytes))
    } else {
        s.serialize_bytes(bytes.as_ref())
    }
}

pub(crate) fn deserialize<'de, T, D>(d: D) -> Result<T, D::Error>
where
    T: TryFrom<Vec<u8>>,
    D: Deserializer<'de>,
{
    let bytes = if d.is_human_readable() {
        let text = String::deserialize(d)?;
        hex::decode(text).map_err(D::Error::custom)?
    } else {
        ByteBuf::deserialize(d)?.into_vec()
    };
    T::try_from(bytes).map_err(|_| D::Error::custom("another number of bytes"))
}
