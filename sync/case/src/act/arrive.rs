//! E07 到场: the first handler is at the scene (R012).

use super::prelude::*;
use crate::{
    limit::form,
    record::{Place, Position},
};

/// An arrival.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Arrive {
    /// Where the phone was.
    pub place: Option<Place>,
    /// Why it is far from the case's place, if it is.
    pub reason: Option<String>,
}

impl Transition for Arrive {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Arrive,
        from: In(&[SignedFor]),
        to: OneOf(&[OnScene]),
        who: &[First],
        asks: &[],
        clocks: &[Meet(DeadlineKind::Arrive)],
        offline: Offline::Observation,
    };
    const GUARDS: Guards<Self> = &[Guard::new("在案发地附近，或说明原因", near_or_reason)];

    fn perform(&self, _: &Attempt<'_>, facts: &mut Facts) {
        facts.stage = Stage::OnScene;
    }
}

fn near_or_reason(act: &Arrive, attempt: &Attempt<'_>) -> Holds {
    let here = act.place.as_ref().and_then(|p| p.position);
    let place = attempt.context.view.intake.place.get();
    let there = place.and_then(|p| p.position);
    let near = match (here, there) {
        (Some(here), Some(there)) => {
            metres(here, there) <= f64::from(attempt.context.policy.arrive_metres)
        }
        _ => true,
    };
    let explained = act.reason.as_ref().is_some_and(|r| !form::is_blank(r));
    need(
        near || explained,
        "too_far",
        "到场位置与案发地相距较远，请说明原因后重新上报到场。",
    )
}

/// Along the great circle.
fn metres(a: Position, b: Position) -> f64 {
    const EARTH: f64 = 6_371_000.0;
    let (lat_a, lat_b) = (a.lat.to_radians(), b.lat.to_radians());
    let half = |from: f64, to: f64| ((to - from) / 2.0).sin().powi(2);
    let h = half(lat_a, lat_b)
        + lat_a.cos() * lat_b.cos() * half(a.lon.to_radians(), b.lon.to_radians());
    2.0 * EARTH * h.sqrt().min(1.0).asin()
}
