
  (function () {
    var left = 600, shown = document.getElementById("held");
    document.documentElement.dataset.inline = "ran";
    function tick() {
      var seconds = left % 60;
      shown.textContent = Math.floor(left / 60) + ":" + (seconds < 10 ? "0" : "") + seconds;
      if (left > 0) left -= 1;
    }
    tick();
    setInterval(tick, 1000);
  })();

