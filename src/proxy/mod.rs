//! The data path, in order: listen, route, forward, decide, rewrite, respond.
