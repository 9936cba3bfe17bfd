// What is wrong to look at on a page: a list of words. tools/screens.py runs it in the browser.
() => {
  const wrong = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) wrong.push(`scrolls sideways by ${root.scrollWidth - root.clientWidth}`);
  const parse = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((one) => {
    const part = one / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }).reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (item) => {
    for (let up = item; up; up = up.parentElement) {
      const style = getComputedStyle(up), colour = parse(style.backgroundColor);
      if (style.backgroundImage !== 'none') return null;
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const told = new Set();
  while (walker.nextNode()) {
    const item = walker.currentNode.parentElement, words = walker.currentNode.data.trim();
    if (!words || !item.checkVisibility() || item.closest('script, style, svg, .visually-hidden')) continue;
    const style = getComputedStyle(item), back = ground(item);
    if (back) {
      const [a, b] = [light(parse(style.color)), light(back)].sort((x, y) => y - x);
      const ratio = (a + 0.05) / (b + 0.05);
      const least = parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
      const key = `${style.color} on rgb(${back})`;
      if (ratio < least && !told.has(key)) { told.add(key); wrong.push(`contrast ${ratio.toFixed(2)}: ${key}: ${words.slice(0, 20)}`); }
    }
    if (style.textOverflow === 'ellipsis' && item.scrollWidth > item.clientWidth && !item.closest('[title]')) {
      wrong.push(`cut off without a title: ${words.slice(0, 30)}`);
    }
  }
  for (const item of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
    if (!item.checkVisibility()) continue;
    if (!item.labels.length && !item.getAttribute('aria-label') && !item.getAttribute('aria-labelledby')) {
      wrong.push(`no label: ${item.name || item.id}`);
    }
  }
  const ids = [...document.querySelectorAll('[id]')].map((item) => item.id);
  for (const id of new Set(ids.filter((one, at) => ids.indexOf(one) !== at))) wrong.push(`id twice: ${id}`);
  return wrong;
}
