//! Runs `bodies::inline`; see there. `fuzz/run inline SECONDS` starts it.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| countersign_fuzz::bodies::inline(input));
