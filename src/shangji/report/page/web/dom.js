// Elements are made here and nowhere else. Text is always a text node: input is never markup.

function make(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function drawn(tag, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "on") {
      for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    } else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== "") node.append(child);
  }
  return node;
}

function link(href, text, attributes) {
  return make("a", { href, ...attributes }, text);
}

function address(view, part, query) {
  const pairs = Object.entries(query || {}).map(([key, value]) => key + "=" + encodeURIComponent(value));
  return "#" + view + (part ? "/" + encodeURIComponent(part) : "") + (pairs.length ? "?" + pairs.join("&") : "");
}

// A long name is cut by the style sheet; the whole of it shows on hover and on focus.
function cutName(text, href) {
  return href ? link(href, text, { class: "cut", title: text }) : make("span", { class: "cut", title: text, tabindex: "0" }, text);
}
