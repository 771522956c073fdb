//! A cursor over bytes that nobody trusts.

use crate::gate::GateError;

/// Reads from the front and never behind the end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ByteReader<'a> {
    rest: &'a [u8],
}

impl<'a> ByteReader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn take(&mut self, len: u64) -> Result<&'a [u8], GateError> {
        let len = usize::try_from(len).map_err(|_| GateError::CutOff)?;
        let (head, rest) = self.rest.split_at_checked(len).ok_or(GateError::CutOff)?;
        self.rest = rest;
        Ok(head)
    }

    /// An unsigned LEB128 number in its shortest form.
    pub(crate) fn uint(&mut self) -> Result<u64, GateError> {
        let bytes = self.number()?;
        let last = bytes[bytes.len() - 1];
        let overlong = bytes.len() > 1 && last == 0;
        let too_large = bytes.len() == 10 && last > 1;
        if overlong || too_large {
            return Err(GateError::Number);
        }
        Ok(bytes
            .iter()
            .rev()
            .fold(0, |value, byte| value << 7 | u64::from(byte & 0x7f)))
    }

    /// A signed LEB128 number in its shortest form.
    pub(crate) fn int(&mut self) -> Result<i64, GateError> {
        let bytes = self.number()?;
        let last = bytes[bytes.len() - 1];
        let sign_before = bytes.len() > 1 && bytes[bytes.len() - 2] & 0x40 != 0;
        let overlong =
            bytes.len() > 1 && (last == 0 && !sign_before || last == 0x7f && sign_before);
        let too_large = bytes.len() == 10 && last != 0 && last != 0x7f;
        if overlong || too_large {
            return Err(GateError::Number);
        }
        let start = if last & 0x40 != 0 { -1 } else { 0 };
        Ok(bytes.iter().rev().fold(start, |value: i64, byte| {
            value << 7 | i64::from(byte & 0x7f)
        }))
    }

    /// UTF-8 text of at most `most` bytes behind its length.
    pub(crate) fn text(&mut self, most: u64) -> Result<&'a str, GateError> {
        let len = self.uint()?;
        if len > most {
            return Err(GateError::TooLarge);
        }
        std::str::from_utf8(self.take(len)?).map_err(|_| GateError::Text)
    }

    /// The bytes of one LEB128 number: ten at most, the last one without continuation bit.
    fn number(&mut self) -> Result<&'a [u8], GateError> {
        match self.rest.iter().take(10).position(|byte| byte & 0x80 == 0) {
            Some(last) => self.take(last as u64 + 1),
            None if self.rest.len() < 10 => Err(GateError::CutOff),
            None => Err(GateError::Number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hejie_case::reason::Explain;

    fn uint(bytes: &[u8]) -> Result<u64, &'static str> {
        ByteReader::new(bytes).uint().map_err(|e| e.code())
    }

    fn int(bytes: &[u8]) -> Result<i64, &'static str> {
        ByteReader::new(bytes).int().map_err(|e| e.code())
    }

    #[test]
    fn unsigned_numbers_are_read_in_their_shortest_form_only() {
        assert_eq!(uint(&[0x7f]), Ok(127));
        assert_eq!(uint(&[0x80, 0x01]), Ok(128));
        assert_eq!(
            uint(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
            Ok(u64::MAX)
        );
        assert_eq!(uint(&[0x80, 0x00]), Err("change_number"));
        assert_eq!(
            uint(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]),
            Err("change_number")
        );
        assert_eq!(uint(&[0x80; 11]), Err("change_number"));
        assert_eq!(uint(&[0x80]), Err("change_cut_off"));
    }

    #[test]
    fn signed_numbers_are_read_in_their_shortest_form_only() {
        assert_eq!(int(&[0x3f]), Ok(63));
        assert_eq!(int(&[0x40]), Ok(-64));
        assert_eq!(int(&[0xc0, 0x00]), Ok(64));
        assert_eq!(int(&[0xbf, 0x7f]), Ok(-65));
        assert_eq!(
            int(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f]),
            Ok(i64::MIN)
        );
        assert_eq!(
            int(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00]),
            Ok(i64::MAX)
        );
        assert_eq!(int(&[0xbf, 0x00]), Err("change_number"));
        assert_eq!(int(&[0xc0, 0x7f]), Err("change_number"));
        assert_eq!(
            int(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]),
            Err("change_number")
        );
    }
}
