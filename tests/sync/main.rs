//! The exchange between phones and server: order, convergence, repair, and what bad bytes get.

mod away;
mod clock;
mod converge;
mod database;
mod heal;
mod hostile;
mod hostile_change;
mod order;
mod phone;
mod quiet;
mod random;
mod scene;
