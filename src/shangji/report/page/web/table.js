// A table that sorts by its headings and shows a hundred rows at a time.

const ROWS_AT_ONCE = 100;
const ROWS_ON_PAPER = 20;

function sortable(columns, rows, options) {
  const settings = options || {};
  const state = { column: null, down: false, shown: settings.most || ROWS_AT_ONCE, rows };
  const body = make("tbody");
  const foot = make("tfoot");
  const more = make("button", { type: "button", class: "more", on: { click: () => { state.shown += ROWS_AT_ONCE; draw(); } } });
  const unprinted = make("p", { class: "unprinted note" });
  const heads = columns.map((column) => heading(column));
  const table = make("table", { class: settings.class }, settings.caption ? make("caption", {}, settings.caption) : null,
    make("thead", {}, make("tr", {}, heads)), body, foot);

  function heading(column) {
    const cell = make("th", { scope: "col", class: column.number ? "number" : null });
    if (!column.value) return fill(cell, {}, [column.title]);
    const button = make("button", { type: "button", on: { click: () => sortBy(column) } }, column.title);
    return fill(cell, { "aria-sort": "none" }, [button]);
  }

  function sortBy(column) {
    state.down = state.column === column ? !state.down : Boolean(column.number);
    state.column = column;
    heads.forEach((cell, at) => {
      const mine = columns[at] === column;
      if (columns[at].value) cell.setAttribute("aria-sort", mine ? (state.down ? "descending" : "ascending") : "none");
    });
    draw();
  }

  function ordered() {
    if (!state.column) return state.rows;
    const { value } = state.column;
    const sign = state.down ? -1 : 1;
    return state.rows.slice().sort((a, b) => compare(value(a), value(b), sign) || a.at - b.at);
  }

  function draw() {
    const sorted = ordered();
    body.textContent = "";
    for (const row of sorted.slice(0, state.shown)) body.append(...bodyRows(row));
    foot.textContent = "";
    if (settings.total) foot.append(make("tr", {}, settings.total(state.rows).map((text, at) =>
      make("td", { class: columns[at].number ? "number" : null }, text))));
    const left = sorted.length - state.shown;
    more.hidden = left <= 0;
    unprinted.textContent = left > 0 ? "还有 " + grouped(left) + " 行没有印出，见报告文件；合计含这些行。" : "";
    more.textContent = "再显示 " + Math.min(left, ROWS_AT_ONCE) + " 行（还有 " + grouped(Math.max(left, 0)) + " 行）";
  }

  function bodyRows(row) {
    const cells = columns.map((column) => make("td", { class: column.number ? "number" : column.class }, column.show(row)));
    const line = make("tr", {}, cells);
    return settings.expand ? expandable(line, row, settings.expand, columns.length) : [line];
  }

  draw();
  const box = make("div", { class: "scroll" }, table, more, unprinted);
  box.forPaper = () => { state.shown = Math.max(state.shown, ROWS_ON_PAPER); draw(); };
  box.update = (fresh) => { state.rows = fresh; state.shown = settings.most || ROWS_AT_ONCE; draw(); };
  return box;
}

// A row that opens: the first cell gets a button, what it opens is made on the first click.
function expandable(line, row, open, width) {
  const inner = make("td", { colspan: width });
  const below = make("tr", { class: "below", hidden: true }, inner);
  const button = make("button", { type: "button", class: "opener", "aria-expanded": "false", "aria-label": "展开" }, "＋");
  button.addEventListener("click", () => {
    if (!inner.firstChild) inner.append(open(row));
    below.hidden = !below.hidden;
    button.textContent = below.hidden ? "＋" : "－";
    button.setAttribute("aria-expanded", String(!below.hidden));
    button.setAttribute("aria-label", below.hidden ? "展开" : "收起");
  });
  line.firstChild.prepend(button);
  return [line, below];
}
