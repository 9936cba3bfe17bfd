// The desk: R opens the reason of a rejection, Ctrl+Enter passes the project.
"use strict";
(function () {
  function inField(target) { return target.closest("input, textarea, select, dialog, [contenteditable]"); }

  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      var pass = document.querySelector("[data-ctrl-enter]");
      if (pass && !document.querySelector("dialog[open]")) { event.preventDefault(); pass.click(); }
      return;
    }
    if (event.key.toLowerCase() !== "r" || event.ctrlKey || event.altKey || event.metaKey || inField(event.target)) { return; }
    var box = document.querySelector("[data-reject]");
    if (box) {
      event.preventDefault();
      box.open = true;
      box.querySelector("[data-first]").focus();
    }
  });
  var here = document.querySelector(".desk-list [aria-current]");
  if (here && here.scrollIntoView) { here.scrollIntoView({ block: "nearest" }); }
})();
