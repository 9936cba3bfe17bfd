// What intake refused, doubts or changed, cell by cell.

function problemsView() {
  const rows = rowsOf(DATA.problems.rows);
  const effects = Array.from(new Set(rows.map((row) => row.effect)));
  const choose = make("select", {}, make("option", { value: "" }, "全部"), effects.map((effect) => make("option", { value: effect }, WORDS.effects[effect])));
  const search = make("input", { type: "search", placeholder: "文件、字段或原值" });
  const table = sortable([
    { title: "处理", value: (row) => row.effect, show: (row) => WORDS.effects[row.effect] },
    { title: "问题", value: (row) => row.title, show: (row) => row.title },
    { title: "文件", class: "place", value: (row) => row.file, show: (row) => row.file },
    { title: "工作表", value: (row) => row.sheet, show: (row) => row.sheet },
    { title: "单元格", value: (row) => row.cell, show: (row) => row.cell },
    { title: "字段", value: (row) => row.field, show: (row) => row.field },
    { title: "原值", class: "place", value: (row) => row.value, show: (row) => row.value },
    { title: "说明和办法", class: "place", show: (row) => row.says + row.fix },
  ], rows, {});
  const apply = () => table.update(rows.filter((row) => (!choose.value || row.effect === choose.value) && (row.file + row.field + row.value).includes(search.value.trim())));
  choose.addEventListener("change", apply);
  search.addEventListener("input", apply);
  const left = DATA.problems.total - rows.length;
  return make("section", { class: "panel" }, make("h2", {}, "数据问题"),
    make("p", { class: "note" }, "读入时拒收、存疑和改写的每一处，要人处理的排在前面。" + (left ? "另有 " + grouped(left) + " 处改写没有列在这里，见 审核结果.xlsx。" : "")),
    make("form", { class: "filters", on: { submit: (event) => event.preventDefault() } }, make("label", {}, "处理 ", choose), make("label", {}, "查找 ", search)), table);
}
