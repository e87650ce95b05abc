//! Content codings: undone, applied, and refused when they are not what they say.

use std::io::Write as _;

use countersign::html::{Coding, Decoder, Encoder, HtmlError, Limits};
use flate2::Compression;
use flate2::write::DeflateEncoder;

const CODINGS: [Coding; 4] = [Coding::Gzip, Coding::Deflate, Coding::Brotli, Coding::Zstd];

fn page() -> Vec<u8> {
    (0..800).flat_map(|n| format!("<p>item {n} costs {}</p>\n", n * 7919 % 1000).into_bytes()).collect()
}

fn encoded(coding: Coding, plain: &[u8], size: usize) -> Vec<u8> {
    let mut encoder = Encoder::new(coding).unwrap();
    let mut out = Vec::new();
    for piece in plain.chunks(size) {
        encoder.write(piece, &mut out).unwrap();
    }
    encoder.finish(&mut out).unwrap();
    out
}

fn decoded(coding: Coding, coded: &[u8], size: usize, limits: &Limits) -> Result<Vec<u8>, HtmlError> {
    let mut decoder = Decoder::new(coding, limits)?;
    let mut out = Vec::new();
    for piece in coded.chunks(size) {
        decoder.write(piece, &mut out)?;
    }
    decoder.finish(&mut out)?;
    Ok(out)
}

fn raw_deflate(plain: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn every_coding_comes_back_in_any_pieces() {
    let page = page();
    for coding in CODINGS.into_iter().chain([Coding::Identity]) {
        for size in [1, 2, 3, 7, 64, 1000, page.len()] {
            let coded = encoded(coding, &page, size);
            if coding != Coding::Identity {
                assert!(coded.len() < page.len() / 2, "{coding:?} made {} bytes", coded.len());
            }
            let back = decoded(coding, &coded, size, &Limits::default()).unwrap();
            assert_eq!(back, page, "{coding:?} in pieces of {size}");
        }
    }
}

#[test]
fn what_was_flushed_can_be_read_before_the_end() {
    for coding in CODINGS {
        let mut encoder = Encoder::new(coding).unwrap();
        let mut decoder = Decoder::new(coding, &Limits::default()).unwrap();
        let (mut coded, mut plain) = (Vec::new(), Vec::new());
        encoder.write(b"<p>first", &mut coded).unwrap();
        encoder.flush(&mut coded).unwrap();
        decoder.write(&coded, &mut plain).unwrap();
        assert_eq!(plain, b"<p>first", "{coding:?}");
        coded.clear();
        encoder.write(b"<p>second", &mut coded).unwrap();
        encoder.finish(&mut coded).unwrap();
        decoder.write(&coded, &mut plain).unwrap();
        decoder.finish(&mut plain).unwrap();
        assert_eq!(plain, b"<p>first<p>second", "{coding:?}");
    }
}

#[test]
fn a_body_cut_anywhere_is_not_complete() {
    let page = page();
    for coding in CODINGS {
        let whole = encoded(coding, &page, page.len());
        for cut in [1, 2, 3, 10, whole.len() / 2, whole.len() - 2, whole.len() - 1] {
            let result = decoded(coding, &whole[..cut], 16, &Limits::default());
            assert!(matches!(result, Err(HtmlError::Truncated)), "{coding:?} cut at {cut}: {result:?}");
        }
    }
    let raw = raw_deflate(&page);
    let result = decoded(Coding::Deflate, &raw[..raw.len() - 1], 16, &Limits::default());
    assert!(matches!(result, Err(HtmlError::Truncated)), "{result:?}");
}

#[test]
fn a_body_of_no_bytes_is_complete() {
    for coding in CODINGS {
        assert_eq!(decoded(coding, b"", 1, &Limits::default()).unwrap(), b"");
    }
}

#[test]
fn deflate_is_zlib_or_raw() {
    let page = page();
    for size in [1, 2, 5, 1000] {
        let back = decoded(Coding::Deflate, &raw_deflate(&page), size, &Limits::default()).unwrap();
        assert_eq!(back, page, "raw in pieces of {size}");
    }
    assert_eq!(encoded(Coding::Deflate, b"x", 1)[0], 0x78, "ours is zlib");
}

#[test]
fn gzip_and_zstd_may_come_in_several_parts() {
    for coding in [Coding::Gzip, Coding::Zstd] {
        let mut coded = encoded(coding, b"<p>one", 10);
        coded.extend(encoded(coding, b"", 10));
        coded.extend(encoded(coding, b"<p>two", 10));
        for size in [1, 3, 1000] {
            assert_eq!(decoded(coding, &coded, size, &Limits::default()).unwrap(), b"<p>one<p>two");
        }
        let result = decoded(coding, &coded[..coded.len() - 1], 7, &Limits::default());
        assert!(matches!(result, Err(HtmlError::Truncated)), "{coding:?}: {result:?}");
    }
}

#[test]
fn bytes_after_the_end_are_refused() {
    for coding in CODINGS {
        for junk in [&b"<script>evil()</script>"[..], b"\0\0\0\0"] {
            let mut coded = encoded(coding, b"<p>page", 10);
            coded.extend(junk);
            for size in [1, 5, 1000] {
                let result = decoded(coding, &coded, size, &Limits::default());
                assert!(matches!(result, Err(HtmlError::BadEncoding { .. })), "{coding:?}: {result:?}");
            }
        }
    }
}

#[test]
fn bytes_that_are_not_in_the_coding_are_refused() {
    for coding in CODINGS {
        let result = decoded(coding, b"<!doctype html><script>evil()</script>", 4, &Limits::default());
        assert!(matches!(result, Err(HtmlError::BadEncoding { .. })), "{coding:?}: {result:?}");
    }
    let mut damaged = encoded(Coding::Gzip, &page(), 1000);
    let checksum = damaged.len() - 6;
    damaged[checksum] ^= 1;
    let result = decoded(Coding::Gzip, &damaged, 100, &Limits::default());
    assert!(matches!(result, Err(HtmlError::BadEncoding { .. })), "checksum: {result:?}");
}

/// A body of `size` zero bytes. Brotli and zstd pack 200 MiB into a few hundred bytes or kilobytes.
fn bomb(coding: Coding, size: usize) -> Vec<u8> {
    let mut encoder = Encoder::new(coding).unwrap();
    let mut out = Vec::new();
    let zeros = vec![0; 1 << 20];
    for _ in 0..size / zeros.len() {
        encoder.write(&zeros, &mut out).unwrap();
    }
    encoder.finish(&mut out).unwrap();
    out
}

#[test]
fn a_bomb_is_refused_before_it_grows() {
    let limits = Limits::default();
    for coding in CODINGS {
        let coded = bomb(coding, 64 << 20);
        let mut decoder = Decoder::new(coding, &limits).unwrap();
        let mut out = Vec::new();
        let error = decoder.write(&coded, &mut out).unwrap_err();
        assert!(matches!(error, HtmlError::Ratio), "{coding:?}: {error}");
        // The floor, or a hundred times what was read; never the 64 MiB that lie in the body.
        let most = (1 << 20) + 100 * coded.len().min(64 << 10);
        assert!(out.len() <= most, "{coding:?} gave {} bytes for {}", out.len(), coded.len());
        assert!(out.capacity() <= 2 * most, "{coding:?} took {} bytes", out.capacity());
        assert!(matches!(decoder.write(b"x", &mut out), Err(HtmlError::Spent)));
        assert!(matches!(decoder.finish(&mut out), Err(HtmlError::Spent)));
    }
}

#[test]
fn a_long_page_is_refused_at_the_limit() {
    let limits = Limits { decoded: 10_000, ..Limits::default() };
    let page = page();
    assert!(page.len() > 10_000);
    for coding in CODINGS {
        let mut decoder = Decoder::new(coding, &limits).unwrap();
        let mut out = Vec::new();
        let error = decoder.write(&encoded(coding, &page, 1000), &mut out).unwrap_err();
        assert!(matches!(error, HtmlError::TooLarge), "{coding:?}: {error}");
        assert!(out.len() <= 10_000);
    }
}

#[test]
fn an_encoder_is_not_used_after_its_end() {
    for coding in CODINGS {
        let mut encoder = Encoder::new(coding).unwrap();
        let mut out = Vec::new();
        encoder.finish(&mut out).unwrap();
        assert!(matches!(encoder.write(b"x", &mut out), Err(HtmlError::Spent)));
        assert!(matches!(encoder.finish(&mut out), Err(HtmlError::Spent)));
    }
}
