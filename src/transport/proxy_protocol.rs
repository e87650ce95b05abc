//! The PROXY protocol, versions 1 and 2: what a load balancer says of the visitor before the first byte
//! of TLS or HTTP. <https://www.haproxy.org/download/2.8/doc/proxy-protocol.txt>

use std::io;
use std::net::SocketAddr;

use proxy_header::{ParseConfig, ProxyHeader};
use tokio::io::{AsyncRead, AsyncReadExt};

/// The longest header of version 1, line end included.
const LONGEST_V1: usize = 107;
/// How version 2 begins.
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
/// Signature, version and command, family, length.
const FIXED_V2: usize = 16;
/// Addresses and additional fields of version 2, at most: load balancers send some hundred bytes.
const LONGEST_V2: usize = 4096;

/// Reads the header that a connection must begin with, and nothing behind it. `None`: the balancer speaks
/// for itself (a health check). The caller bounds the time.
pub async fn visitor_behind<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Option<SocketAddr>> {
    let mut header = vec![0; SIGNATURE.len()];
    stream.read_exact(&mut header).await?;
    if header == SIGNATURE {
        read_rest_of_v2(stream, &mut header).await?;
    } else if header.starts_with(b"PROXY ") {
        read_rest_of_v1(stream, &mut header).await?;
    } else {
        return Err(wrong("a connection from a proxy began without a PROXY header"));
    }
    let (parsed, length) = ProxyHeader::parse(&header, ParseConfig::default())
        .map_err(|error| wrong(&format!("a PROXY header that can't be read: {error}")))?;
    if length != header.len() {
        return Err(wrong("a PROXY header of another length than it says"));
    }
    Ok(parsed.proxied_address().map(|address| address.source))
}

async fn read_rest_of_v2<S: AsyncRead + Unpin>(stream: &mut S, header: &mut Vec<u8>) -> io::Result<()> {
    let mut fixed = [0; FIXED_V2 - SIGNATURE.len()];
    stream.read_exact(&mut fixed).await?;
    let [_, _, high, low] = fixed;
    let more = usize::from(u16::from_be_bytes([high, low]));
    if more > LONGEST_V2 {
        return Err(wrong("a PROXY header that is too long"));
    }
    header.extend_from_slice(&fixed);
    let from = header.len();
    header.resize(from.saturating_add(more), 0);
    stream.read_exact(header.get_mut(from..).unwrap_or_default()).await?;
    Ok(())
}

/// Byte by byte, because what follows the line belongs to somebody else.
async fn read_rest_of_v1<S: AsyncRead + Unpin>(stream: &mut S, header: &mut Vec<u8>) -> io::Result<()> {
    while !header.ends_with(b"\r\n") {
        if header.len() >= LONGEST_V1 {
            return Err(wrong("a PROXY header that is too long"));
        }
        header.push(stream.read_u8().await?);
    }
    Ok(())
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use proxy_header::ProxiedAddress;

    use super::*;

    async fn read(bytes: &[u8]) -> (io::Result<Option<SocketAddr>>, Vec<u8>) {
        let mut stream = bytes;
        let visitor = visitor_behind(&mut stream).await;
        (visitor, stream.to_vec())
    }

    fn v2(source: &str) -> Vec<u8> {
        let address = ProxiedAddress::stream(source.parse().unwrap(), "192.0.2.1:443".parse().unwrap());
        let mut bytes = Vec::new();
        ProxyHeader::with_address(address).encode_v2(&mut bytes).unwrap();
        bytes
    }

    #[tokio::test]
    async fn the_visitor_is_named_and_what_follows_stays_unread() {
        let local = b"\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00".to_vec();
        for (header, visitor) in [
            (b"PROXY TCP4 198.51.100.1 192.0.2.1 4711 443\r\n".to_vec(), Some("198.51.100.1:4711")),
            (b"PROXY TCP6 2001:db8::1 2001:db8::2 4711 443\r\n".to_vec(), Some("[2001:db8::1]:4711")),
            (b"PROXY UNKNOWN\r\n".to_vec(), None),
            (v2("198.51.100.1:4711"), Some("198.51.100.1:4711")),
            (local, None),
        ] {
            let (found, rest) = read(&[&header[..], b"GET / HTTP/1.1\r\n"].concat()).await;
            assert_eq!(found.unwrap(), visitor.map(|text| text.parse().unwrap()), "{header:?}");
            assert_eq!(rest, b"GET / HTTP/1.1\r\n");
        }
    }

    #[tokio::test]
    async fn what_is_no_header_is_refused() {
        let long = [&b"PROXY TCP4 "[..], &[b'1'; 200]].concat();
        let too_long = [&SIGNATURE[..], b"\x21\x11\xff\xff"].concat();
        for bytes in [
            &b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"[..],
            b"PROXY TCP4 198.51.100.1 192.0.2.1 4711\r\n",
            b"PROXY TCP4 nobody 192.0.2.1 1 2\r\n",
            b"PROXY",
            &long,
            &too_long,
            &SIGNATURE,
        ] {
            assert!(read(bytes).await.0.is_err(), "{bytes:?}");
        }
    }
}
