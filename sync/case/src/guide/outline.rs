//! The plain outline in which guides and routes are written: `# code title`, `## heading`, and
//! lines, with or without a dash.

/// A chapter: what stands under one `#`.
pub(super) struct Chapter {
    pub(super) code: String,
    pub(super) title: String,
    /// Heading and line; the heading is empty before the first `##`.
    pub(super) lines: Vec<(String, String)>,
}

/// Reads the chapters of a file.
pub(super) fn read(text: &str) -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = Vec::new();
    let mut heading = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(title) = line.strip_prefix("# ") {
            let (code, title) = title.split_once(' ').unwrap_or((title, ""));
            heading.clear();
            chapters.push(Chapter {
                code: code.to_owned(),
                title: title.to_owned(),
                lines: Vec::new(),
            });
        } else if let Some(title) = line.strip_prefix("## ") {
            title.clone_into(&mut heading);
        } else if let Some(chapter) = chapters.last_mut() {
            let line = line.strip_prefix("- ").unwrap_or(line);
            chapter.lines.push((heading.clone(), line.to_owned()));
        }
    }
    chapters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_is_read_chapter_by_chapter() {
        let read = read("# N01 家庭\n一句\n\n## 问\n- `a` 问这个\n# N02 邻里\n## 险\n- 刀\n");
        assert_eq!(read.len(), 2);
        assert_eq!(
            (read[0].code.as_str(), read[0].title.as_str()),
            ("N01", "家庭")
        );
        let first = [("", "一句"), ("问", "`a` 问这个")].map(|(a, b)| (a.into(), b.into()));
        assert_eq!(read[0].lines, first);
        assert_eq!(read[1].lines, [("险".into(), "刀".into())]);
    }
}
