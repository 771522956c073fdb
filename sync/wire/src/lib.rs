//! The messages of the exchange between phones and server, and the gate for hostile bytes.
