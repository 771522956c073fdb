//! Columns row by row: run-length encoded values, differences, and booleans.
//!
//! A run may claim any length; it costs nothing until its rows are asked for, and the caller asks
//! for no more rows than there are operations.

use super::ByteReader;
use crate::{gate::GateError, limits};

/// A value as it stands in a column.
pub(super) trait ColumnValue<'a>: Copy {
    fn read(reader: &mut ByteReader<'a>) -> Result<Self, GateError>;
}

impl ColumnValue<'_> for u64 {
    fn read(reader: &mut ByteReader<'_>) -> Result<Self, GateError> {
        reader.uint()
    }
}

impl ColumnValue<'_> for i64 {
    fn read(reader: &mut ByteReader<'_>) -> Result<Self, GateError> {
        reader.int()
    }
}

impl<'a> ColumnValue<'a> for &'a str {
    fn read(reader: &mut ByteReader<'a>) -> Result<Self, GateError> {
        reader.text(limits::KEY_BYTES)
    }
}

/// A column of optional values. A column that is absent has nulls without end.
pub(super) struct Values<'a, T> {
    reader: ByteReader<'a>,
    run: ColumnRun<T>,
}

#[derive(Clone, Copy)]
enum ColumnRun<T> {
    Absent,
    Nulls(u64),
    Same(T, u64),
    Different(u64),
}

impl<'a, T: ColumnValue<'a>> Values<'a, T> {
    pub(super) fn new(column: &'a [u8]) -> Self {
        let run = if column.is_empty() {
            ColumnRun::Absent
        } else {
            ColumnRun::Nulls(0)
        };
        Self {
            reader: ByteReader::new(column),
            run,
        }
    }

    /// The value of the next row.
    pub(super) fn next(&mut self) -> Result<Option<T>, GateError> {
        loop {
            match &mut self.run {
                ColumnRun::Absent => return Ok(None),
                ColumnRun::Nulls(0) | ColumnRun::Same(_, 0) | ColumnRun::Different(0) => {
                    self.run = self.next_run()?;
                }
                ColumnRun::Nulls(left) => {
                    *left -= 1;
                    return Ok(None);
                }
                ColumnRun::Same(value, left) => {
                    *left -= 1;
                    return Ok(Some(*value));
                }
                ColumnRun::Different(left) => {
                    *left -= 1;
                    return T::read(&mut self.reader).map(Some);
                }
            }
        }
    }

    /// The value of the next row of a column that has no nulls.
    pub(super) fn next_present(&mut self) -> Result<T, GateError> {
        self.next()?.ok_or(GateError::Rows)
    }

    pub(super) fn is_absent(&self) -> bool {
        matches!(self.run, ColumnRun::Absent)
    }

    /// Whether every row of the column has been read.
    pub(super) fn is_done(&self) -> bool {
        match self.run {
            ColumnRun::Absent => true,
            ColumnRun::Nulls(left) | ColumnRun::Same(_, left) | ColumnRun::Different(left) => {
                left == 0 && self.reader.is_empty()
            }
        }
    }

    fn next_run(&mut self) -> Result<ColumnRun<T>, GateError> {
        if self.reader.is_empty() {
            return Err(GateError::Rows);
        }
        let length = self.reader.int()?;
        match length {
            0 => match self.reader.uint()? {
                0 => Err(GateError::Rows),
                nulls => Ok(ColumnRun::Nulls(nulls)),
            },
            1.. => Ok(ColumnRun::Same(
                T::read(&mut self.reader)?,
                length.unsigned_abs(),
            )),
            _ => Ok(ColumnRun::Different(length.unsigned_abs())),
        }
    }
}

/// A column of counters, each written as its difference from the one before.
pub(super) struct Differences<'a> {
    steps: Values<'a, i64>,
    at: i64,
}

impl<'a> Differences<'a> {
    pub(super) fn new(column: &'a [u8]) -> Self {
        Self {
            steps: Values::new(column),
            at: 0,
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<u64>, GateError> {
        let Some(step) = self.steps.next()? else {
            return Ok(None);
        };
        self.at = self.at.checked_add(step).ok_or(GateError::Counter)?;
        u64::try_from(self.at)
            .map(Some)
            .map_err(|_| GateError::Counter)
    }

    pub(super) fn is_done(&self) -> bool {
        self.steps.is_done()
    }
}

/// A column of booleans: lengths of runs of false and true by turns, beginning with false.
pub(super) struct Booleans<'a> {
    reader: ByteReader<'a>,
    value: bool,
    left: u64,
    runs: Runs,
}

#[derive(PartialEq)]
enum Runs {
    None,
    Some,
}

impl<'a> Booleans<'a> {
    pub(super) fn new(column: &'a [u8]) -> Self {
        Self {
            reader: ByteReader::new(column),
            value: true,
            left: 0,
            runs: Runs::None,
        }
    }

    pub(super) fn next(&mut self) -> Result<bool, GateError> {
        while self.left == 0 {
            if self.reader.is_empty() {
                return Err(GateError::Rows);
            }
            self.left = self.reader.uint()?;
            // Only the first run may be empty: when the column begins with true.
            if self.left == 0 && self.runs == Runs::Some {
                return Err(GateError::Rows);
            }
            self.runs = Runs::Some;
            self.value = !self.value;
        }
        self.left -= 1;
        Ok(self.value)
    }

    pub(super) fn is_done(&self) -> bool {
        self.left == 0 && self.reader.is_empty()
    }
}
