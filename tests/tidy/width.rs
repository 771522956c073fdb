//! Comments wrap at a hundred columns, so that two files fit beside each other.

use crate::{
    assert_tidy, file,
    tree::{self, Source},
};

const COLUMNS: usize = 100;

/// Lines that are a comment alone and too wide. What cannot be broken is let through: a row of a
/// table, an instruction to a linter, an address.
fn wide_comments(sources: &[Source]) -> Vec<String> {
    let mut findings = Vec::new();
    for source in sources {
        let sign = match source.path.rsplit('.').next() {
            Some("rs" | "ts" | "tsx" | "kt" | "swift") => "//",
            _ => "#",
        };
        let wide = source.numbered().filter(|(_, line)| {
            let text = line.trim_start();
            let behind = text.trim_start_matches(['/', '!', '#']).trim_start();
            let is_whole = behind.starts_with('|')
                || behind.starts_with("biome-ignore")
                || !behind.contains(' ');
            text.starts_with(sign)
                && !text.starts_with("#[")
                && !is_whole
                && line.chars().count() > COLUMNS
        });
        findings.extend(wide.map(|(number, _)| {
            let path = &source.path;
            format!("{path}:{number}: this comment is wider than {COLUMNS} columns: wrap it")
        }));
    }
    findings
}

#[test]
fn comments_wrap_at_a_hundred_columns() {
    let kinds = ["rs", "ts", "tsx", "kt", "swift", "sh", "py", "toml"];
    assert_tidy(&wide_comments(&tree::with_extension(&kinds)));
}

#[test]
fn a_wide_comment_is_found_and_a_row_of_a_table_is_not() {
    let wide = "a word ".repeat(15);
    let text = format!("/// {wide}\n/// | {wide}\nlet s = \"{wide}\";\n// short\n");
    assert_eq!(wide_comments(&[file("a.rs", &text)]).len(), 1);
    assert_eq!(
        wide_comments(&[file("a.sh", &format!("# {wide}\n"))]).len(),
        1
    );
}
