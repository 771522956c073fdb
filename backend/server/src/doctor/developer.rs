//! Tools that only developers need.

use super::{
    check::{CheckFinding, CheckState},
    words::CheckSubject,
};
use std::process::Command;

/// Looks for the tools of `make test`.
pub(super) fn tools() -> Vec<CheckFinding> {
    let found = [
        (CheckSubject::Node, version("node", "--version")),
        (
            CheckSubject::Chromium,
            version("chromium", "--version").or_else(|| version("google-chrome", "--version")),
        ),
        (CheckSubject::Java, version("java", "--version")),
        (CheckSubject::Python, version("python3", "--version")),
    ];
    let finding = |(line, version): (CheckSubject, Option<String>)| match version {
        Some(version) => CheckFinding::good(line, version),
        None => CheckFinding::new(CheckState::Optional, line, "-"),
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
