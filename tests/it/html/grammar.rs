//! Documents made at random from the pieces that confuse parsers.

use proptest::prelude::*;

/// Pieces of markup without scripts, links and bases.
pub(super) const PLAIN: [&str; 64] = [
    "<p>",
    "</p>",
    "<div class=a>",
    "</div>",
    "<b>",
    "</b>",
    "<a href=\"x\">",
    "</a>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<ul><li>",
    "</ul>",
    "<svg>",
    "</svg>",
    "<svg/>",
    "<math>",
    "</math>",
    "<mi>",
    "<mtext>",
    "<desc>",
    "</desc>",
    "<foreignObject>",
    "</foreignObject>",
    "<g>",
    "</g>",
    "<title>",
    "</title>",
    "<title t=>",
    "<style>",
    "</style>",
    "<textarea>",
    "</textarea>",
    "<template>",
    "</template>",
    "<noscript>",
    "</noscript>",
    "<iframe>",
    "</iframe>",
    "<xmp>",
    "</xmp>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "--!>",
    "<!doctype html>",
    "<?x",
    "</ x",
    ">",
    "<",
    "text",
    "é",
    "\r\n",
    "\0",
    "&lt;",
    "<x y=\"",
    "<x y='",
    "\">",
    "'>",
    "<select>",
    "</select>",
    "<form>",
];

/// Pieces with scripts, links and bases.
pub(super) const LOADED: [&str; 28] = [
    "<script async src=//cdn.example/m.js></script>",
    "<script>ok()</script>",
    "<script>evil()</script>",
    "<script>state({a: '<\\/script>'}, 'é')</script>",
    "<script>onload = () => late('\\'')</script>",
    "<script>state(",
    "<script>evil(",
    "</script>",
    "<script>",
    "<script src=https://cdn.example/a.js></script>",
    "<script src='https://cdn.example/a.js' integrity=x x=\"<\" nonce>",
    "<script src=https://evil.example/x.js>evil()</script>",
    "<script src=own.js defer></script>",
    "<script type=module src=own.js></script>",
    "<script type=importmap>{\"imports\":{\"m\":\"https://cdn.example/m.js\"}}</script>",
    "<script type=importmap>{\"imports\":{\"own.js\":\"evil.js\"}}</script>",
    "<script type=speculationrules>{\"tag\":\"x\"}</script>",
    "<script type=text/template>evil()</script>",
    "<script><!--<script>evil()</script>--></script>",
    "<svg><script>evil()</script></svg>",
    "<svg><script href=x.js /></svg>",
    "<link rel=preload as=script href=https://cdn.example/a.js>",
    "<link rel=modulepreload href=x.js>",
    "<link rel=stylesheet href=x.css>",
    "<base href=/sub/>",
    "<base href=//evil.example/>",
    "<script src=x.js x='",
    "<<script>evil()</script>img src onerror=evil()>",
];

/// A document without scripts, links and bases.
pub(super) fn plain() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PLAIN.to_vec()), 0..24).prop_map(|pieces| pieces.concat())
}

/// Any document.
pub(super) fn document() -> impl Strategy<Value = String> {
    let piece = prop_oneof![prop::sample::select(PLAIN.to_vec()), prop::sample::select(LOADED.to_vec())];
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}
