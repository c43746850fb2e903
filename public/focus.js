// Where the thing that has the focus goes away, the focus stays near and never falls to the page's body: on what took its
// place, else on what follows, else on the heading. A list keeps it itself, so that scrolling is not followed.
const focusable = 'a[href], button:not(:disabled), input:not(:disabled), select, textarea, [tabindex]';
let trail = []; // what has the focus, and all around it

addEventListener('focusin', ({ target }) => {
  trail = [];
  for (let at = target; at; at = at.parentElement) trail.push(at);
});
// A click on nothing means to have no focus.
addEventListener('click', () => { if (document.activeElement === document.body) trail = []; }, true);

const near = (lost, changes) => {
  const at = trail.findIndex((each) => each.isConnected);
  const [gone, home] = [trail[at - 1], trail[at]];
  if (lost.isConnected) return lost;
  if (home.matches('#main, .toasts')) return null;
  const list = home.closest('[data-testid=record-list]');
  if (list) return list;
  // What stood beside it may have gone as well: then what stood beside that.
  const beside = (node, side) => {
    do node = changes.find((change) => [...change.removedNodes].includes(node))?.[side]; while (node && !node.isConnected);
    return node;
  };
  const [before, after] = [beside(gone, 'previousSibling'), beside(gone, 'nextSibling')];
  const rest = [...home.querySelectorAll(focusable)].filter((each) => each.checkVisibility()
    && (!before || before.compareDocumentPosition(each) === Node.DOCUMENT_POSITION_FOLLOWING));
  const inside = after ? rest.filter((each) => after.compareDocumentPosition(each) === Node.DOCUMENT_POSITION_PRECEDING) : rest;
  const alike = (each) => ['tagName', 'className', 'name', 'value'].every((key) => each[key] === lost[key]);
  return inside.find(alike) ?? inside[0] ?? rest[0];
};

new MutationObserver((changes) => {
  if (!trail[0] || document.activeElement !== document.body) return;
  (near(trail[0], changes) ?? document.querySelector('main h1'))?.focus({ preventScroll: true });
}).observe(document.documentElement, { childList: true, subtree: true });
