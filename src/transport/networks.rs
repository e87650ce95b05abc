//! Networks of peers that are trusted with something.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

/// A list of networks; empty: nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(pub Vec<Network>);

/// One of them: `10.0.0.0/8`, `2001:db8::/32`, or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(IpNet);

impl Networks {
    /// Whether an address lies in one of them. An IPv4 address is one on a socket for both kinds too.
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.0.contains(&address))
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        let network = network
            .map_err(|_neither| format!("`{text}` is no network; write 10.0.0.0/8 or a single address"))?;
        if network.addr() != network.network() {
            return Err(format!("`{text}` names an address inside a network; write {}", network.trunc()));
        }
        Ok(Self(network))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(list: &[&str]) -> Networks {
        Networks(list.iter().map(|text| text.parse().unwrap()).collect())
    }

    #[test]
    fn an_address_is_in_a_network_whatever_its_spelling() {
        let list = networks(&["10.0.0.0/8", "2001:db8::/32", "192.0.2.7"]);
        for (address, inside) in [
            ("10.1.2.3", true),
            ("::ffff:10.1.2.3", true),
            ("11.0.0.1", false),
            ("2001:db8::9", true),
            ("2001:db9::9", false),
            ("192.0.2.7", true),
            ("192.0.2.8", false),
        ] {
            assert_eq!(list.contain(address.parse().unwrap()), inside, "{address}");
        }
        assert!(!Networks::default().contain("127.0.0.1".parse().unwrap()));
    }

    #[test]
    fn what_is_no_network_is_told_with_what_would_be_one() {
        for (text, hint) in
            [("10.0.0.0/33", "10.0.0.0/8"), ("host", "10.0.0.0/8"), ("10.1.2.3/8", "10.0.0.0/8")]
        {
            let error = text.parse::<Network>().unwrap_err();
            assert!(error.contains(hint), "{error}");
        }
    }
}
