/* Brings the search in when the reader touches the box, or comes with a query. Nothing is loaded before. */
(function () {
  "use strict";
  var form = document.querySelector("[data-search]"), begun = false;
  if (!form) return;
  var input = form.querySelector("input[type=search]");
  function begin() {
    if (begun) return;
    begun = true;
    ["core", "page"].forEach(function (part) {
      var script = document.createElement("script");
      script.async = false;
      script.src = form.getAttribute("data-" + part);
      document.head.appendChild(script);
    });
  }
  form.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); begin(); });
  input.addEventListener("focus", begin);
  input.addEventListener("input", begin);
  if (/[?&]q=[^&]/.test(location.search)) begin();
})();
