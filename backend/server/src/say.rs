//! Standard output of the commands. `println!` panics when the reader has gone, as `head` does;
//! here that is nobody's business.

use std::{
    fmt,
    io::{self, Write},
};

/// Writes a line for the person who called the command.
pub(crate) fn say(line: fmt::Arguments<'_>) {
    writeln!(io::stdout(), "{line}").ok();
}

/// Writes a line about what went wrong.
pub(crate) fn complain(line: fmt::Arguments<'_>) {
    writeln!(io::stderr(), "{line}").ok();
}
