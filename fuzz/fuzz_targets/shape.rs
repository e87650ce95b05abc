//! Runs `bodies::shape`; see there. `fuzz/run shape SECONDS` starts it.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| countersign_fuzz::bodies::shape(input));
