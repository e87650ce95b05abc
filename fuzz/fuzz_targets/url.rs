//! Runs `bodies::url`; see there. `fuzz/run url SECONDS` starts it.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| countersign_fuzz::bodies::url(input));
