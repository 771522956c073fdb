//! From whom the law hides who did something (LW20).

use crate::{event::Event, facts::Facts, role::Role};

/// What stands in the place of the name of whoever reported violence at home.
pub const CONCEALED_ZH: &str = "已保密";

/// Whether somebody in a role may learn who did this in a case: who reported violence at home, or
/// a danger where there is some, is known to the police alone (Law against domestic violence art.
/// 14).
#[must_use]
pub fn shows_author(facts: &Facts, event: Event, to: Role) -> bool {
    let is_report = match event {
        Event::ReportViolence => true,
        Event::Danger => facts.violence.found,
        _ => false,
    };
    !is_report || matches!(to, Role::PoliceDesk | Role::PoliceOfficer)
}
