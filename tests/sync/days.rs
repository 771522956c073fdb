//! Whole days of work on one case, through the phones and desks of those who do it: what the rows
//! of the life of a case ask for, one after the other, as somebody meets them.

mod family;
mod on_the_scene;
mod returned;
mod to_its_end;
mod wages;
