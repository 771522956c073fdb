//! The letter that comes with an order (R066, R069, R070).

use crate::{
    channel::is_letter_of,
    problem::{Problem, field},
    state::App,
};
use garde::Validate;
use hejie_case::{
    act::Engage,
    catalogue::Situation,
    deadline::day_of,
    facts::{EngagementMode, EngagingBody},
};
use hejie_registry::{
    identity::{channel::Channel, org},
    pool,
};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;

/// A letter that comes with an order, of the channel's own organisation.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderLetter {
    /// In which way.
    #[garde(skip)]
    mode: EngagementMode,
    /// What kind of body the channel's organisation is.
    #[garde(skip)]
    body: EngagingBody,
    /// The number of the letter.
    #[garde(custom(field::filled("letter_no")))]
    #[schema(example = "（2026）和法委字第7号")]
    letter_no: String,
    /// The day of the letter.
    #[garde(skip)]
    #[schema(value_type = String, example = "2026-03-02")]
    letter_on: Date,
}

/// The letter of an order, looked at before anything is registered: of the channel's own
/// organisation, and one that there may be about such a dispute.
pub(super) async fn checked(
    state: &App,
    channel: &Channel,
    letter: Option<OrderLetter>,
    situation: &Situation,
) -> Result<Option<Engage>, Problem> {
    let Some(letter) = letter else {
        return Ok(None);
    };
    let mut conn = pool::acquire(&state.pool).await?;
    let org = org::lookup(&mut conn, channel.org).await?;
    let org = org.ok_or_else(|| Problem::internal("a channel without its organisation"))?;
    let engage = Engage {
        mode: letter.mode,
        body: letter.body,
        body_name: org.name_zh.clone(),
        letter_no: letter.letter_no,
        letter_on: letter.letter_on,
    };
    if !is_letter_of(&engage, &org) {
        return Err(Problem::invalid(
            "letter: 函件须由本渠道所属的法院、行政机关或者仲裁委员会发出，请核对机关类型。",
        ));
    }
    let labour = &state.reconciler.policy().labour_situations;
    let today = day_of(state.clock.now());
    match engage.fits(today, labour.contains(&situation.code)) {
        Ok(()) => Ok(Some(engage)),
        Err(reason) => Err(Problem::invalid(format!("letter: {}", reason.zh))),
    }
}
