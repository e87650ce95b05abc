//! Runs `bodies::rewrite`; see there. `fuzz/run rewrite SECONDS` starts it.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| countersign_fuzz::bodies::rewrite(input));
