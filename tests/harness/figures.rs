//! The figures of one test: the process has one recorder for all of them, and others write into it
//! at the same time.

use metrics::LocalRecorderGuard;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// What was measured on this thread since it began to watch.
pub struct Figures {
    handle: PrometheusHandle,
    _watching: LocalRecorderGuard<'static>,
}

impl Figures {
    /// Watches what is measured on this thread. What a scene spawns runs on it only on a runtime of
    /// one thread.
    pub fn watch() -> Self {
        // A guard borrows its recorder, and a test ends with its process.
        let recorder = Box::leak(Box::new(PrometheusBuilder::new().build_recorder()));
        Self {
            handle: recorder.handle(),
            _watching: metrics::set_default_local_recorder(recorder),
        }
    }

    /// The value of the series of this name that bears this label; none before it was measured.
    pub fn value(&self, name: &str, label: &str) -> Option<f64> {
        let text = self.handle.render();
        let line = text.lines().find(|line| {
            let rest = line.strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with(['{', ' ']) && rest.contains(label))
        });
        line.map(|line| line.rsplit(' ').next().unwrap().parse().unwrap())
    }
}
