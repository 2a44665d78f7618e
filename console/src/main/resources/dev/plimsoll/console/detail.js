'use strict';
// ---------------------------------------------------------------- one dependency from near

let refreshing = null;

/** Soon, and once for all that has changed until then. */
function refreshDetail() {
  if (refreshing === null) refreshing = setTimeout(() => { refreshing = null; if (page.detail !== null) showDetail(page.detail); }, 150);
}

function openDetail(name) {
  if (page.detail !== name) {
    page.detail = name;
    $('detail-title').textContent = name;
    $('detail-now').replaceChildren();
    $('detail-steer').replaceChildren();
    $('detail-more').replaceChildren();
  }
  if (!$('detail').open) $('detail').showModal();
  return showDetail(name);
}

/** The form is made once, so that nothing is lost while somebody types. */
async function showDetail(name) {
  let answer;
  try {
    answer = await fetch('api/dependencies/' + encodeURIComponent(name));
  } catch (gone) {
    $('detail-now').replaceChildren(make('p', { class: 'wrong' }, 'The process does not answer.'));
    return;
  }
  const body = await answer.json();
  if (page.detail !== name || String(getSelection()) !== '') return;
  if (!answer.ok) {
    $('detail-now').replaceChildren(make('p', { class: 'wrong' }, body.title + ': ' + body.errors.join('; ')));
    return;
  }
  $('detail-now').replaceChildren(...present(body));
  if (body.state && page.hello && !page.hello.readOnly && $('detail-steer').children.length === 0) $('detail-steer').append(steer(name));
  $('detail-more').replaceChildren(...more(body));
}

function present(body) {
  return [
    make('pre', {}, body.explain),
    body.state ? machine(body.state) : null,
    ...(body.outlook || []).map(line => make('p', { class: 'facts' }, line)),
    ...body.warnings.map(warning => make('p', { class: 'wrong' }, 'Warning: ' + warning)),
  ].filter(part => part !== null);
}

function more(body) {
  const stories = page.stories.filter(entry => !entry.break && entry.dependency.split('/')[0] === body.name).slice(0, 50);
  const table = (head, rows) => make('table', {}, make('thead', {}, make('tr', {}, ...head.map(text => make('th', { scope: 'col' }, text)))),
    make('tbody', {}, ...rows.map(row => make('tr', {}, ...row.map(text => make('td', {}, String(text)))))));
  const keys = body.keys === undefined ? [] : [make('h2', {}, 'Keys whose circuit is not closed'),
    body.keys.length === 0 ? make('p', {}, 'None of ' + body.allKeys + '.') : table(['Key', 'State', 'Since', 'Why', 'Tried again'],
      body.keys.map(key => [key.name, STATES[key.state].join(' '), clock(key.since), key.reason, key.nextProbe === undefined ? '' : 'in ' + span(key.nextProbe)]))];
  return [
    ...keys,
    make('h2', {}, 'How it is set up'), make('pre', {}, body.describe),
    make('h2', {}, 'Its changes'), make('ol', { class: 'timeline' }, ...stories.map(storyItem)),
    make('h2', {}, 'The last calls'), table(['At', 'End', 'Attempts', 'Took', 'Why'], body.recent.map(call => [clock(call.at), ENDS[call.end], call.attempts, millis(call.millis), call.why])),
    make('h2', {}, 'Since it was made'), table(['What', 'How many'], Object.entries(body.totals)),
  ];
}

function machine(state) {
  const operated = !['CLOSED', 'OPEN', 'HALF_OPEN'].includes(state);
  const states = ['CLOSED', 'OPEN', 'HALF_OPEN', ...(operated ? [state] : [])];
  return make('ol', { class: 'machine', 'aria-label': 'The states; the marked one is the present' },
    ...states.map(each => make('li', { 'aria-current': each === state ? 'true' : null }, STATES[each][0] + ' ' + STATES[each][1])));
}

function steer(name) {
  const said = make('p', { class: 'wrong', role: 'alert' });
  const form = make('form', { class: 'steer', 'data-name': name },
    make('label', {}, 'Reason ', make('input', { name: 'reason', required: true, maxlength: 200, autocomplete: 'off' })),
    make('label', {}, 'Who you are ', make('input', { name: 'who', required: true, maxlength: 200, autocomplete: 'username' })),
    make('label', {}, 'For so many seconds ', make('input', { name: 'ttlSeconds', type: 'number', min: 1, max: 86400, value: 300, required: true })),
    make('div', { class: 'buttons' }, ...[['force-open', 'Force open'], ['close', 'Close now'], ['disable', 'Disable'], ['metrics-only', 'Metrics only'], ['reset', 'Reset']]
      .map(([deed, words]) => make('button', { type: 'button', value: deed, on: { click: () => act(deed) } }, words)), said));
  async function act(deed) { // by a button that was chosen, and never by Enter in a field
    if (!form.reportValidity()) return;
    try {
      const answer = await fetch('api/dependencies/' + encodeURIComponent(name) + '/' + deed,
        { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(Object.fromEntries(new FormData(form))) });
      said.textContent = answer.ok ? '' : await answer.json().then(body => body.title + ':\n' + body.errors.join('\n'));
      refreshDetail();
    } catch (gone) { said.textContent = 'The process does not answer: nothing was done, as far as is known here.'; }
  }
  form.addEventListener('submit', event => event.preventDefault());
  return form;
}

function route() {
  const match = /^#\/d\/(.+)$/.exec(location.hash);
  if (match) openDetail(decoded(match[1]));
  else if ($('detail').open) $('detail').close();
}

function decoded(text) {
  try { return decodeURIComponent(text); } catch (malformed) { return text; }
}
