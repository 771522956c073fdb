//! What stands in a cursor. A phone keeps it and gives it back; it means nothing there.

use hejie_case::ids::CaseId;
use hejie_wire::message::Cursor;
use uuid::Uuid;

/// How far a phone has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FeedPosition {
    /// It is receiving its whole caseload, case by case in the order of their ids.
    First {
        /// Where the feed ended when that began: it is read from there on afterwards.
        from: u64,
        /// The last case that was received.
        after: Option<CaseId>,
    },
    /// It has read the feed up to this row.
    Feed(u64),
}

const FIRST: u8 = 1;
const FEED: u8 = 2;

impl FeedPosition {
    pub(super) fn to_cursor(self) -> Cursor {
        let mut bytes = Vec::with_capacity(25);
        match self {
            Self::First { from, after } => {
                bytes.push(FIRST);
                bytes.extend(from.to_be_bytes());
                bytes.extend(after.iter().flat_map(|case| case.0.into_bytes()));
            }
            Self::Feed(seq) => {
                bytes.push(FEED);
                bytes.extend(seq.to_be_bytes());
            }
        }
        Cursor(bytes)
    }

    /// Reads a cursor. One that is not ours says nothing: the phone is then brought up from the
    /// beginning, which harms nobody.
    pub(super) fn from_cursor(cursor: &Cursor) -> Option<Self> {
        let (kind, rest) = cursor.0.split_first()?;
        let (number, rest) = rest.split_first_chunk()?;
        let number = u64::from_be_bytes(*number);
        match (*kind, rest.len()) {
            (FEED, 0) => Some(Self::Feed(number)),
            (FIRST, 0) => Some(Self::First {
                from: number,
                after: None,
            }),
            (FIRST, 16) => {
                let after = Uuid::from_slice(rest).ok().map(CaseId);
                Some(Self::First {
                    from: number,
                    after,
                })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_survives_the_phone() {
        let after = Some(CaseId(Uuid::from_u128(9)));
        for position in [
            FeedPosition::Feed(7),
            FeedPosition::First {
                from: 3,
                after: None,
            },
            FeedPosition::First { from: 3, after },
        ] {
            assert_eq!(
                FeedPosition::from_cursor(&position.to_cursor()),
                Some(position)
            );
        }
    }

    #[test]
    fn bytes_that_are_no_cursor_of_ours_are_none() {
        for bytes in [
            &b""[..],
            b"\x02",
            b"\x02\0\0\0\0\0\0\0\x01\0",
            b"\x09\0\0\0\0\0\0\0\x01",
            b"\x01\0\0\0\0\0\0\0\x01\0",
        ] {
            assert_eq!(FeedPosition::from_cursor(&Cursor(bytes.to_vec())), None);
        }
    }
}
