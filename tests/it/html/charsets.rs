//! Charsets: decided as browsers decide, and refused where markup could not be read.

use countersign::html::{CHARSET_SEARCH, Charset, HtmlError, Limits, Rewriter, charset_of};
use encoding_rs::{
    EUC_KR, Encoding, GBK, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16LE, WINDOWS_1251, WINDOWS_1252,
    X_USER_DEFINED,
};
use url::Url;

use super::grants::{PAGE_URL, Shape, grants};

use Charset::{Known, NeedMore, Refused};

fn meta(inside: &str) -> Vec<u8> {
    format!("<!doctype html><head><meta {inside}><title>x</title>").into_bytes()
}

#[test]
fn a_byte_order_mark_wins_then_the_header_then_meta_then_the_default() {
    let late = [vec![b' '; 1024], meta("charset=shift_jis")].concat();
    let edge = [vec![b' '; 1000], meta("charset=shift_jis")].concat();
    let fragments = [meta("charset=wat"), meta("charset=gbk"), meta("charset=euc-kr")].concat();
    let cases: &[(&[u8], Option<&str>, Charset)] = &[
        // Byte order marks beat the header.
        (b"\xef\xbb\xbf<p>", Some("shift_jis"), Known(UTF_8)),
        (b"\xfe\xff\0<", Some("utf-8"), Refused("UTF-16BE")),
        (b"\xff\xfe<\0", Some("utf-8"), Refused("UTF-16LE")),
        (b"\xff\xfe\0\0", None, Refused("UTF-16LE")),
        // The header beats meta.
        (&meta("charset=shift_jis"), Some("utf-8"), Known(UTF_8)),
        (b"<p>", Some(" UTF8 "), Known(UTF_8)),
        (b"<p>", Some("latin1"), Known(WINDOWS_1252)),
        (b"<p>", Some("x-user-defined"), Known(X_USER_DEFINED)),
        (b"<p>", Some("utf-16"), Refused("UTF-16LE")),
        (b"<p>", Some("utf-16be"), Refused("UTF-16BE")),
        (b"<p>", Some("iso-2022-jp"), Refused("ISO-2022-JP")),
        (b"<p>", Some("iso-2022-kr"), Refused("replacement")),
        (b"<p>", Some("hz-gb-2312"), Refused("replacement")),
        // A label that nobody knows counts as none.
        (&meta("charset=shift_jis"), Some("utf-7"), Known(SHIFT_JIS)),
        (&meta("charset=shift_jis"), Some(""), Known(SHIFT_JIS)),
        (b"<p>", Some("utf-32"), Known(WINDOWS_1251)),
        // meta.
        (&meta("charset=shift_jis"), None, Known(SHIFT_JIS)),
        (&meta("CHARSET='Shift_JIS'"), None, Known(SHIFT_JIS)),
        (&meta("charset=utf-16"), None, Known(UTF_8)),
        (&meta("charset=utf-16be"), None, Known(UTF_8)),
        (&meta("charset=x-user-defined"), None, Known(WINDOWS_1252)),
        (&meta("charset=iso-2022-jp"), None, Refused("ISO-2022-JP")),
        (&meta("charset=utf-7"), None, Known(WINDOWS_1251)),
        (&fragments, None, Known(GBK)),
        (&meta("http-equiv=Content-Type content='text/html; charset=euc-kr'"), None, Known(EUC_KR)),
        (&meta("content='text/html;charset = \"euc-kr\"' http-equiv=content-type"), None, Known(EUC_KR)),
        (&meta("http-equiv=content-type content='charset charset=euc-kr;x'"), None, Known(EUC_KR)),
        (&meta("http-equiv=content-type content='text/html; charset=\"euc-kr'"), None, Known(WINDOWS_1251)),
        (&meta("http-equiv=content-type content='text/html'"), None, Known(WINDOWS_1251)),
        (&meta("http-equiv=refresh content='text/html; charset=euc-kr'"), None, Known(WINDOWS_1251)),
        (&meta("content='text/html; charset=euc-kr'"), None, Known(WINDOWS_1251)),
        // Not a meta element.
        (b"<!-- <meta charset=gbk> --><title><meta charset=gbk></title><p>", None, Known(WINDOWS_1251)),
        (b"<script>'<meta charset=gbk>'</script>", None, Known(WINDOWS_1251)),
        // Beyond the first 1024 bytes, or cut by their end: while the head lasts.
        (&late, None, Known(SHIFT_JIS)),
        (&edge, None, Known(SHIFT_JIS)),
        (&[b"<p>", late.as_slice()].concat(), None, Known(WINDOWS_1251)),
        (&[b"words", late.as_slice()].concat(), None, Known(WINDOWS_1251)),
        (&[b"<title>words</title>", late.as_slice()].concat(), None, Known(SHIFT_JIS)),
        (&[vec![b' '; CHARSET_SEARCH], late.clone()].concat(), None, Known(WINDOWS_1251)),
        // Nothing at all.
        (b"", None, Known(WINDOWS_1251)),
        (b"\xef\xbb", None, Known(WINDOWS_1251)),
    ];
    for (document, declared, expected) in cases {
        let found = charset_of(document, true, *declared, WINDOWS_1251);
        assert_eq!(found, *expected, "{} with {declared:?}", String::from_utf8_lossy(document));
    }
}

#[test]
fn the_answer_waits_only_as_long_as_it_could_change() {
    for (prefix, declared, expected) in [
        (&b""[..], Some("utf-8"), NeedMore),
        (b"\xef", Some("utf-8"), NeedMore),
        (b"\xef\xbb", Some("utf-8"), NeedMore),
        (b"\xfe", Some("utf-8"), NeedMore),
        (b"\xef\xbb\xbf", Some("gbk"), Known(UTF_8)),
        (b"<", Some("utf-8"), Known(UTF_8)),
        (b"\xef\xbbx", Some("utf-8"), Known(UTF_8)),
        (b"<!doctype html>", None, NeedMore),
        (b"<meta charset=gb", None, NeedMore),
        (b"<meta charset=gbk>", None, Known(GBK)),
        (&[b'x'; 1023], None, NeedMore),
        (&[b'x'; 1024], None, Known(WINDOWS_1252)),
        (&[b' '; 1024], None, NeedMore),
        (&[b' '; CHARSET_SEARCH], None, Known(WINDOWS_1252)),
    ] {
        assert_eq!(charset_of(prefix, false, declared, WINDOWS_1252), expected, "{prefix:?} {declared:?}");
    }
}

#[test]
fn more_bytes_never_change_an_answer() {
    let documents: [&[u8]; 4] = [
        b"\xef\xbb\xbf<meta charset=gbk>",
        b"<meta charset=gbk><meta charset=utf-8>",
        b"\xff\xfea\0",
        b"<p>x",
    ];
    for document in documents {
        for declared in [None, Some("euc-kr")] {
            let last = charset_of(document, true, declared, WINDOWS_1252);
            for end in 0..document.len() {
                let early = charset_of(&document[..end], false, declared, WINDOWS_1252);
                assert!(early == NeedMore || early == last, "{early:?} at {end}, {last:?} in the end");
            }
        }
    }
}

#[test]
fn charsets_that_hide_markup_are_not_rewritten() {
    for charset in [UTF_16LE, ISO_2022_JP] {
        let made = Rewriter::new(
            grants(&Shape::default()),
            Url::parse(PAGE_URL).unwrap(),
            charset,
            Limits::default(),
            Box::new(|_| {}),
        );
        assert!(matches!(made.err(), Some(HtmlError::Charset(name)) if name == charset.name()));
    }
    // Every label that the standard knows is either rewritten or refused, never anything else.
    for label in ["big5", "euc-jp", "gb18030", "ibm866", "koi8-r", "macintosh", "windows-874", "iso-8859-8-i"]
    {
        let encoding = Encoding::for_label(label.as_bytes()).unwrap();
        assert_eq!(charset_of(b"<p>", true, Some(label), UTF_8), Known(encoding));
    }
}
