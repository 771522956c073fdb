//! Moments: a kill comes at any of them, and a line is silent for a while. No scene waits here for
//! something to have happened.

use std::{thread, time::Duration};

/// Lets this much time go by before something is killed, cut or asked again.
pub fn pass(time: Duration) {
    thread::sleep(time);
}
