//! Tools that only developers need.

use super::{
    check::{Finding, State},
    words::Line,
};
use std::process::Command;

/// Looks for the tools of `make test`.
pub(super) fn tools() -> Vec<Finding> {
    let found = [
        (Line::Node, version("node", "--version")),
        (
            Line::Chromium,
            version("chromium", "--version").or_else(|| version("google-chrome", "--version")),
        ),
        (Line::Java, version("java", "--version")),
        (Line::Python, version("python3", "--version")),
    ];
    let finding = |(line, version): (Line, Option<String>)| match version {
        Some(version) => Finding::good(line, version),
        None => Finding::new(State::Optional, line, "-"),
    };
    found.into_iter().map(finding).collect()
}

fn version(program: &str, flag: &str) -> Option<String> {
    let output = Command::new(program)
        .arg(flag)
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    Some(
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .next()?
            .trim()
            .to_owned(),
    )
}
