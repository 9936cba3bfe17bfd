// The little that a page does by itself: no eval, no inline script, every listener here.
//   data-confirm="words"     on a form or a button in it: asks before it is sent
//   data-submit-on-change    on a select: sends its form at once
//   data-key="j"             on a link or button: that key clicks it, outside of fields
//   data-print               on a button: prints the page
//   data-large               on a button: larger letters, remembered on this machine
//   data-count-for="id"      shows how many characters the field has
//   data-warn-unsaved        on a form: warns before leaving it with changes that were not sent
"use strict";
(function () {
  var token = document.querySelector('meta[name="csrf-token"]');
  var dirty = null;

  function each(selector, done) { Array.prototype.forEach.call(document.querySelectorAll(selector), done); }

  function ask(words, yes) {
    var box = document.createElement("dialog");
    if (!box.showModal) { if (window.confirm(words)) { yes(); } return; }
    box.className = "ask";
    var head = document.createElement("h2"), text = document.createElement("p");
    var row = document.createElement("div"), go = document.createElement("button"), stay = document.createElement("button");
    head.textContent = "请确认";
    text.textContent = words;
    text.className = "words";
    row.className = "btn-row";
    go.className = "btn btn-primary";
    go.textContent = "确定";
    stay.className = "btn";
    stay.textContent = "取消";
    go.addEventListener("click", function () { box.close(); yes(); });
    stay.addEventListener("click", function () { box.close(); });
    box.addEventListener("close", function () { box.remove(); });
    row.append(go, stay);
    box.append(head, text, row);
    document.body.append(box);
    box.showModal();
    stay.focus();
  }

  document.addEventListener("submit", function (event) {
    var form = event.target, by = event.submitter;
    var words = (by && by.dataset.confirm) || form.dataset.confirm;
    if (!words || form.dataset.asked) {
      if (!form.hasAttribute("hx-post")) { dirty = null; }
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(words, function () {
      form.dataset.asked = "1";
      if (form.requestSubmit) { form.requestSubmit(by || undefined); } else { form.submit(); }
      delete form.dataset.asked;
    });
  }, true);

  function large(on) {
    document.documentElement.classList.toggle("large", on);
    each("[data-large]", function (button) { button.setAttribute("aria-pressed", String(on)); });
  }
  function remembered(value) {
    try {
      if (value !== undefined) { window.localStorage.setItem("large", value); }
      return window.localStorage.getItem("large") === "1";
    } catch (error) { return value === "1"; }  // storage is shut off: for this page only
  }
  document.addEventListener("DOMContentLoaded", function () { if (remembered()) { large(true); } });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) { window.print(); }
    if (event.target.closest("[data-large]")) {
      var on = !document.documentElement.classList.contains("large");
      remembered(on ? "1" : "0");
      large(on);
    }
    each("details.drop[open]", function (open) { if (!open.contains(event.target)) { open.open = false; } });
  });

  document.addEventListener("change", function (event) {
    if (event.target.hasAttribute("data-submit-on-change")) {
      var form = event.target.form;
      if (form.requestSubmit) { form.requestSubmit(); } else { form.submit(); }
    }
  });

  document.addEventListener("input", function (event) {
    var form = event.target.closest("form[data-warn-unsaved]");
    if (form) { dirty = form; }
    each('[data-count-for="' + event.target.id + '"]', function (shown) {
      shown.textContent = String(Array.from(event.target.value).length);
    });
  });
  window.addEventListener("beforeunload", function (event) {
    if (dirty && document.contains(dirty)) { event.preventDefault(); event.returnValue = ""; }
  });
  document.addEventListener("shangji:saved", function () { dirty = null; });

  document.addEventListener("keydown", function (event) {
    var open = event.key === "Escape" && document.querySelector("details.drop[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); return; }
    if (event.ctrlKey || event.altKey || event.metaKey) { return; }
    if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) { return; }
    var key = event.key.toLowerCase(), found = null;
    each("[data-key]", function (item) { if (item.dataset.key === key && !item.disabled) { found = found || item; } });
    if (found) { event.preventDefault(); found.focus(); found.click(); }
  });

  document.addEventListener("DOMContentLoaded", function () {
    var wrong = document.querySelector(".problems[tabindex]") || document.querySelector(".field.wrong input, .field.wrong select, .field.wrong textarea");
    if (wrong) { wrong.focus(); }
  });

  document.addEventListener("htmx:configRequest", function (event) {
    if (token && event.detail.verb !== "get") { event.detail.headers["X-CSRFToken"] = token.content; }
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.successful && dirty === event.target) { dirty = null; }
  });
  document.addEventListener("htmx:responseError", function (event) { say(event.detail.xhr.status); });
  document.addEventListener("htmx:sendError", function () { say(0); });

  function say(status) {
    var words = status === 403 ? "没有权限，或登录已过期，请重新登录。" :
      status === 0 ? "连不上服务器，刚才的操作没有保存，请稍后再试。" : "操作没有完成（" + status + "），刚才的内容没有保存。";
    var place = document.getElementById("messages");
    if (!place) { return; }
    var box = document.createElement("div");
    box.className = "notice error";
    box.setAttribute("role", "alert");
    box.textContent = words;
    place.append(box);
  }
})();
