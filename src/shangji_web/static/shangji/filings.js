// On the sheets of a filing: amounts in 万元 beside the yuan, as they are typed. No figure is computed
// here that counts: the point is moved in the text, the server adds up.
"use strict";
(function () {
  function inWan(text) {
    var plain = text.replace(/[,，\s]/g, "");
    var found = /^(-?)(\d{1,15})(?:\.(\d{0,2}))?$/.exec(plain);
    if (!found) { return ""; }
    var cents = (found[2] + (found[3] || "").padEnd(2, "0")).replace(/^0+(?=\d)/, "");
    var rounded = (BigInt(cents) + BigInt(5000)) / BigInt(10000);
    var digits = String(rounded).padStart(3, "0");
    var whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
    return found[1] + whole + "." + digits.slice(-2) + " 万元";
  }
  document.addEventListener("input", function (event) {
    var name = event.target.getAttribute("data-wan");
    if (!name) { return; }
    var shown = document.getElementById(name);
    if (shown) { shown.textContent = inWan(event.target.value); }
  });
  document.addEventListener("htmx:oobAfterSwap", function () {
    document.querySelectorAll(".cells .field > .errorlist").forEach(function (list) {
      list.parentElement.classList.toggle("wrong", list.children.length > 0);
    });
  });
  document.addEventListener("click", function (event) {
    var link = event.target.closest('a[href*="#f-"], a[href*="#row-"]');
    if (link) { reveal(link.hash); }
  });
  window.addEventListener("hashchange", function () { reveal(location.hash); });
  function reveal(hash) {
    var field = hash && document.getElementById(decodeURIComponent(hash.slice(1)));
    if (!field) { return; }
    for (var box = field.closest("details"); box; box = box.parentElement.closest("details")) { box.open = true; }
    field.scrollIntoView({ block: field.offsetHeight > window.innerHeight / 2 ? "start" : "center" });
    if (field.focus) { field.focus({ preventScroll: true }); }
  }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", function () { reveal(location.hash); }); }
  else { reveal(location.hash); }
})();
