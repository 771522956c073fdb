//! `/api/v1/catalogue`, `/api/v1/routing`, `/api/v1/mechanisms`, `/api/v1/framework`: the catalogue
//! of situations and the tables that a county may change: who handles what, and under which
//! mechanism.

mod framework;
mod issue;
mod mechanism;
mod route;

use crate::{access::Caller, problem::Problem, state::AppState};
use hejie_case::catalogue::{Catalogue, Situation};
use hejie_registry::county::{CountyPrefix, RowEdit};
use jiff::Timestamp;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The operations about the catalogue and the tables of a county.
pub(crate) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(issue::get_catalogue))
        .routes(routes!(issue::get_catalogue_map))
        .routes(routes!(route::list_routing))
        .routes(routes!(route::set_routing))
        .routes(routes!(mechanism::list_mechanisms))
        .routes(routes!(mechanism::set_mechanism))
        .routes(routes!(framework::list_framework))
        .routes(routes!(framework::set_framework))
}

/// Looks a situation up by its code.
///
/// # Errors
/// [`Problem::UnknownSituation`].
pub(crate) fn known_situation(code: &str) -> Result<&'static Situation, Problem> {
    let code = code.parse().ok();
    code.and_then(|code| Catalogue::current().lookup(&code))
        .ok_or(Problem::UnknownSituation)
}

/// How many digits the region of a county has; a shorter one names no county, a longer one a part
/// of it.
const COUNTY_DIGITS: usize = 6;

/// The county whose tables the caller may change: only a desk of the whole county changes what
/// holds in all of it.
fn governed(caller: &Caller) -> Result<CountyPrefix, Problem> {
    if caller.region.as_str().len() == COUNTY_DIGITS {
        Ok(CountyPrefix::of(&caller.region))
    } else {
        Err(Problem::NotAllowed)
    }
}

fn change<'a>(
    county: &'a CountyPrefix,
    caller: &Caller,
    base_version: u32,
    at: Timestamp,
) -> RowEdit<'a> {
    RowEdit {
        county,
        base_version,
        by: caller.user,
        at,
    }
}

/// Whether a text may be the code of a mechanism or of a part of the framework: small letters,
/// digits and dashes.
fn checked_code(code: &str) -> Result<&str, Problem> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=40).contains(&code.len()) && code.bytes().all(fits) {
        Ok(code)
    } else {
        Err(Problem::invalid(
            "code: 只能用小写字母、数字和短横，最多 40 个",
        ))
    }
}
