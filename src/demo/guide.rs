//! What the terminal says at the start: what is where, what to click, what to expect.

use std::path::Path;

use super::addresses::Addresses;

/// The text.
pub(super) fn text(at: &Addresses, policies: &Path, tampered: bool) -> String {
    let (shop, direct, vendor, drop_box, admin) =
        (at.shop(), at.direct(), at.vendor(), at.drop_box(), at.admin());
    let policies = policies.display();
    let now = if tampered {
        "Started with --tampered, the attack is on already: go on with 3."
    } else {
        "The form works, the chat says hello."
    };
    format!(
        "\
A ticket shop, its chat vendor, a skimmer, and Countersign in front. All of it runs on this machine only.

  {shop}   the shop through Countersign
  {direct}   the same shop, unprotected
  {vendor}   the chat vendor, with the switch that tampers with its script
  {drop_box}   the skimmer's drop box: the card numbers it got
  {admin}   what Countersign saw

What to try
  1. Open {shop}/pay/pin
     {now}
  2. Open {vendor} and press \"Tamper with chat.js\".
     That is the attack of 2018: the vendor's script now copies card numbers.
  3. Open {direct}/pay/pin and press \"Use a test card\".
     Unprotected: the chat still says hello, and the number is in the drop box.
  4. Open {shop}/pay/pin and press it again.
     Tier pin: the browser refuses the changed chat. No chat, and nothing is stolen.
  5. Open {shop}/pay/mirror and press it again.
     Tier mirror: Countersign serves the approved chat. It works, and nothing is stolen.
  6. Open {direct}/attacked, then {shop}/attacked
     Two injected scripts: both run unprotected, none runs through Countersign.

The policies are in {policies}
  Change demo.toml there and save: it is in force within a second, or refused with the reason.
Ctrl-C ends the demo and removes them.

What happens:"
    )
}
