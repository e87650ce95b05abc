//! Any bytes as a coded body: nothing panics, limits hold, pieces change nothing; and what we encode comes
//! back.

use countersign::html::{Coding, Decoder, Encoder, HtmlError, Limits};

use super::{choices, one_of};

const CODINGS: [Coding; 4] = [Coding::Gzip, Coding::Deflate, Coding::Brotli, Coding::Zstd];
const DECODED: u64 = 1 << 20;

/// See the head of this file.
pub fn codings(input: &[u8]) {
    let ([coding, size], body) = choices(input);
    let coding = one_of(&CODINGS, coding);
    let size = usize::from(size).max(1);
    let whole = decode(coding, std::iter::once(body));
    let pieces = decode(coding, body.chunks(size));
    // How much was read when a piece was written depends on the pieces, and with it the ratio.
    let by_ratio = [&whole, &pieces].iter().any(|done| matches!(done, Err(HtmlError::Ratio)));
    if !by_ratio {
        assert_eq!(whole.ok(), pieces.ok(), "pieces of {size} changed the outcome");
    }

    let mut encoder = Encoder::new(coding).expect("an encoder");
    let mut coded = Vec::new();
    for piece in body.chunks(size) {
        encoder.write(piece, &mut coded).expect("encodes");
    }
    encoder.finish(&mut coded).expect("ends");
    match decode(coding, std::iter::once(coded.as_slice())) {
        Ok(back) => assert_eq!(back, body),
        // A body of one repeated byte packs better than the ratio allows.
        Err(error) => assert!(matches!(error, HtmlError::Ratio | HtmlError::TooLarge), "{error}"),
    }
}

fn decode<'a>(coding: Coding, pieces: impl Iterator<Item = &'a [u8]>) -> Result<Vec<u8>, HtmlError> {
    let limits = Limits { decoded: DECODED, ratio: 100, ratio_floor: 64 << 10, ..Limits::default() };
    let mut decoder = Decoder::new(coding, &limits)?;
    let mut out = Vec::new();
    let run = || {
        for piece in pieces {
            decoder.write(piece, &mut out)?;
        }
        decoder.finish(&mut out)
    };
    let done = run();
    assert!(u64::try_from(out.len()).expect("a length") <= DECODED, "more than the limit came out");
    done.map(|()| out)
}
