//! How long a phone takes to build its index and to answer a query, beside a plain scan over the
//! same entries.

use crate::program::now;
use hejie_case::search::{SearchEntry, SearchIndex, entries};
use serde_json::{Value, json};
use std::{collections::BTreeSet, error::Error, hint::black_box, path::Path, time::Duration};

const BUILDS: usize = 20;
const ROUNDS: usize = 50;
const LIMIT: usize = 20;

/// Words of two characters, names, sentences, codes, and what stands nowhere.
const QUERIES: [&str; 20] = [
    "漏水",
    "彩礼",
    "讨薪",
    "家暴",
    "押金",
    "赔偿",
    "调解",
    "协议",
    "司法确认",
    "人身安全保护令",
    "楼上漏水把天花板泡了",
    "健身房跑路了卡里还有钱怎么办",
    "对方不履行协议怎么办",
    "老板拖欠十几个人工资三个月",
    "我是人民调解员请两位把经过告诉我",
    "N03-05",
    "12315",
    "AED",
    "饕餮",
    "不",
];

pub fn measure(_: &Path) -> Result<Value, Box<dyn Error>> {
    let all = entries();
    let mut builds: Vec<Duration> = (0..BUILDS)
        .map(|_| {
            let copy = all.clone();
            timed(|| drop(black_box(SearchIndex::build(copy))))
        })
        .collect();
    let index = SearchIndex::build(all.clone());
    let mut indexed = each(|query| drop(black_box(index.search(query, LIMIT))));
    let mut scanned = each(|query| drop(black_box(scan(&all, query))));
    Ok(json!({
        "entries": all.len(),
        "characters": all.iter().map(|entry| entry.text.chars().count()).sum::<usize>(),
        "build_ms": millis(middle(&mut builds)),
        "queries": QUERIES.len(),
        "found": QUERIES.iter().filter(|query| !index.search(query, LIMIT).is_empty()).count(),
        "limit_ms": 50,
        "index": spread(&mut indexed),
        "linear_scan": spread(&mut scanned),
    }))
}

/// What one would write without an index: look for every pair of the query in every entry, and sort
/// by how many are there.
fn scan<'e>(all: &'e [SearchEntry], query: &str) -> Vec<(usize, &'e SearchEntry)> {
    let characters: Vec<char> = query.to_lowercase().chars().collect();
    let pairs: BTreeSet<String> = characters
        .windows(2)
        .map(|pair| pair.iter().collect())
        .collect();
    let counted = all.iter().map(|entry| {
        let text = format!("{} {}", entry.title, entry.text).to_lowercase();
        (
            pairs
                .iter()
                .filter(|pair| text.contains(pair.as_str()))
                .count(),
            entry,
        )
    });
    let mut found: Vec<_> = counted.filter(|(count, _)| *count > 0).collect();
    found.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    found.truncate(LIMIT);
    found
}

fn each(run: impl Fn(&str)) -> Vec<Duration> {
    let rounds = (0..ROUNDS).flat_map(|_| QUERIES);
    rounds.map(|query| timed(|| run(query))).collect()
}

fn timed(run: impl FnOnce()) -> Duration {
    let began = now();
    run();
    began.elapsed()
}

fn spread(times: &mut [Duration]) -> Value {
    json!({
        "median_ms": millis(middle(times)),
        "p99_ms": millis(times.get(times.len() * 99 / 100).copied().unwrap_or_default()),
        "max_ms": millis(times.last().copied().unwrap_or_default()),
    })
}

fn middle(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}
