//! The files of the repository as git sees them: tracked, and new ones that are not ignored.

use std::{path::PathBuf, process::Command};

/// A text file, by its path from the root of the repository.
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn is(&self, extension: &str) -> bool {
        self.path.ends_with(&format!(".{extension}"))
    }

    pub fn is_under(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| self.path.starts_with(folder))
    }

    /// Code that only tests run: a test crate, a test file, or the part of a file below its test
    /// attribute.
    pub fn is_test(&self) -> bool {
        self.path.starts_with("tests/")
            || self.path.contains("/tests/")
            || self.path.ends_with("tests.rs")
            || self.path.ends_with("_test.py")
            || self.path.contains("/test_")
            || [".test.ts", ".test.tsx", ".spec.ts"]
                .iter()
                .any(|end| self.path.ends_with(end))
    }

    /// The numbered lines before the tests that stand at the end of the file.
    pub fn product_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.numbered().take(if self.is_test() {
            0
        } else {
            self.first_test_line()
        })
    }

    /// The numbered lines of tests.
    pub fn test_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.numbered().skip(if self.is_test() {
            0
        } else {
            self.first_test_line()
        })
    }

    pub fn numbered(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }

    fn first_test_line(&self) -> usize {
        let lines: Vec<&str> = self.text.lines().collect();
        lines
            .windows(2)
            .position(|pair| {
                pair[0].trim() == "#[cfg(test)]"
                    && pair[1].trim_start().contains("mod ")
                    && pair[1].ends_with('{')
            })
            .unwrap_or(lines.len())
    }
}

/// A line without its comment, so that prose may name what code may not.
pub fn code_of(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ has a parent")
        .to_path_buf()
}

/// Every text file of the repository.
pub fn all() -> Vec<Source> {
    let read = |path: String| {
        let text = std::fs::read_to_string(root().join(&path)).ok()?;
        Some(Source { path, text })
    };
    paths().into_iter().filter_map(read).collect()
}

/// The path of every file of the repository.
pub fn paths() -> Vec<String> {
    let listed = Command::new("git")
        .args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ])
        .current_dir(root())
        .output()
        .expect("git lists the files of the repository");
    assert!(
        listed.status.success(),
        "{}",
        String::from_utf8_lossy(&listed.stderr)
    );
    String::from_utf8(listed.stdout)
        .expect("paths are UTF-8")
        .split_terminator('\0')
        .map(str::to_owned)
        .collect()
}

/// The files with one of these extensions.
pub fn with_extension(extensions: &[&str]) -> Vec<Source> {
    all()
        .into_iter()
        .filter(|source| extensions.iter().any(|extension| source.is(extension)))
        .collect()
}
