//! Violence at home in random schedules (LW20).

use crate::{
    always::Always,
    dice::Dice,
    stage::{MEDIATOR, Stage, deeds::somebody},
};
use hejie_case::{
    act::{self, DeskAct},
    deadline::day_of,
    edit::Edit,
    record::*,
    role::Role,
};

/// The screening finds violence, perhaps against a child; it is reported, or not, by the field or a
/// desk; the police warn somebody.
pub fn find(stage: &mut Stage, dice: &mut Dice, always: &mut Always) {
    if dice.once_in(2) {
        let is_minor = true;
        stage.person(Party {
            is_minor,
            ..somebody(Side::B)
        });
    }
    let violence = !dice.once_in(4);
    let screen = DvScreen {
        asked: true,
        violence,
    };
    let field = IntakeField::DvScreen(screen);
    stage.try_edit(MEDIATOR, Edit::Intake { field });
    always.exchange(stage, MEDIATOR);
    let what = || "见记录。".into();
    match dice.roll(4) {
        0 => {}
        1 => {
            let report = act::ReportViolence { what: what() };
            always.act(stage, Role::HotlineDesk, DeskAct::ReportViolence(report));
        }
        _ => {
            let phone = dice.roll(3);
            let report = act::ReportViolence { what: what() };
            stage.ask(phone, Ask::ReportViolence(report));
            always.exchange(stage, phone);
        }
    }
    let warning = act::RecordWarning {
        warning_no: format!("告-{}", stage.facts().trail.len()),
        issued_on: day_of(stage.now),
    };
    always.act(stage, Role::PoliceDesk, DeskAct::RecordWarning(warning));
}
