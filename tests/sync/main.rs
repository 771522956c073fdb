//! The exchange between phones and server: order, convergence, repair, and what bad bytes get.

mod database;
mod order;
