/* Brings the search in when the reader touches the box, or comes with a query. Nothing is loaded before. */
(function () {
  "use strict";
  var form = document.querySelector("[data-search]"), begun = false;
  if (!form) return;
  var input = form.querySelector("input[type=search]"), says = document.querySelector("[data-search-says]");
  function begin() {
    if (begun) return;
    begun = true;
    ["core", "page"].forEach(function (part) {
      var script = document.createElement("script");
      script.async = false;
      script.src = form.getAttribute("data-" + part);
      script.onerror = missing;
      document.head.appendChild(script);
    });
  }
  /* A page that is older than the site, or a network that lost something: the list of titles stays. */
  function missing() {
    if (!says || says.firstChild) return;
    var again = document.createElement("button");
    again.type = "button";
    again.className = "again";
    again.textContent = "\u5237\u65b0\u672c\u9875";
    again.addEventListener("click", function () { location.reload(); });
    says.append("\u641c\u7d22\u7684\u6587\u4ef6\u6ca1\u6709\u8bfb\u5230\uff0c\u53ef\u80fd\u6b63\u5728\u66f4\u65b0\u3002\u8bf7\u7a0d\u540e\u518d\u8bd5\u3002", again);
  }
  form.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); begin(); });
  input.addEventListener("focus", begin);
  input.addEventListener("input", begin);
  if (/[?&]q=[^&]/.test(location.search)) begin();
})();
