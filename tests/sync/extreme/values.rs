//! What somebody may put into any field, whatever it is for, and which of it is tried this time.

use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde_json::{Map, Value, json};

/// Chooses what is tried. The seed is printed and taken from `HEJIE_TEST_SEED`; with
/// `HEJIE_TEST_DEEP` ten times as much is tried.
pub struct Dice {
    /// Where the choice comes from.
    pub seed: u64,
    rng: StdRng,
    deep: bool,
}

impl Dice {
    /// The dice of this run.
    pub fn cast() -> Self {
        let seed = std::env::var("HEJIE_TEST_SEED")
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(20_261_129);
        let deep = std::env::var_os("HEJIE_TEST_DEEP").is_some();
        println!("HEJIE_TEST_SEED={seed} HEJIE_TEST_DEEP={deep}");
        Self {
            seed,
            rng: StdRng::seed_from_u64(seed),
            deep,
        }
    }

    /// Some of these in any order, ten times as many in a deep run.
    pub fn some<T>(&mut self, mut all: Vec<T>, count: usize) -> Vec<T> {
        all.shuffle(&mut self.rng);
        all.truncate(if self.deep { 10 * count } else { count });
        all
    }

    /// A number below this.
    pub fn below(&mut self, end: usize) -> usize {
        self.rng.random_range(0..end)
    }
}

/// Words, far days and moments, and what is no text at all.
pub fn words() -> Vec<String> {
    let mut words: Vec<String> = [
        "\0",
        "前\0后",
        "\u{1}\u{7f}",
        "\u{85}",
        "",
        "   ",
        "\u{301}",
        "\u{200d}\u{feff}",
        "\u{ffff}\u{10ffff}",
        "13900000001 👨‍👩‍👧 \u{202e}",
        "-009999-01-02T01:59:59Z",
        "0001-01-01",
        "9999-12-31",
        "9999-12-30T22:00:00Z",
        "9999-12-31T23:59:59Z",
        "+010000-01-01T00:00:00Z",
        "-009999-01-01",
        "110101001",
        "000000",
        "null",
        "NaN",
        "{",
        "' or 1=1; --",
    ]
    .map(str::to_owned)
    .to_vec();
    words.extend([
        format!("e{}", "\u{301}".repeat(500)),
        "\u{301}".repeat(20_000),
        "长".repeat(20_000),
        "长".repeat(30_000),
        "x".repeat(1_000_000),
    ]);
    words
}

/// Any JSON: words, numbers of all sizes, other types, deep nesting, long lists, many keys.
pub fn extremes() -> Vec<Value> {
    let mut values: Vec<Value> = words().into_iter().map(Value::from).collect();
    values.extend([
        json!(0),
        json!(-0.0),
        json!(-1),
        json!(6),
        json!(255),
        json!(1_u64 << 31),
        json!(u32::MAX),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(1_u64 << 63),
        json!(u64::MAX),
        json!(-180.5),
        json!(1e300),
        json!(5e-324),
        json!(true),
        Value::Null,
        json!([]),
        json!({}),
        json!({ "type": "\0", "\0": "\0" }),
        nested(100),
        Value::from(vec![0; 20_000]),
        Value::from(vec!["9999-12-31"; 300]),
        (0..3_000)
            .map(|n| (n.to_string(), json!(n)))
            .collect::<Map<_, _>>()
            .into(),
    ]);
    values
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(Value::Null, |inner, n| {
        if n % 2 == 0 {
            json!([inner])
        } else {
            json!({ "内": inner })
        }
    })
}

/// What stands in no JSON value, but may be written where one is read.
pub fn scrawls() -> Vec<Vec<u8>> {
    let deep = |n: usize| [vec![b'['; n], vec![b']'; n]].concat();
    vec![
        b"1e400".to_vec(),
        b"{\"at\":-1e400}".to_vec(),
        b"NaN".to_vec(),
        b"\"\\ud800\"".to_vec(),
        b"\"\\u0000\"".to_vec(),
        b"{\"a\":1,\"a\":\"\\u0000\"}".to_vec(),
        b"{\"why\":\"\xff\xfe\"}".to_vec(),
        b"99999999999999999999999999999999999999999".to_vec(),
        b"".to_vec(),
        deep(120),
        deep(10_000),
        vec![b' '; 100_000],
    ]
}

/// Every value of a record that is no list and no map, by its pointer.
pub fn leaves(value: &Value) -> Vec<String> {
    let all = places(value).into_iter();
    let is_leaf = |place: &String| {
        let there = value.pointer(place);
        !there.is_some_and(|there| there.is_object() || there.is_array())
    };
    all.filter(is_leaf).collect()
}

/// Every value of a record by its pointer, lists and maps too.
pub fn places(value: &Value) -> Vec<String> {
    let mut places = vec![String::new()];
    match value {
        Value::Object(entries) => {
            places.extend(entries.iter().flat_map(|(key, value)| below(key, value)));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            places.extend(items.flat_map(|(at, value)| below(&at.to_string(), value)));
        }
        _ => {}
    }
    places
}

fn below(key: &str, value: &Value) -> Vec<String> {
    let below = places(value).into_iter();
    below.map(|rest| format!("/{key}{rest}")).collect()
}
