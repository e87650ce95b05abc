//! Runs `bodies::charset`; see there. `fuzz/run charset SECONDS` starts it.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| countersign_fuzz::bodies::charset(input));
