//! The command `hejie`.
fn main() {}
