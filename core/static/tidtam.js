// The few things pages need a script for. Everything works without it but copying, confirming and the small menu.
(function () {
  "use strict";

  const csrf = document.querySelector('meta[name="csrf"]');

  // htmx proves with a header what forms prove with a hidden field.
  document.addEventListener("htmx:configRequest", function (event) {
    if (csrf) event.detail.headers["X-CSRF-Token"] = csrf.content;
  });
  // A refusal comes as a fragment too, and its reader must see it.
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.xhr.status >= 400) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  // <... data-confirm="Sure?"> on a form, a submit button, or an htmx control.
  document.addEventListener("htmx:confirm", function (event) {
    const asked = event.detail.elt.closest("[data-confirm]");
    if (!asked) return;
    event.preventDefault();
    if (window.confirm(asked.dataset.confirm)) event.detail.issueRequest(true);
  });
  document.addEventListener("submit", function (event) {
    const button = event.submitter;
    const asked = button && button.dataset.confirm ? button : event.target.closest("[data-confirm]");
    if (asked && !window.confirm(asked.dataset.confirm)) {
      event.preventDefault();
      return;
    }
    if (event.target.method === "post") guardAgainstSecondClick(event.target, event);
  });

  // A second click on a slow line must not send a form twice.
  function guardAgainstSecondClick(form, event) {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    window.setTimeout(function () { delete form.dataset.sent; }, 5000);
  }
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  // <form data-auto-submit>: filters act as soon as they are changed.
  document.addEventListener("change", function (event) {
    const form = event.target.closest && event.target.closest("form[data-auto-submit]");
    if (form) form.requestSubmit();
  });

  document.addEventListener("click", function (event) {
    const menu = event.target.closest("[data-menu]");
    if (menu) toggleMenu(menu);
    const copy = event.target.closest("[data-copy]");
    if (copy) copyText(copy);
    document.querySelectorAll("details[data-closes][open]").forEach(function (open) {
      if (!open.contains(event.target)) open.open = false;
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details[data-closes][open]").forEach(function (open) {
      open.open = false;
      open.querySelector("summary").focus();
    });
    const menu = document.querySelector('[data-menu][aria-expanded="true"]');
    if (menu) {
      toggleMenu(menu);
      menu.focus();
    }
  });
  document.addEventListener("focusin", function (event) {
    if (event.target.matches("[data-select]")) event.target.select();
  });

  function toggleMenu(button) {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    document.getElementById(button.getAttribute("aria-controls")).classList.toggle("is-open", open);
  }

  function copyText(button) {
    const field = button.parentElement.querySelector("[data-select]");
    field.select();
    const done = function () { button.textContent = button.dataset.done; };
    // The clipboard is there on https and on this machine only; the old way works on a closed network too.
    if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(done, function () {});
    else if (document.execCommand("copy")) done();
  }
})();
