'use strict';
// ---------------------------------------------------------------- one dependency from near

let refreshing = null;
let fromNear = null; // what the process has last said of the one that is shown

/** Soon, and once for all that has changed until then. */
function refreshDetail() {
  if (refreshing === null) refreshing = setTimeout(() => { refreshing = null; if (page.detail !== null) showDetail(page.detail); }, 150);
}

function openDetail(name) {
  if (page.detail !== name) {
    page.detail = name;
    fromNear = null;
    write($('detail-title'), name);
    for (const part of ['detail-now', 'detail-steer', 'detail-more']) { $(part).replaceChildren(); $(part).shown = undefined; }
  }
  drawAnswers();
  if (!$('detail').open) $('detail').showModal();
  return showDetail(name);
}

/** The form is made once, so that nothing is lost while somebody types. */
async function showDetail(name) {
  let answer;
  let body;
  try {
    answer = await fetch('api/dependencies/' + encodeURIComponent(name));
    body = await answer.json();
  } catch (gone) { // also in the midst of its answer
    fromNear = null;
    part($('detail-now'), 'gone', () => [make('p', { class: 'wrong' }, 'The process does not answer.')]);
    return;
  }
  if (page.detail !== name) return;
  if (answer.ok) drawReset(body.state); // what may be done does not wait for who reads
  if (isSelecting($('detail'))) return;
  if (!answer.ok) {
    fromNear = null;
    part($('detail-now'), body, () => [make('p', { class: 'wrong' }, body.title + ': ' + body.errors.join('; '))]);
    return;
  }
  fromNear = Object.assign(body, { at: now() });
  drawFromNear();
  if (body.state && page.hello && !page.hello.readOnly && $('detail-steer').children.length === 0) {
    $('detail-steer').append(steer(name));
    drawReset(body.state);
  }
}

/** As it was last said; another day changes how its times are told. */
function drawFromNear() {
  if (fromNear === null || isSelecting($('detail'))) return;
  part($('detail-now'), [fromNear.explain, fromNear.state, fromNear.outlook, fromNear.warnings, page.today], () => nearby(fromNear));
  drawMore(fromNear);
}

/** What the page says of it, when it is not well. */
function drawAnswers() {
  const known = page.overview === null ? [] : isFound(page.overview) ? [...page.overview.dependencies, ...found.rows] : page.overview.dependencies;
  const one = known.find(each => each.name === page.detail);
  fill($('detail-answers'), one === undefined ? [] : answersOf(one));
}

/** Made anew only when it differs: what somebody reads, has focused or scrolled to stays. */
function part(node, what, draw) {
  const signature = JSON.stringify(what);
  if (node.shown === signature) return;
  node.shown = signature;
  node.replaceChildren(...draw());
}

/** The process says since when in UTC; on the page it stands beside other times. */
const told = explained => explained.replace(/ since (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z) \(/g, (all, at) => ' since ' + clock(Date.parse(at)) + ' (');

function nearby(body) {
  return [
    make('p', { class: 'facts' }, 'What its guard said at ' + clock(body.at) + ':'),
    make('pre', {}, told(body.explain)),
    body.state ? machine(body.state) : null,
    ...(body.outlook || []).map(line => make('p', { class: 'facts' }, line)),
    ...body.warnings.map(warning => make('p', { class: 'wrong' }, 'Warning: ' + warning)),
  ].filter(child => child !== null);
}

function table(head, rows) {
  return make('table', {}, make('thead', {}, make('tr', {}, ...head.map(text => make('th', { scope: 'col' }, text)))),
    make('tbody', {}, ...rows.map(row => make('tr', {}, ...row.map(text => make('td', {}, glued(String(text))))))));
}

const LOADING = 10000; // milliseconds that a page takes at most from when it is opened until calls are listened to

/** Why there are no last calls yet. */
function silence({ heardSince }) {
  if (heardSince === undefined) return 'None yet: calls are listened to from when this page is connected.';
  const after = heardSince - (performance.timeOrigin - page.skew);
  return 'None yet: calls are listened to since ' + (after > -1000 && after < LOADING ? 'this page' : 'a page') + ' was opened, at ' + clock(heardSince) + '.';
}

/** What was refused by its reasons: of calls, or of attempts where those after the first may be refused as well. */
function counts({ totals, refusals = {}, triesAgain = false }) { // an older process does not send the last two
  const all = Object.values(refusals).reduce((sum, many) => sum + many, 0);
  const reasons = Object.entries(refusals).map(([reason, many]) => ['of which ' + reason.toLowerCase().replaceAll('_', ' '), many]);
  if (triesAgain && all > totals.refused) reasons.unshift(['attempts refused, retries too', all]);
  const rows = Object.entries(totals).filter(([, many]) => many > 0);
  const calls = rows.findIndex(([what]) => what === 'refused');
  rows.splice(calls < 0 ? rows.length : calls + 1, 0, ...reasons);
  const made = table(['What', 'How many'], rows.map(([what, many]) => [what, count(many)]));
  for (const row of made.tBodies[0].rows) if (row.cells[0].textContent.startsWith('of which')) row.className = 'part';
  return made;
}

function drawMore(body) {
  const stories = page.stories.filter(entry => !entry.break && entry.dependency.split('/')[0] === body.name).slice(0, 50);
  const since = body.heardSince === undefined ? '' : 'listened to since ' + clock(body.heardSince);
  const sections = [
    ['Keys whose circuit is not closed', body.keys !== undefined && body.troubledKeys > body.keys.length ? count(body.keys.length) + ' of ' + count(body.troubledKeys) : '', body.keys, () => body.keys.length === 0 ? [make('p', {}, 'None of ' + body.allKeys + '.')] : [table(['Key', 'State', 'Since', 'Why', 'Next try'],
      body.keys.map(key => [key.name, stateOf(key.state).slice(0, 2).join(' '), clock(key.since), key.reason, key.nextProbe === undefined ? '' : clock(body.at + key.nextProbe) + ', in ' + between(body.at, body.at + key.nextProbe)]))]],
    ['How it is set up', '', body.describe, () => [make('pre', {}, body.describe)]],
    ['Its changes', '', stories.map(entry => entry.run + entry.sequence), () => [stories.length === 0 ? make('p', {}, page.stories.length < MOST_STORIES ? 'None since the console began.' : 'None among the newest ' + count(MOST_STORIES) + ' entries.') : make('ol', { class: 'timeline' }, ...stories.map(storyItem))]],
    ['The last calls', body.recent.length === 0 ? '' : since, [body.recent, silence(body)], () => [body.recent.length === 0 ? make('p', {}, silence(body)) : table(['At', 'End', 'Attempts', 'Took', 'Why'],
      body.recent.map(call => [clock(call.at), ENDS[call.end], call.attempts, millis(call.millis), call.why]))]],
    ['Since its guard was made', '', [body.totals, body.refusals], () => [counts(body)]],
  ].filter(section => section[2] !== undefined);
  const more = $('detail-more');
  while (more.children.length > sections.length) more.lastElementChild.remove();
  sections.forEach(([title, note, what, draw], i) => {
    if (i === more.children.length) more.append(make('section', {}, make('h3', {}, make('span'), ' ', make('small')), make('div')));
    const heading = more.children[i].firstElementChild;
    write(heading.firstElementChild, title);
    write(heading.lastElementChild, note);
    part(more.children[i].lastElementChild, [title, what, page.today], draw);
  });
}

const isHeld = state => !['CLOSED', 'OPEN', 'HALF_OPEN'].includes(state); // by an operator

function machine(state) {
  const states = ['CLOSED', 'OPEN', 'HALF_OPEN', ...(isHeld(state) ? [state] : [])];
  return make('ol', { class: 'machine', 'aria-label': 'The states; the marked one is the present' },
    ...states.map(each => make('li', { 'aria-current': each === state ? 'true' : null }, STATES[each][0] + ' ' + STATES[each][1])));
}

const LASTING = 'until it ends by itself';
const DEEDS = [
  ['force-open', 'Force open', 'All calls are refused, ' + LASTING + '.'],
  ['close', 'Close now', 'Calls pass, and counting begins anew; it may open again.'],
  ['disable', 'Disable', 'All calls pass, and nothing is judged: there is no protection, ' + LASTING + '.'],
  ['metrics-only', 'Metrics only', 'Calls are judged, but the circuit never opens, ' + LASTING + '.'],
  ['reset', 'Reset', ''],
];
const ENDLESS = ['close', 'reset'];
const RESETS = 'Ends what an operator has set: ';
const NOTHING = 'Nothing is set.';

function steer(name) {
  const said = make('p', { class: 'wrong', role: 'alert' });
  const text = { required: true, maxlength: 200 };
  const form = make('form', { class: 'steer', 'data-name': name },
    field('Reason', 'required', { name: 'reason', autocomplete: 'off', ...text }),
    field('Who you are', 'required', { name: 'who', autocomplete: 'username', ...text }),
    field('Seconds until it ends by itself', 'required for “Force open”, “Disable” and “Metrics only”', { name: 'ttlSeconds', type: 'number', min: 1, max: 86400, value: 300, required: true }),
    make('ul', { class: 'deeds' }, ...DEEDS.map(([deed, words, effect]) => make('li', {},
      make('button', { type: 'button', value: deed, 'aria-describedby': 'effect-' + deed, on: { click: event => act(deed, event.currentTarget) } }, words),
      make('span', { id: 'effect-' + deed }, effect)))),
    said);
  async function act(deed, button) { // by a button that was chosen, and never by Enter in a field
    if (button.getAttribute('aria-disabled') === 'true') { write(said, NOTHING); return; }
    if (!['reason', 'who', ...(ENDLESS.includes(deed) ? [] : ['ttlSeconds'])].every(each => form.elements[each].reportValidity())) return;
    try {
      const answer = await fetch('api/dependencies/' + encodeURIComponent(name) + '/' + deed,
        { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(Object.fromEntries(new FormData(form))) });
      write(said, answer.ok ? '' : await answer.json().then(body => body.title + ':\n' + body.errors.join('\n')));
      refreshDetail();
    } catch (gone) { write(said, 'The process does not answer: nothing was done, as far as this page knows.'); }
  }
  form.addEventListener('submit', event => event.preventDefault());
  return form;
}

const field = (words, note, attributes) => make('label', {}, words + ' ', make('input', attributes), ' ', make('small', {}, note));

/** There is something to be reset only where an operator has set something; and nothing to be done where no circuit is. */
function drawReset(state) {
  if (state === undefined) { // another process answers now, where it has none
    $('detail-steer').replaceChildren();
    return;
  }
  const button = document.querySelector('.steer [value=reset]');
  if (button === null) return;
  put(button, 'aria-disabled', String(!isHeld(state)));
  write($('effect-reset'), RESETS + (isHeld(state) ? STATES[state][1] + '. Calls pass, and counting begins anew.' : 'nothing is set.'));
  const said = document.querySelector('.steer .wrong');
  if (isHeld(state) && said.textContent === NOTHING) write(said, '');
}

function route() {
  const match = /^#\/d\/(.+)$/.exec(location.hash);
  if (match) openDetail(decoded(match[1]));
  else if ($('detail').open) $('detail').close();
}

function decoded(text) {
  try { return decodeURIComponent(text); } catch (malformed) { return text; }
}
