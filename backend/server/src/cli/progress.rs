//! Signs of life for what may take more than two seconds.

use crate::say::complain;
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// So many steps take long enough for a log to say how far they are.
const MANY: u64 = 1000;

/// Shows that something of unknown length is going on, until the bar is dropped.
pub(super) struct Spinner(ProgressBar);

impl Spinner {
    /// Begins to show it.
    pub(super) fn on(what: &'static str) -> Self {
        let bar = ProgressBar::new_spinner().with_message(what);
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// A bar for a known number of steps, with their rate and the time that remains. Where no terminal
/// shows it, a line on standard error at every tenth, so that a log says how far it is.
pub(super) struct Bar {
    bar: ProgressBar,
    what: &'static str,
    tenths: AtomicU64,
}

impl Bar {
    /// Begins at a step of so many.
    pub(super) fn new(at: u64, count: u64, what: &'static str) -> Self {
        let template = "{msg} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}";
        let style = ProgressStyle::with_template(template);
        let bar = ProgressBar::new(count)
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            .with_message(what)
            .with_position(at);
        bar.reset_eta();
        let tenths = AtomicU64::new(tenths(at, count));
        Self { bar, what, tenths }
    }

    /// So many steps more are done.
    pub(super) fn inc(&self, steps: u64) {
        self.bar.inc(steps);
        self.tell();
    }

    /// So many steps are done.
    pub(super) fn set(&self, at: u64) {
        self.bar.set_position(at);
        self.tell();
    }

    /// Says something without the bar in the way.
    pub(super) fn aside(&self, say: impl FnOnce()) {
        self.bar.suspend(say);
    }

    fn tell(&self) {
        let (at, count) = (self.bar.position(), self.bar.length().unwrap_or_default());
        let now = tenths(at, count);
        if self.bar.is_hidden()
            && count >= MANY
            && self.tenths.fetch_max(now, Ordering::Relaxed) < now
        {
            complain(format_args!("{}: {at}/{count}", self.what));
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn tenths(at: u64, count: u64) -> u64 {
    (at * 10).checked_div(count).unwrap_or_default()
}
