//! The scripts: that they can be started, and that the sum at the end of `make test` is the sum of
//! what ran.

use crate::tree;
use std::{
    io::Write,
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
};

/// What the counter of the test script makes of the output of one part.
fn counted(output: &str) -> String {
    let mut awk = Command::new("awk")
        .args(["-f", "scripts/count-tests.awk"])
        .current_dir(tree::root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    awk.stdin
        .take()
        .unwrap()
        .write_all(output.as_bytes())
        .unwrap();
    String::from_utf8(awk.wait_with_output().unwrap().stdout)
        .unwrap()
        .trim()
        .into()
}

#[test]
fn every_runner_is_counted() {
    assert_eq!(
        counted(
            "test result: ok. 12 passed; 1 failed; 0 ignored; 0 measured\ntest result: ok. 3 passed; 0 failed; 0 ignored\n"
        ),
        "15 1"
    );
    assert_eq!(
        counted(" Test Files  1 passed (1)\n      Tests  2 failed | 3 passed (5)\n"),
        "3 2"
    );
    assert_eq!(
        counted("  1 failed\n    [chromium] › a.spec.ts\n  2 did not run\n  7 passed (12.3s)\n"),
        "7 3"
    );
    assert_eq!(
        counted("Ran 5 tests in 0.1s\n\nFAILED (failures=1, errors=2)\n"),
        "2 3"
    );
    assert_eq!(counted("\u{1b}[32m  4 passed (1.2s)\u{1b}[0m\n"), "4 0");
}

#[test]
fn a_closing_line_of_our_own_outweighs_the_runners_and_silence_counts_nothing() {
    assert_eq!(
        counted("test result: ok. 12 passed; 0 failed\n2 passed, 0 failed\n9 passed, 1 failed\n"),
        "9 1"
    );
    assert_eq!(counted("Finished `dev` profile\n"), "");
}

#[test]
fn scripts_can_be_started() {
    for source in tree::all()
        .iter()
        .filter(|source| source.text.starts_with("#!"))
    {
        let mode = std::fs::metadata(tree::root().join(&source.path))
            .unwrap()
            .permissions()
            .mode();
        assert!(
            mode & 0o111 != 0,
            "{}: has a #! line but cannot be executed; chmod +x",
            source.path
        );
    }
}
