//! How the process runs: listeners, limits, time-outs.
