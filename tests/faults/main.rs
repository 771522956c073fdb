//! What happens when parts of the server are killed, starved or fed hostile bytes.

mod account;
mod connections;
mod descriptors;
mod doors;
mod private_postgres;
mod processes;
mod ready;
mod refold;
mod serve;
mod start;
mod worker;
