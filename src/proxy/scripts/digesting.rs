//! Digests of a body as browsers see it: its content coding undone, piece by piece.

use crate::html::{Coding, Decoder, HtmlError, Limits};
use crate::proxy::plain::CODED_PIECE;
use crate::sri::{Algorithm, Digest, Digester};

/// Digests in the making.
pub(super) struct Digesting {
    decoder: Option<Decoder>,
    digesters: Vec<Digester>,
    /// Decoded; kept for the next piece.
    text: Vec<u8>,
}

impl Digesting {
    /// Of a body in this coding.
    pub(super) fn new(coding: Coding, limits: &Limits, algorithms: &[Algorithm]) -> Result<Self, HtmlError> {
        let digesters = algorithms.iter().copied().map(Digester::of).collect();
        let coded = coding != Coding::Identity;
        let decoder = coded.then(|| Decoder::of_one_member(coding, limits)).transpose()?;
        Ok(Self { decoder, digesters, text: Vec::new() })
    }

    /// The next bytes as they came.
    pub(super) fn add(&mut self, data: &[u8]) -> Result<(), HtmlError> {
        let Some(decoder) = self.decoder.as_mut() else {
            self.digesters.iter_mut().for_each(|digester| digester.update(data));
            return Ok(());
        };
        // In pieces, because what comes out may be much more.
        for piece in data.chunks(CODED_PIECE) {
            self.text.clear();
            decoder.write(piece, &mut self.text)?;
            self.digesters.iter_mut().for_each(|digester| digester.update(&self.text));
        }
        Ok(())
    }

    /// The digests of all of it; none where it was empty.
    pub(super) fn finish(mut self) -> Result<Vec<Digest>, HtmlError> {
        if let Some(mut decoder) = self.decoder.take() {
            self.text.clear();
            decoder.finish(&mut self.text)?;
            self.digesters.iter_mut().for_each(|digester| digester.update(&self.text));
        }
        let written = self.digesters.into_iter().filter(|digester| !digester.is_empty());
        Ok(written.map(Digester::finish).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::Encoder;

    #[test]
    fn a_second_member_of_gzip_which_browsers_leave_out_is_no_part_of_a_script() {
        let mut two = Vec::new();
        for part in [&b"f();"[..], b"g();"] {
            let mut encoder = Encoder::new(Coding::Gzip).unwrap();
            encoder.write(part, &mut two).unwrap();
            encoder.finish(&mut two).unwrap();
        }
        let mut digesting = Digesting::new(Coding::Gzip, &Limits::default(), &[Algorithm::Sha384]).unwrap();
        assert!(digesting.add(&two).is_err());
    }

    #[test]
    fn a_body_has_the_digest_of_what_browsers_run_in_every_coding_and_however_it_is_cut() {
        let code = b"import('./b.js')\n".repeat(4096);
        let expected = [Algorithm::Sha256, Algorithm::Sha384].map(|algorithm| Digest::of(algorithm, &code));
        for coding in [Coding::Identity, Coding::Gzip, Coding::Deflate, Coding::Brotli, Coding::Zstd] {
            let mut coded = Vec::new();
            let mut encoder = Encoder::new(coding).unwrap();
            encoder.write(&code, &mut coded).unwrap();
            encoder.finish(&mut coded).unwrap();
            for size in [1, 7, coded.len()] {
                let algorithms = [Algorithm::Sha256, Algorithm::Sha384];
                let mut digesting = Digesting::new(coding, &Limits::default(), &algorithms).unwrap();
                coded.chunks(size).for_each(|piece| digesting.add(piece).unwrap());
                assert_eq!(digesting.finish().unwrap(), expected, "{coding:?} {size}");
            }
            if coding != Coding::Identity {
                let mut cut = Digesting::new(coding, &Limits::default(), &[Algorithm::Sha384]).unwrap();
                cut.add(&coded[..coded.len() - 1]).unwrap();
                assert!(cut.finish().is_err(), "{coding:?} without its end");
            }
        }
        let empty = Digesting::new(Coding::Gzip, &Limits::default(), &[Algorithm::Sha384]).unwrap();
        assert!(empty.finish().unwrap().is_empty());
    }
}
