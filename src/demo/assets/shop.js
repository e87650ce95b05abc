// The shop's own script: the test card, and the list that says which scripts ran on this page.
(function () {
  "use strict";
  var root = document.documentElement;
  root.dataset.shop = "ran";

  var fill = document.getElementById("fill");
  if (fill) {
    fill.addEventListener("click", function () {
      var form = document.getElementById("pay");
      var values = { holder: "Ada Lovelace", card: "4111 1111 1111 1111", expires: "12/30", code: "123" };
      for (var name in values) {
        form.elements[name].value = values[name];
        form.elements[name].dispatchEvent(new Event("input", { bubbles: true }));
      }
    });
  }

  function tell() {
    document.querySelectorAll("#ran [data-mark]").forEach(function (item) {
      var mark = root.dataset[item.dataset.mark];
      item.classList.toggle("yes", Boolean(mark));
      item.querySelector("b").textContent = mark ? "ran" : "did not run";
    });
  }
  addEventListener("load", tell);
})();
