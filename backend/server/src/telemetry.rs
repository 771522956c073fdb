//! What operators see: logs, request ids, metrics. No personal data in any of them.
//!
//! A metric has as many series as its labels have values, and each stays for ever: so no label is
//! what a client made up.

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::{error::Error, str::FromStr, sync::OnceLock};
use tracing_subscriber::{
    EnvFilter, Layer, filter::LevelFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// One JSON object a line.
    #[default]
    Json,
    /// For people at a terminal.
    Pretty,
}

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter cannot be read.
    #[error("the log filter cannot be read")]
    Filter(#[source] tracing_subscriber::filter::ParseError),
    /// Something else logs already.
    #[error("logging is set up already")]
    Taken(#[source] tracing_subscriber::util::TryInitError),
}

const DURATION: &str = "hejie_http_request_duration_seconds";
const BUCKETS: [f64; 11] = [
    0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// Sets logging up for the process.
///
/// # Errors
/// The filter cannot be read, or logging is set up already.
pub fn init(format: LogFormat, filter: &str) -> Result<(), TelemetryError> {
    let filter = EnvFilter::from_str(filter).map_err(TelemetryError::Filter)?;
    let registry = tracing_subscriber::registry().with(filter);
    let done = match format {
        LogFormat::Json => registry
            .with(
                fmt::layer()
                    .json()
                    .flatten_event(true)
                    .with_writer(std::io::stderr),
            )
            .try_init(),
        LogFormat::Pretty => registry
            .with(fmt::layer().compact().with_writer(std::io::stderr))
            .try_init(),
    };
    done.map_err(TelemetryError::Taken)
}

/// Lets the commands, which have no log, say on standard error what a server would log as a warning
/// or worse.
///
/// # Errors
/// The filter cannot be read, or logging is set up already.
pub fn init_for_command(filter: &str) -> Result<(), TelemetryError> {
    let filter = EnvFilter::from_str(filter).map_err(TelemetryError::Filter)?;
    let lines = fmt::layer()
        .event_format(fmt::format().compact().without_time().with_target(false))
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .with_filter(LevelFilter::WARN);
    let registry = tracing_subscriber::registry().with(filter);
    registry
        .with(lines)
        .try_init()
        .map_err(TelemetryError::Taken)
}

/// An error with its causes: the outermost says the least. A cause that was said
/// already, because an error says its own, is not said twice.
pub(crate) fn whole(error: &dyn Error) -> String {
    let mut line = said(error);
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = said(error);
        if !line.contains(&words) {
            line = format!("{line}: {words}");
        }
        cause = error.source();
    }
    line
}

/// Without the empty lines that some errors end with.
fn said(error: &dyn Error) -> String {
    let words = error.to_string();
    let lines = words.lines().map(str::trim_end);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// Notes how long a request took.
pub(crate) fn measure(method: &'static str, route: String, status: u16, seconds: f64) {
    if recorder().is_some() {
        let labels = [
            ("method", method.to_owned()),
            ("route", route),
            ("status", status.to_string()),
        ];
        metrics::histogram!(DURATION, &labels).record(seconds);
    }
}

/// Sets a figure that operators watch.
pub(crate) fn gauge(name: &'static str, value: f64) {
    if recorder().is_some() {
        metrics::gauge!(name).set(value);
    }
}

/// The process has one recorder, whoever asks first.
pub(crate) fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER.get_or_init(|| install().ok()).as_ref()
}

fn install() -> Result<PrometheusHandle, metrics_exporter_prometheus::BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(DURATION.to_owned()), &BUCKETS)?
        .install_recorder()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Outer(&'static str, #[source] io::Error);

    #[test]
    fn an_error_is_told_with_its_causes_each_once_and_without_empty_lines() {
        let away = || io::Error::other("no route\n\nto it\n");
        assert_eq!(
            whole(&Outer("the database failed", away())),
            "the database failed: no route\nto it"
        );
        let told = Outer("the line broke: no route\nto it", away());
        assert_eq!(whole(&told), "the line broke: no route\nto it");
    }
}
