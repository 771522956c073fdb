//! One pass over CBOR that allocates nothing: exactly one item, definite lengths only, bounded in
//! depth and number.
//!
//! The decoder behind it skips unknown fields with a stack of its own and believes claimed lengths
//! when it reserves memory; after this pass neither can be made to cost more than a small multiple
//! of the body.

use crate::limits::{MESSAGE_DEPTH, MESSAGE_ITEMS};

/// Checks that `bytes` are one CBOR item of permitted shape.
pub(super) fn check(bytes: &[u8]) -> Result<(), &'static str> {
    let mut rest = bytes;
    let mut open = OpenItems {
        left: [0; MESSAGE_DEPTH],
        depth: 0,
    };
    for _ in 0..MESSAGE_ITEMS {
        let children = item(&mut rest)?;
        if children > 0 {
            open.push(children)?;
        } else if open.item_ended() == Whole::Done {
            return if rest.is_empty() {
                Ok(())
            } else {
                Err("bytes left over")
            };
        }
    }
    Err("too many items")
}

/// How many items each open array, map or tag still waits for.
struct OpenItems {
    left: [u64; MESSAGE_DEPTH],
    depth: usize,
}

#[derive(PartialEq)]
enum Whole {
    Open,
    Done,
}

impl OpenItems {
    fn push(&mut self, children: u64) -> Result<(), &'static str> {
        *self.left.get_mut(self.depth).ok_or("nested too deeply")? = children;
        self.depth += 1;
        Ok(())
    }

    fn item_ended(&mut self) -> Whole {
        while let Some(left) = self.left[..self.depth].last_mut() {
            *left -= 1;
            if *left > 0 {
                return Whole::Open;
            }
            self.depth -= 1;
        }
        Whole::Done
    }
}

/// Reads one head with the content of strings; returns how many items follow inside.
fn item(rest: &mut &[u8]) -> Result<u64, &'static str> {
    let first = take(rest, 1)?[0];
    let argument = argument(first & 0x1f, rest)?;
    let children = match first >> 5 {
        2 | 3 => {
            take(rest, argument)?;
            0
        }
        4 => argument,
        5 => argument.checked_mul(2).ok_or("cut off")?,
        6 => 1,
        _ => 0,
    };
    // Every item takes a byte at least.
    if children > rest.len() as u64 {
        Err("cut off")
    } else {
        Ok(children)
    }
}

fn argument(info: u8, rest: &mut &[u8]) -> Result<u64, &'static str> {
    let width = match info {
        0..=23 => return Ok(u64::from(info)),
        24..=27 => 1 << (info - 24),
        31 => return Err("indefinite length"),
        _ => return Err("reserved length"),
    };
    Ok(take(rest, width)?
        .iter()
        .fold(0, |value, byte| value << 8 | u64::from(*byte)))
}

fn take<'a>(rest: &mut &'a [u8], len: u64) -> Result<&'a [u8], &'static str> {
    let len = usize::try_from(len).map_err(|_| "cut off")?;
    let (head, tail) = rest.split_at_checked(len).ok_or("cut off")?;
    *rest = tail;
    Ok(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_strings_arrays_maps_and_tags_pass() {
        for good in [
            &b"\x00"[..],
            b"\x63abc",
            b"\x82\x01\x80",
            b"\xa1\x61a\xa0",
            b"\xc1\x1a\x00\x00\x00\x01",
            b"\xf6",
        ] {
            assert_eq!(check(good), Ok(()), "{good:x?}");
        }
    }

    #[test]
    fn cut_off_and_left_over_bytes_are_refused() {
        assert_eq!(check(b""), Err("cut off"));
        assert_eq!(check(b"\x82\x01"), Err("cut off"));
        assert_eq!(check(b"\x00\x00"), Err("bytes left over"));
    }

    #[test]
    fn claims_of_huge_lengths_are_refused_at_once() {
        assert_eq!(
            check(b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff"),
            Err("cut off")
        );
        assert_eq!(
            check(b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff"),
            Err("cut off")
        );
        assert_eq!(
            check(b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff"),
            Err("cut off")
        );
    }

    #[test]
    fn deep_nesting_and_indefinite_lengths_are_refused() {
        assert_eq!(
            check(&[vec![0x81; 100_000], vec![0]].concat()),
            Err("nested too deeply")
        );
        assert_eq!(check(&vec![0xc1; 100_000]), Err("nested too deeply"));
        assert_eq!(check(b"\x9f\xff"), Err("indefinite length"));
    }

    #[test]
    fn more_items_than_a_message_may_have_are_refused() {
        let mut many = vec![0x9a, 0, 0x04, 0, 0];
        many.resize(5 + 0x40000, 0);
        assert_eq!(check(&many), Err("too many items"));
    }
}
