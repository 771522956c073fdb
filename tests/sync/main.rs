//! The exchange between phones and server: order, convergence, repair, and what bad bytes get.

mod converge;
mod database;
mod order;
mod phone;
mod scene;
