//! What readers and checks of a body say in English, in Chinese: whoever sends it reads one voice,
//! whichever of them refused it. A sentence that is Chinese already stays as it is.

/// A value of another kind than its field.
const KIND: [(&str, &str); 8] = [
    ("a boolean", "true或false"),
    ("a string", "文字"),
    ("a formatted UUID string", "编号（UUID）"),
    ("a sequence", "列表"),
    ("a map", "对象"),
    ("struct", "对象"),
    ("f64", "数值"),
    ("unit", "空值"),
];

/// What is wrong with a value whose reader names the kind that it expected.
const EXPECTED: [(&str, &str); 5] = [
    (
        "RegionCode",
        "行政区划代码应为6位（县）、9位（乡镇）或12位（村）数字。",
    ),
    ("SituationCode", "纠纷情形代码应形如 N03-05，见目录。"),
    ("CaseNo", "案号应形如 990101-2026-000123。"),
    ("Uuid", "编号应形如 0199f3a2-7b1c-7000-8000-000000000000。"),
    ("UUID", "编号应形如 0199f3a2-7b1c-7000-8000-000000000000。"),
];

/// One finding: the field, as a path, and the sentence of what is wrong there.
pub(super) fn finding(path: &str, said: &str) -> String {
    let (path, zh) = match quoted_after(said, "missing field ") {
        Some(field) => (joined(path, field), "缺少此项，请填写。".to_owned()),
        None => (path.to_owned(), sentence(said)),
    };
    match path.as_str() {
        "" | "." => format!("body: {zh}"),
        path => format!("{path}: {zh}"),
    }
}

/// What a reader of JSON or of a query says, which begins with the path of the field.
pub(super) fn of_reader(text: &str) -> String {
    let text = text.split(" at line ").next().unwrap_or(text);
    match text.split_once(": ") {
        Some((path, said)) if is_path(path) => finding(path, said),
        _ => finding("", text),
    }
}

/// A finding of a check, one a line as `garde` writes them.
pub(super) fn of_check(report: &str) -> String {
    let lines = report
        .trim_end()
        .lines()
        .map(|line| match line.split_once(": ") {
            Some((path, said)) => finding(path, said),
            None => finding("", line),
        });
    lines.collect::<Vec<_>>().join("\n")
}

fn sentence(said: &str) -> String {
    if is_chinese(said) {
        return said.to_owned();
    }
    known(said).unwrap_or_else(|| "内容不符合此项的格式，请核对后重新填写。".to_owned())
}

/// Whether a sentence is Chinese, whatever it quotes of a value.
fn is_chinese(said: &str) -> bool {
    let mut unquoted = said.split(['`', '"']).step_by(2);
    unquoted.any(|part| part.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)))
}

fn known(said: &str) -> Option<String> {
    if let Some(number) = said.strip_prefix("length is lower than ") {
        return Some(match number {
            "1" => "此项不能为空，请填写。".to_owned(),
            least => format!("内容太短：至少{least}字。"),
        });
    }
    if let Some(most) = said.strip_prefix("length is greater than ") {
        return Some(format!("内容太长：最多{most}字，请缩短后再提交。"));
    }
    if let Some(least) = said.strip_prefix("lower than ") {
        return Some(format!("数值太小：最小{least}。"));
    }
    if let Some(most) = said.strip_prefix("greater than ") {
        return Some(format!("数值太大：最大{most}。"));
    }
    if said.starts_with("unknown variant") {
        return Some(match expected(said) {
            Some(words) => format!("没有这个词，可用的有：{words}。"),
            None => "没有这个词，请核对后重新填写。".to_owned(),
        });
    }
    if said.starts_with("unknown field") {
        return Some("没有这一字段，请核对字段名。".to_owned());
    }
    let mut named = EXPECTED.iter();
    if let Some((_, zh)) = named.find(|(kind, _)| said.contains(kind)) {
        return Some((*zh).to_owned());
    }
    of_kind(said).or_else(|| of_time(said))
}

/// The words of which one was expected.
fn expected(said: &str) -> Option<String> {
    let (_, words) = said.split_once("expected ")?;
    let words = words.strip_prefix("one of ").unwrap_or(words);
    let words: Vec<&str> = words.split('`').skip(1).step_by(2).collect();
    (!words.is_empty()).then(|| words.join("、"))
}

fn of_kind(said: &str) -> Option<String> {
    let is_kind = ["invalid type", "invalid value", "invalid length"]
        .iter()
        .any(|begin| said.starts_with(begin));
    let (_, wanted) = said.split_once("expected ").filter(|_| is_kind)?;
    let wanted = wanted.trim_start_matches("an ").trim();
    let whole = ["u8", "u16", "u32", "u64", "usize", "i32", "i64"];
    if whole.iter().any(|kind| wanted.starts_with(kind)) {
        return Some("应为整数，且不小于零、不超出范围。".to_owned());
    }
    let mut kinds = KIND.iter();
    let kind = kinds.find(|(kind, _)| wanted.starts_with(kind));
    kind.map(|(_, zh)| format!("类型不对：应为{zh}。"))
}

/// What the reader of moments and days says differs with the place where it stopped.
fn of_time(said: &str) -> Option<String> {
    let is_time = [
        "timestamp",
        "datetime",
        "RFC 3339",
        "civil",
        "date",
        "time zone",
        "offset",
        "year",
        "month",
        "day",
        "hour",
        "minute",
        "second",
    ]
    .iter()
    .any(|word| said.contains(word));
    is_time.then(|| {
        "时间格式不正确：应形如 2026-03-02T09:00:00+08:00，日期应形如 2026-03-02。".to_owned()
    })
}

/// Whether a text is the path of a field and not the beginning of a sentence.
fn is_path(text: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']' | '?' | '-');
    !text.is_empty() && text.chars().all(is_part)
}

fn quoted_after<'a>(said: &'a str, begin: &str) -> Option<&'a str> {
    said.strip_prefix(begin)?.split('`').nth(1)
}

fn joined(path: &str, field: &str) -> String {
    match path {
        "" | "." => field.to_owned(),
        path => format!("{path}.{field}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only its reader is asked")]
    struct Body {
        count: u32,
        word: Word,
        at: jiff::Timestamp,
        id: uuid::Uuid,
        region: hejie_case::ids::RegionCode,
        is: bool,
        list: Vec<String>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        First,
        Second,
    }

    #[test]
    fn what_a_reader_refuses_is_said_in_chinese_with_its_field() {
        let good = json!({
            "count": 1, "word": "first", "at": "2026-03-02T01:00:00Z", "is": true, "list": ["a"],
            "id": "0199f3a2-7b1c-7000-8000-000000000000", "region": "990101",
        });
        let (_, _) = (Word::First, Word::Second);
        for (field, value, zh) in [
            ("count", json!(-1), "整数"),
            ("count", json!("x"), "整数"),
            ("word", json!("third"), "first、second"),
            ("at", json!("昨天"), "时间格式"),
            ("at", json!("2026-13-02T01:00:00Z"), "时间格式"),
            ("id", json!("no"), "编号"),
            ("region", json!("99"), "9位"),
            ("is", json!(3), "true"),
            ("list", json!("a"), "列表"),
        ] {
            let mut body = good.clone();
            body[field] = value;
            let text = body.to_string();
            let read = axum::Json::<Body>::from_bytes(text.as_bytes());
            let said = match read.map(|_| ()) {
                Err(rejection) => rejection.body_text(),
                Ok(()) => panic!("{field} was read"),
            };
            let said = super::super::extract::of_field(&said);
            assert!(said.starts_with(&format!("{field}: ")), "{said}");
            assert!(said.contains(zh), "{said}");
            assert!(
                !said.contains("expected") && !said.contains("invalid"),
                "{said}"
            );
        }
    }

    #[test]
    fn a_field_that_is_missing_is_named_and_so_is_what_a_check_refuses() {
        assert_eq!(
            of_reader("missing field `b` at line 1 column 2"),
            "b: 缺少此项，请填写。"
        );
        assert_eq!(
            of_reader("a.c: missing field `b`"),
            "a.c.b: 缺少此项，请填写。"
        );
        let report = "a: length is lower than 1\nb[0]: length is greater than 60\nc: 已是中文。\n";
        assert_eq!(
            of_check(report),
            "a: 此项不能为空，请填写。\nb[0]: 内容太长：最多60字，请缩短后再提交。\nc: 已是中文。"
        );
    }
}
