// Runs in a page, as an expression: its value is what `contrastsOf` gives.
(() => {
  const parse = (colour) => {
    const [r = 0, g = 0, b = 0, a = 1] = (colour.match(/[\d.]+/gu) ?? []).map(Number);
    return [r, g, b, a];
  };
  const over = (top, below) => {
    const mix = (n) => top[n] * top[3] + below[n] * (1 - top[3]);
    return [mix(0), mix(1), mix(2), 1];
  };
  const luminance = (colour) => {
    const [r, g, b] = [colour[0], colour[1], colour[2]].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
  };
  const groundOf = (element) => {
    const layers = [];
    for (let one = element; one !== null; one = one.parentElement)
      layers.unshift(parse(getComputedStyle(one).backgroundColor));
    return layers.reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  /** A plot's text has a rim of the paper's colour, or lies on a shape that is filled. */
  const colours = (element) => {
    const style = getComputedStyle(element);
    if (!(element instanceof SVGElement)) return { ink: parse(style.color), ground: groundOf(element) };
    const ink = parse(style.fill);
    if (style.stroke !== 'none') return { ink, ground: parse(style.stroke) };
    const box = element.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const ground = [...(element.ownerSVGElement?.querySelectorAll('rect, path') ?? [])].reduce((below, shape) => {
      const { left, right, top, bottom } = shape.getBoundingClientRect();
      const { fill, fillOpacity } = getComputedStyle(shape);
      const covers = x >= left && x <= right && y >= top && y <= bottom && fill.startsWith('rgb');
      const [r, g, b, a] = parse(fill);
      return covers ? over([r, g, b, a * Number(fillOpacity)], below) : below;
    }, groundOf(element));
    return { ink, ground };
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = (node.textContent ?? '').trim();
    if (element === null || text === '' || element.closest('script, style, title, desc, thead') !== null) continue;
    if (!element.checkVisibility()) continue;
    const { ink, ground } = colours(element);
    const [light, dark] = [luminance(over(ink, ground)), luminance(ground)].sort((a, b) => b - a);
    const { fontSize, fontWeight } = getComputedStyle(element);
    const size = parseFloat(fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700);
    found.push({
      text: text.slice(0, 60),
      ratio: ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05),
      needed: large ? 3 : 4.5,
    });
  }
  return found;
})();
