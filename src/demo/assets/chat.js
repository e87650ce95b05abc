// Parley Chat 3.4.1: the little bubble at the lower right, with a word of welcome.
(function () {
  "use strict";
  var VERSION = "3.4.1";
  var WELCOME = "Hello! Any question about your tickets?";

  function element(tag, style) {
    var made = document.createElement(tag);
    for (var name in style) made.style[name] = style[name];
    return made;
  }

  function open() {
    var bubble = element("div", {
      position: "fixed", right: "20px", bottom: "20px", maxWidth: "260px", padding: "12px 16px",
      borderRadius: "16px 16px 4px 16px", background: "#2b5fd9", color: "#fff",
      font: "15px/1.4 system-ui, sans-serif", boxShadow: "0 4px 16px rgba(0, 0, 0, .25)"
    });
    bubble.id = "chat-bubble";
    bubble.setAttribute("role", "status");
    bubble.textContent = WELCOME;

    var close = element("button", {
      marginLeft: "10px", border: "0", background: "transparent", color: "inherit", font: "inherit",
      cursor: "pointer"
    });
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", "Close the chat");
    close.addEventListener("click", function () { bubble.remove(); });

    bubble.appendChild(close);
    document.body.appendChild(bubble);
  }

  document.documentElement.dataset.chat = VERSION;
  if (document.body) open();
  else document.addEventListener("DOMContentLoaded", open);
})();
