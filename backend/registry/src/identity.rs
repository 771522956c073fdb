//! Who may come in: organisations, people, roles, phones, sessions, and the accounts of exchange
//! channels.

pub mod channel;
pub mod colleague;
pub mod device;
pub mod grant;
pub mod org;
pub mod origin;
pub mod presence;
pub mod revocation;
pub mod session;
pub mod stationed;
pub mod taken;
pub mod token;
pub mod user;
