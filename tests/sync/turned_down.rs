//! What the rules refuse, as the person meets it who asked: on the phone that wrote the request, or
//! at the desk that decided.

mod agreed;
mod asked;
mod at_a_desk;
mod elsewhere;
mod in_force;
mod speaking;
mod violence;
mod written;

use crate::handled::Handled;
