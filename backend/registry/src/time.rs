//! Times in Postgres: `timestamptz` is [`jiff::Timestamp`] on our side.
//!
//! Postgres keeps microseconds. A time of the server's clock has no more than that; a device's
//! claimed time is cut.

use jiff::{SignedDuration, Timestamp};
use sqlx::{
    Decode, Encode, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueFormat, PgValueRef},
};

/// Microseconds from the Unix epoch to 2000-01-01T00:00:00Z, from which Postgres counts.
const POSTGRES_EPOCH_MICROS: i64 = 946_684_800_000_000;

/// How far the clocks of servers may lie apart: so much further ahead a time may seem to be. What
/// lies further was set by a clock that was ahead and was put back.
pub(crate) const SKEW: SignedDuration = SignedDuration::from_secs(5);

/// A time as a `timestamptz` parameter or column: bind `Ts(now)`, read `Ts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ts(pub Timestamp);

impl From<Timestamp> for Ts {
    fn from(time: Timestamp) -> Self {
        Self(time)
    }
}

impl From<Ts> for Timestamp {
    fn from(ts: Ts) -> Self {
        ts.0
    }
}

impl Type<Postgres> for Ts {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("TIMESTAMPTZ")
    }
}

impl PgHasArrayType for Ts {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("TIMESTAMPTZ[]")
    }
}

impl Encode<'_, Postgres> for Ts {
    fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode(self.0.as_microsecond() - POSTGRES_EPOCH_MICROS, buf)
    }

    fn size_hint(&self) -> usize {
        size_of::<i64>()
    }
}

impl<'r> Decode<'r, Postgres> for Ts {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        match value.format() {
            PgValueFormat::Binary => {
                let micros = <i64 as Decode<Postgres>>::decode(value)?;
                let unix = micros
                    .checked_add(POSTGRES_EPOCH_MICROS)
                    .ok_or("a time beyond the calendar")?;
                Ok(Self(Timestamp::from_microsecond(unix)?))
            }
            PgValueFormat::Text => Ok(Self(value.as_str()?.parse()?)),
        }
    }
}
