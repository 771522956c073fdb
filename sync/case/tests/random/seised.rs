//! What keeps the committee, or somebody of it, from a case: another body has taken it up, or has
//! it no more; a handler steps back.

use hejie_case::{
    act::{self, DeskAct},
    facts::{Facts, RecusalGround, SeisedBody},
};

/// What another body has, it has no more; what none has, one takes up.
pub fn turned(facts: &Facts, why: String) -> DeskAct {
    match facts.seised_elsewhere().next() {
        Some(matter) => DeskAct::EndSeised(act::EndSeised {
            body_name: matter.body_name.clone(),
            docket_no: matter.docket_no.clone(),
            ended_on: matter.accepted_on,
            why,
        }),
        None => DeskAct::NoteSeised(noted()),
    }
}

/// A court takes it up.
pub fn noted() -> act::NoteSeised {
    act::NoteSeised {
        body: SeisedBody::Court,
        body_name: "和安县人民法院".into(),
        docket_no: "（2026）民初1号".into(),
        accepted_on: jiff::civil::date(2026, 3, 1),
    }
}

/// The same court has it no more.
pub fn ended(why: String) -> act::EndSeised {
    act::EndSeised {
        body_name: "和安县人民法院".into(),
        docket_no: "（2026）民初1号".into(),
        ended_on: jiff::civil::date(2026, 3, 2),
        why,
    }
}

/// A handler steps back.
pub fn recused(why: String) -> act::Recuse {
    act::Recuse {
        ground: RecusalGround::Interest,
        party: None,
        why,
    }
}
