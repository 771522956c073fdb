//! The exchange between phones and server: order, convergence, repair, what bad bytes get, and what is sealed beside it.

mod attest;
mod away;
mod batch;
mod clock;
mod converge;
mod database;
mod decided;
mod deposit;
mod effects;
mod evidence;
mod extreme;
mod fair;
mod heal;
mod hostile;
mod hostile_change;
mod isolate;
mod kin;
mod order;
mod phone;
mod quiet;
mod random;
mod recover;
mod rewritten;
mod scene;
mod secret;
mod versions;
