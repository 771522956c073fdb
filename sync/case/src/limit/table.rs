//! The table, by the names under which records and documents write their fields.

use super::{MAX_CENTS, MAX_PERSONS, RATING};

/// A field and its limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FieldLimit {
    /// Its name in records, documents and messages.
    pub name: &'static str,
    /// What may stand there.
    pub limit: Limit,
    /// What the author of another value reads.
    pub zh: &'static str,
}

/// What may stand in a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// A whole number, both ends included.
    Whole {
        /// The least.
        least: u64,
        /// The most.
        most: u64,
    },
    /// Degrees, as far as this from zero.
    Degrees(f64),
    /// A distance in metres, not negative.
    Metres,
    /// A moment or a day of the years 1900 to 2199.
    Time,
    /// A moment at which something is said to have happened that brings a case: since the year
    /// 2000, and where somebody looks at a clock ([`super::of_happened`]) not in the future.
    Happened,
    /// The masked name of somebody, of at most so many characters.
    Mask(usize),
    /// A word of at most so many characters.
    Word(usize),
    /// Words on one line, of at most so many characters: a name, a number, a key.
    Line(usize),
}

const TIME: &str = "日期不正确：应在1900年至2199年之间，请核对手机日期或重新填写。";
const HAPPENED: &str = "时间不正确：应在2000年以后，且不晚于现在，请核对后重新填写。";
const PLACE: &str = "定位无效，请重新定位，或只填写地址。";
const MONEY: &str = "金额太大：最多一万亿元，请核对后重新填写。";
const COUNT: &str = "编号或天数不在允许的范围内，请核对后重新填写。";
const LONG: &str = "内容太长，请缩短后再保存。";

/// Every field that has a limit of its own. Any other whole number is at most [`super::MAX_WHOLE`];
/// no string holds control characters but tab and line breaks.
pub const FIELDS: &[FieldLimit] = &[
    whole(
        "persons",
        0,
        MAX_PERSONS,
        "人数太大：最多一千万人，请核对后重新填写。",
    ),
    whole(
        "value",
        0,
        MAX_PERSONS,
        "聚集人数太大：最多一千万人，请核对后重新填写。",
    ),
    whole("amount", 0, MAX_CENTS, MONEY),
    whole("amount_cents", 0, MAX_CENTS, MONEY),
    whole(
        "satisfaction",
        *RATING.start(),
        *RATING.end(),
        "满意度应为1至5分；没有评价请留空。",
    ),
    whole(
        "size",
        0,
        1 << 40,
        "文件太大，无法作为证据上传；请分段采集。",
    ),
    whole("days", 0, 3_650, COUNT),
    whole("no", 0, i32::MAX as u64, COUNT),
    whole("schema", 0, i32::MAX as u64, COUNT),
    whole("catalogue_version", 0, i32::MAX as u64, COUNT),
    degrees("lat", 90.0),
    degrees("lon", 180.0),
    FieldLimit {
        name: "accuracy",
        limit: Limit::Metres,
        zh: PLACE,
    },
    time("until"),
    time("at"),
    time("due"),
    time("start"),
    time("taken_at"),
    time("urged_at"),
    time("called_at"),
    time("issued_on"),
    happened("occurred_at"),
    happened("received_at"),
    time("effective_on"),
    time("accepted_on"),
    time("ended_on"),
    time("held_on"),
    time("letter_on"),
    time("created_at"),
    time("created_at_device"),
    FieldLimit {
        name: "name_masked",
        limit: Limit::Mask(120),
        zh: "这里只写打码后的姓名，例如张*明；全名请在身份信息中填写。",
    },
    line("channel", 64),
    line("external_no", 64),
    line("text_version", 200),
    line("secret_ref", 200),
    line("seal_no", 200),
    line("agreement_no", 200),
    line("slip_no", 200),
    line("criminal_no", 64),
    line("key_id", 200),
    line("mime", 200),
    line("sha256", 64),
    word("why", 500),
    word("reason", 500),
    word("answer", 500),
    word("expected", 500),
    word("what", 1_000),
    word("feedback", 2_000),
    word("result", 2_000),
    word("remark", 2_000),
    word("plan_text", 2_000),
    word("agenda", 1_000),
    word("decision", 2_000),
    line("members", 120),
    line("letter_no", 120),
    word("on_breach", 2_000),
    word("method", 500),
    word("means", 500),
    word("origin", 500),
    word("amount_words", 200),
    line("court", 120),
    line("body_name", 120),
    line("docket_no", 120),
    line("receiver", 120),
    line("called", 120),
    line("warning_no", 60),
    word("receipt", 120),
    line("owner_org", 120),
    line("display_name", 60),
    line("org_name", 120),
    line("channel_title", 120),
    line("device_name", 60),
];

/// Looks a field up.
pub(super) fn field(name: &str) -> Option<&'static FieldLimit> {
    FIELDS.iter().find(|field| field.name == name)
}

const fn whole(name: &'static str, least: u64, most: u64, zh: &'static str) -> FieldLimit {
    FieldLimit {
        name,
        limit: Limit::Whole { least, most },
        zh,
    }
}

const fn degrees(name: &'static str, most: f64) -> FieldLimit {
    FieldLimit {
        name,
        limit: Limit::Degrees(most),
        zh: PLACE,
    }
}

const fn time(name: &'static str) -> FieldLimit {
    FieldLimit {
        name,
        limit: Limit::Time,
        zh: TIME,
    }
}

const fn line(name: &'static str, most: usize) -> FieldLimit {
    FieldLimit {
        name,
        limit: Limit::Line(most),
        zh: LONG,
    }
}

const fn happened(name: &'static str) -> FieldLimit {
    FieldLimit {
        name,
        limit: Limit::Happened,
        zh: HAPPENED,
    }
}

const fn word(name: &'static str, most: usize) -> FieldLimit {
    FieldLimit {
        name,
        limit: Limit::Word(most),
        zh: LONG,
    }
}
