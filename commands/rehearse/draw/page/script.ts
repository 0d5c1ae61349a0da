/**
 * All that the page needs of a script: a slider below the plots, which the pointer moves as well, reads out what was going on. Without it
 * the page says the same in less detail. No backslashes: it stands in a template.
 */
export const script = `
for (const timeline of document.querySelectorAll('.timeline')) {
  const texts = JSON.parse(timeline.querySelector('script').textContent);
  const [slider, output, hair] = ['input', 'output', '.hair'].map((one) => timeline.querySelector(one));
  const lanes = timeline.querySelector('.lanes');
  const show = () => {
    output.textContent = texts[slider.value];
    const [outer, plot] = [lanes, lanes.querySelector('.plot')].map((one) => one.getBoundingClientRect());
    hair.style.left = plot.left - outer.left + (plot.width * slider.value) / slider.max + 'px';
    hair.hidden = false;
  };
  slider.addEventListener('input', show);
  addEventListener('resize', () => hair.hidden || show());
  lanes.addEventListener('pointermove', (event) => {
    const plot = lanes.querySelector('.plot').getBoundingClientRect();
    const share = (event.clientX - plot.left) / plot.width;
    if (share < 0 || share > 1) return;
    slider.value = Math.round(share * slider.max);
    show();
  });
  timeline.querySelector('.read-out').hidden = false;
}
`;
