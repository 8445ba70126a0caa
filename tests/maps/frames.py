"""How long a browser takes for a frame of the map while somebody pans, zooms, searches and opens departments."""

from playwright.sync_api import Page

FRAME_LIMIT_MS = 100
# Each act is done step by step, a step a frame, from the act to the frame that shows it; the middle one counts.
ACTS = """async () => {
  const frame = document.getElementById('map-frame');
  const find = document.getElementById('map-find');
  const next = () => new Promise(resolve => requestAnimationFrame(resolve));
  const timed = async (steps, act) => {
    const took = [];
    for (let step = 0; step < steps; step += 1) {
      await next();
      const start = performance.now();
      act(step);
      frame.getBoundingClientRect();
      await next();
      await new Promise(resolve => setTimeout(resolve));
      took.push(performance.now() - start);
    }
    took.sort((one, other) => one - other);
    return Math.round(10 * took[Math.floor(took.length / 2)]) / 10;
  };
  const type = words => { find.value = words; find.dispatchEvent(new Event('input', { bubbles: true })); };
  const larger = document.querySelector('[data-zoom="1.25"]');
  const smaller = document.querySelector('[data-zoom="0.8"]');
  const found = {};
  found.pan = await timed(20, step => frame.scrollTo(20 * step, 60 * step));
  found.zoom = await timed(10, step => (step % 2 ? smaller : larger).click());
  found.filter = await timed(10, step => type(['w', 'wa', 'war', 'ware', ''][step % 5]));
  type('');
  return found;
}"""
# Opening swaps the drawing for another one, over a few frames: the longest counts, from the answer's arrival on.
OPEN = """async () => {
  const link = document.querySelector('#map .m-close[href]') ?? document.querySelector('#map .m-place[data-swap]');
  const original = window.fetch;
  let last = 0;
  let longest = 0;
  let done = false;
  const watch = () => {
    if (done) return;
    if (last) longest = Math.max(longest, performance.now() - last);
    last = performance.now();
    requestAnimationFrame(() => setTimeout(watch));
  };
  window.fetch = async (...given) => {
    const answer = await original(...given);
    const words = await answer.text();
    watch();
    return new Response(words, { status: answer.status, headers: answer.headers });
  };
  const old = document.getElementById('map');
  link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
  const isThere = () => document.getElementById('map') !== old && !document.querySelector('#map[aria-busy]');
  while (!isThere()) await new Promise(resolve => setTimeout(resolve, 2));
  await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
  if (last) longest = Math.max(longest, performance.now() - last);
  done = true;
  window.fetch = original;
  return Math.round(10 * longest) / 10;
}"""


def quickest_frames_of(page: Page, times: int = 3) -> dict[str, float]:
    """Return the same, the best of a few measurings: on a busy machine a frame waits for others, not for the page."""
    measured = [frames_of(page) for _time in range(times)]
    return {name: min(one[name] for one in measured) for name in measured[0]}


def frames_of(page: Page) -> dict[str, float]:
    """Return the milliseconds of the middle frame of each act, by its name."""
    found: dict[str, float] = page.evaluate(ACTS)
    found["open"] = sorted(page.evaluate(OPEN) for _time in range(3))[1]
    return found
