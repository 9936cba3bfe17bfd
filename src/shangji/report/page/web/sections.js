// The tables that a pack shows of its rows: all on one page, and each on its own.

const SECTION_ROWS = 10;

function sectionsView() {
  return make("div", {}, make("ul", { class: "contents" }, SECTIONS.map((section) => make("li", {}, link(address("sections", section.name), section.zh)))),
    SECTIONS.map((section) => sectionPanel(section, { most: SECTION_ROWS })));
}

function sectionView(name) {
  if (!name) return sectionsView();
  const section = SECTIONS.find((item) => item.name === name);
  if (!section) return missingView("没有这张表：" + name);
  return make("div", {}, make("nav", { class: "path", "aria-label": "位置" }, link(address("sections"), "专题表")), sectionPanel(section, {}));
}

function sectionPanel(section, options) {
  const columns = section.columns.map((column, at) => ({
    title: column.title, number: column.number, class: at ? null : "name",
    value: (row) => (column.number ? row["n" + at] : row["t" + at]),
    show: (row) => (at || column.number ? row["t" + at] : cutName(row["t" + at])),
  }));
  const left = section.total - section.rows.length;
  return panel(section.zh + "（" + grouped(section.total) + " 行）", section.note ? make("p", { class: "note" }, section.note) : null,
    sortable(columns, section.rows, options), left > 0 ? make("p", { class: "note" }, "还有 " + grouped(left) + " 行，见 审核结果.xlsx。") : null);
}
