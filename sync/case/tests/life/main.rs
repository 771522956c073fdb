//! Scenes of the life of a case, settled without a server: phones write into copies of the
//! document, and what they wrote is handed to `reconcile` as the server would.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "where a scene unwraps, the unwrap is the assertion"
)]
#![allow(
    clippy::needless_pass_by_value,
    reason = "a scene reads better without references"
)]

mod able;
mod adoption;
mod agreement;
mod barred;
mod breach_notice;
mod claimed_time;
mod closing;
mod colour;
mod confirmation;
mod course;
mod courts;
mod danger;
mod danger_call;
mod dated;
mod departed;
mod desk_danger;
mod disclosure;
mod edges;
mod effect_day;
mod first_loop;
mod further_call;
mod guests;
mod held;
mod intake;
mod joint;
mod kept;
mod late;
mod meanwhile;
mod next_round;
mod numbers;
mod offered;
mod oral;
mod papers;
mod pictured;
mod police;
mod pushes;
mod ranks;
mod reclassify;
mod recused;
mod refusal;
mod relapse;
mod renamed;
mod rounds;
mod seised;
mod sharing;
mod signed_over;
mod speaker;
mod spoken_for;
#[allow(dead_code, reason = "the merges and the random schedules use the rest")]
mod stage;
mod standing;
mod supervision;
mod unseen;
mod violence;
