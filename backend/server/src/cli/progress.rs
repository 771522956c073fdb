//! Signs of life for what may take more than two seconds; nothing when nobody watches.

use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// Shows that something of unknown length is going on, until the bar is dropped.
pub(super) struct Working(ProgressBar);

impl Working {
    /// Begins to show it.
    pub(super) fn on(what: &'static str) -> Self {
        let bar = ProgressBar::new_spinner().with_message(what);
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// A bar for a known number of steps, with their rate and the time that remains.
pub(super) fn steps(count: u64, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {per_sec} {eta}");
    ProgressBar::new(count)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_message(what)
}

/// A bar for cases, with how many a second and how long it will take.
pub(super) fn cases(count: u64, what: &'static str) -> ProgressBar {
    let template = "{msg} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}";
    let style = ProgressStyle::with_template(template);
    ProgressBar::new(count)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_message(what)
}
