//! The shape of the source: layers, first lines, sizes.
