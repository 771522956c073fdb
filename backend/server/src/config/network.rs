//! A network as operators write it: `10.0.0.0/8`, `2001:db8::/32`, or one address.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv6Addr};

/// A network of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network(IpNet);

/// What is written is no network.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no network such as 10.0.0.0/8 or 2001:db8::/32")]
pub struct BadNetwork(String);

impl Network {
    /// This machine.
    #[must_use]
    pub fn loopback() -> Vec<Self> {
        let (four, six) = (
            IpAddr::from([127, 0, 0, 0]),
            IpAddr::from(Ipv6Addr::LOCALHOST),
        );
        // The lengths are those of the families.
        [(four, 8), (six, 128)]
            .into_iter()
            .filter_map(|(address, bits)| IpNet::new(address, bits).ok())
            .map(Self)
            .collect()
    }

    /// Whether an address is one of the network. An IPv4 address within IPv6 is that IPv4 address.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl TryFrom<String> for Network {
    type Error = BadNetwork;

    fn try_from(text: String) -> Result<Self, BadNetwork> {
        let network = text.parse::<IpNet>();
        let one = || text.parse::<IpAddr>().map(IpNet::from);
        network
            .or_else(|_| one())
            .map(Self)
            .map_err(|_| BadNetwork(text))
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn a_network_holds_its_addresses_and_one_address_holds_itself() {
        assert!(network("10.0.0.0/8").holds("10.9.9.9".parse().unwrap()));
        assert!(!network("10.0.0.0/8").holds("11.0.0.1".parse().unwrap()));
        assert!(network("192.0.2.7").holds("::ffff:192.0.2.7".parse().unwrap()));
        assert!(Network::try_from("10.0.0.0/33".to_owned()).is_err());
        assert!(Network::try_from("somewhere".to_owned()).is_err());
    }

    #[test]
    fn this_machine_is_both_families() {
        let is_here = |text: &str| {
            let address = text.parse().unwrap();
            Network::loopback().iter().any(|of| of.holds(address))
        };
        assert!(is_here("127.0.0.1") && is_here("::1") && !is_here("192.0.2.1"));
    }
}
