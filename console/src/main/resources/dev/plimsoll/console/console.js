'use strict';
// One page, one stream: `hello` says which process speaks, `story` is an entry of the timeline, `overview` the present.
// Everything is written with textContent: nothing that a dependency says can become part of the page.

const $ = id => document.getElementById(id);
const STATES = {
  CLOSED: ['✔', 'CLOSED'], OPEN: ['✖', 'OPEN'], HALF_OPEN: ['◐', 'HALF OPEN'],
  FORCED_OPEN: ['✋', 'FORCED OPEN'], DISABLED: ['∅', 'DISABLED'], METRICS_ONLY: ['◉', 'METRICS ONLY'],
};
const ENDS = { ANSWERED: 'answered', FAILED: 'failed', TIMED_OUT: 'timed out', REFUSED: 'refused', CANCELLED: 'cancelled' };
const MOST_STORIES = 2000; // on the page; the process keeps more

const page = { run: null, hello: null, stories: [], overview: null, arrived: 0, skew: 0, lastId: 0, source: null, detail: null, connected: false, refused: '' };
const now = () => Date.now() - page.skew; // by the clock of the process

function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'on') { for (const [event, run] of Object.entries(value)) made.addEventListener(event, run); }
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.filter(child => child !== null && child !== undefined && child !== ''));
  return made;
}

const clock = at => new Date(at).toLocaleTimeString('en-GB', { hour12: false });
const share = (part, whole) => whole === 0 ? '–' : (100 * part / whole).toFixed(part === whole || part === 0 ? 0 : 1) + ' %';
const millis = value => value === undefined ? '–' : value < 10 ? value.toFixed(2) + ' ms' : value < 1000 ? value.toFixed(0) + ' ms' : (value / 1000).toFixed(2) + ' s';
function span(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return seconds + ' s';
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? minutes + ' min' : Math.floor(minutes / 60) + ' h ' + minutes % 60 + ' min';
}

// ---------------------------------------------------------------- the stream

function connect() {
  if (page.source !== null) page.source.close();
  page.source = new EventSource('events' + (page.run === null ? '' : '?after=' + page.run + '-' + page.lastId));
  page.source.addEventListener('hello', message => hello(JSON.parse(message.data)));
  page.source.addEventListener('story', message => story(JSON.parse(message.data)));
  page.source.addEventListener('lost', () => breakLine('Some entries are lost: this page was away for longer than the replay window.'));
  page.source.addEventListener('overview', message => { page.overview = complete(JSON.parse(message.data)); page.arrived = Date.now(); page.skew = page.arrived - page.overview.at; draw(); });
  page.source.addEventListener('error', () => {
    page.connected = false;
    live();
    if (page.source.readyState === EventSource.CLOSED) refused();
  });
}

/** A sparkline without anything in it is not sent. */
function complete(overview) {
  for (const one of overview.dependencies) { one.good = one.good || one.bad || []; one.bad = one.bad || one.good.map(() => 0); }
  return overview;
}

/** The stream was refused, not cut: by the token, or because too many pages are open. */
async function refused() {
  try {
    const answer = await fetch('events', { headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(1500) });
    if (answer.status === 401) { askForToken(); return; }
    page.refused = answer.ok ? '' : (await answer.json()).errors.join('; ');
  } catch (gone) { /* the process is away: try again below */ }
  setTimeout(connect, 2000);
}

function hello(message) {
  if (page.run !== null && page.run !== message.run) {
    breakLine('A new process begins here: what is below is of the one before, as far as this page had received it.');
    page.lastId = 0;
  }
  page.run = message.run;
  page.hello = message;
  page.connected = true;
  page.refused = '';
  $('service').textContent = message.service;
  $('kept').textContent = 'newest first; a page that was away gets the last ' + message.replay.toLocaleString('en') + ' entries, and shows the newest ' + MOST_STORIES.toLocaleString('en');
  document.title = message.service + ' · Plimsoll';
  live();
}

function story(entry) {
  if (entry.sequence <= page.lastId) return;
  page.lastId = entry.sequence;
  page.stories.unshift(entry);
  page.stories.length = Math.min(page.stories.length, MOST_STORIES);
  drawStory(entry, true);
  if (page.detail === entry.dependency) refreshDetail();
}

function breakLine(text) {
  const entry = { break: true, text };
  page.stories.unshift(entry);
  drawStory(entry, true);
}

function live() {
  const old = Date.now() - page.arrived;
  const label = $('live');
  const stale = !page.connected || old > 3500;
  label.classList.toggle('stale', stale && page.arrived > 0);
  const text = page.refused !== '' ? page.refused : page.connected && !stale ? 'live' : page.arrived === 0 ? 'connecting …'
    : page.connected ? 'stale for ' + span(old) : 'the process does not answer, for ' + span(old) + '; what is shown is of ' + clock(page.arrived);
  if (label.textContent !== text) label.textContent = text;
  if (page.connected && page.arrived > 0 && old > 10000) { page.connected = false; connect(); } // a connection that died without a word
}

// ---------------------------------------------------------------- the timeline

function storyItem(entry) {
  if (entry.break) return make('li', { class: 'break' }, entry.text);
  return make('li', { class: entry.tone, 'data-kind': entry.kind },
    make('time', { datetime: new Date(entry.at).toISOString() }, clock(entry.at) + '.' + String(entry.at % 1000).padStart(3, '0')),
    entry.dependency === '' ? make('span', {}, '') : make('a', { href: '#/d/' + encodeURIComponent(entry.dependency.split('/')[0]) }, entry.dependency),
    make('span', { class: 'title' }, entry.title),
    make('span', { class: 'text' }, entry.why));
}

function drawStory(entry, first) {
  const kind = $('kind').value;
  if (kind !== '' && !entry.break && entry.kind !== kind) return;
  const list = $('timeline');
  list[first ? 'prepend' : 'append'](storyItem(entry));
  while (list.children.length > MOST_STORIES) list.lastElementChild.remove();
}

function drawTimeline() {
  $('timeline').replaceChildren();
  for (const entry of page.stories) drawStory(entry, false);
}

// ---------------------------------------------------------------- the present

function draw() {
  if (page.overview === null) return;
  live();
  drawUsers(page.overview);
  drawVerdict(page.overview);
  drawCards(page.overview);
  drawSaturation(page.overview);
}

function tile(title, value, note, bad) {
  return make('div', { class: bad ? 'bad' : '' }, make('dt', {}, title), make('dd', {}, value, ' ', make('small', {}, note)));
}

function drawUsers(overview) {
  const users = overview.users;
  $('span').textContent = 'of the last ' + overview.seconds + ' s, ' + users.calls.toLocaleString('en') + ' calls';
  const begun = overview.begun;
  const amplification = begun === 0 ? '–' : (overview.attempts / begun).toFixed(2);
  $('users').replaceChildren(
    tile('answered', share(users.answered, users.calls), users.answered + ' of ' + users.calls, users.calls > 0 && users.bad > 0.01 * users.calls),
    tile('99th percentile', millis(users.p99), users.measured + ' measured', false),
    tile('refused', (users.refused / overview.seconds).toFixed(1), 'per second', users.refused > 0),
    tile('amplification', amplification, 'attempts per call that was not refused', begun > 0 && overview.attempts > 1.2 * begun));
}

/** What is wrong with a dependency, in sentences: since when, why, what is done about it, when it is tried again. */
function sentences(one) {
  const circuit = one.circuit;
  if (one.troubledKeys > 0) return [one.troubledKeys + ' of ' + one.keys + ' keys have a circuit that is not closed.'];
  if (!circuit || circuit.state === 'CLOSED') {
    const bad = badOf(one);
    return bad === 0 ? [] : [bad + ' of the last ' + total(one) + ' calls went badly.'
      + (circuit && circuit.lastError ? ' Last error: ' + circuit.lastError + '.' : '')];
  }
  const since = 'since ' + clock(circuit.since) + ', for ' + span(now() - circuit.since);
  const done = {
    OPEN: 'Calls are refused at once, so that nobody waits for it.',
    HALF_OPEN: 'A few calls are let through as probes; all others are refused.',
    FORCED_OPEN: 'An operator has all calls refused.',
    DISABLED: 'An operator lets all calls pass, and none is judged.',
    METRICS_ONLY: 'An operator lets all calls pass; they are judged, but nothing opens.',
  }[circuit.state];
  const next = circuit.nextProbe === undefined ? '' : 'It is tried again ' + (left(circuit) === 0 ? 'with the next call.' : 'in ' + span(left(circuit)) + '.');
  return [STATES[circuit.state][1] + ' ' + since + '.', 'Why: ' + circuit.reason + '.', done, next,
    circuit.lastError ? 'Last error: ' + circuit.lastError + '.' : ''].filter(text => text !== '');
}

const left = circuit => Math.max(0, circuit.nextProbe - (Date.now() - page.arrived));
const badOf = one => one.ends.FAILED + one.ends.TIMED_OUT + one.ends.REFUSED;
const total = one => Object.values(one.ends).reduce((sum, count) => sum + count, 0);
const inTrouble = one => one.troubledKeys > 0 || (one.circuit !== undefined && one.circuit.state !== 'CLOSED');

function drawVerdict(overview) {
  const harmful = overview.dependencies.filter(one => inTrouble(one) || badOf(one) > 0); // the most harmful first, as they come
  const troubled = harmful.filter(inTrouble);
  let text = 'All is well: ' + overview.all + ' ' + (overview.all === 1 ? 'dependency' : 'dependencies') + ', no circuit open.';
  let tone = 'good';
  if (overview.all === 0) { text = 'There is no guard yet.'; tone = ''; }
  else if (harmful.length > 0) {
    const first = harmful[0];
    text = first.name + (inTrouble(first) ? ' is in trouble. ' : ': ') + sentences(first).slice(0, 4).join(' ');
    const others = troubled.filter(one => one !== first);
    if (others.length > 0) text += ' And ' + others.length + ' more: ' + others.slice(0, 3).map(one => one.name).join(', ') + (others.length > 3 ? ' …' : '') + '.';
    else if (troubled.length === 0) text += ' No circuit is open.';
    tone = troubled.length > 0 ? 'bad' : '';
  } else if (overview.users.calls === 0) { text = 'No circuit is open, and nobody calls: there has been no traffic for ' + overview.seconds + ' s.'; tone = ''; }
  $('verdict').className = 'verdict ' + tone;
  const line = $('verdict').firstElementChild;
  if (line.textContent !== text) line.textContent = text;
  // Read aloud when the state changes, and not with each second that passes.
  const said = tone === 'bad' ? troubled.map(one => one.name).sort().join(', ') + (troubled.length === 1 ? ' is' : ' are') + ' in trouble' : tone === 'good' ? 'All is well' : text.split('.')[0].replace(/[0-9]+/g, 'some');
  if ($('said').textContent !== said) $('said').textContent = said;
}

function pill(one) {
  if (one.keys !== undefined) return make('span', { class: 'pill ' + (one.troubledKeys > 0 ? 'OPEN' : 'none') }, one.keys + ' keys' + (one.troubledKeys > 0 ? ', ' + one.troubledKeys + ' not closed' : ''));
  if (one.circuit === undefined) return make('span', { class: 'pill none' }, 'no circuit breaker');
  const [sign, name] = STATES[one.circuit.state];
  return make('span', { class: 'pill ' + one.circuit.state }, sign + ' ' + name);
}

function bar(one) {
  const all = total(one);
  const text = Object.entries(ENDS).filter(([end]) => one.ends[end] > 0).map(([end, words]) => one.ends[end] + ' ' + words).join(', ');
  const drawn = make('div', { class: 'bar', role: 'img', 'aria-label': all === 0 ? 'no traffic' : text });
  for (const end of Object.keys(ENDS)) {
    if (one.ends[end] === 0) continue;
    const part = make('i', { class: end, title: one.ends[end] + ' ' + ENDS[end] });
    part.style.width = 100 * one.ends[end] / all + '%';
    drawn.append(part);
  }
  return drawn;
}

/** On one scale for all, so that cards can be compared. */
function spark(one, most) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'spark');
  svg.setAttribute('viewBox', '0 0 60 20');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', 'calls per second, the last minute; the scale is the same for all');
  const from = 60 - one.good.length;
  one.good.forEach((good, i) => {
    const bad = one.bad[i];
    for (const [kind, base, value] of [['bad', 0, bad], ['good', bad, good]]) {
      if (value === 0) continue;
      const column = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
      const height = Math.max(0.6, 20 * value / most);
      for (const [name, number] of Object.entries({ x: from + i, y: 20 - 20 * base / most - height, width: 0.9, height })) column.setAttribute(name, number.toFixed(2));
      column.setAttribute('class', kind);
      svg.append(column);
    }
  });
  return svg;
}

function facts(one, seconds) {
  const hot = (text, is) => make('span', { class: is ? 'hot' : '' }, text);
  const parts = [];
  if (one.measured > 0) {
    parts.push(hot('p50 ' + millis(one.p50) + ', p99 ' + millis(one.p99) + (one.timeout ? ', each attempt of ' + millis(one.timeout) + ' allowed' : ', each attempt'), one.timeout && one.p99 > 0.8 * one.timeout));
  }
  const place = one.bulkhead || one.limit;
  if (place) parts.push(hot(place.used + ' of ' + place.most + ' in flight', place.used >= place.most));
  if (one.bulkhead && one.bulkhead.mostWaiting > 0) parts.push(hot(one.bulkhead.waiting + ' of ' + one.bulkhead.mostWaiting + ' waiting', one.bulkhead.waiting > 0));
  const circuit = one.circuit;
  if (circuit && circuit.moreOpen !== undefined && circuit.moreOpen <= 20) parts.push(hot(circuit.moreOpen + ' more failure' + (circuit.moreOpen === 1 ? '' : 's') + ' in a row open' + (circuit.moreOpen === 1 ? 's' : '') + ' it', circuit.moreOpen <= 2));
  if (circuit && circuit.state === 'CLOSED' && circuit.admitting < 1) parts.push(hot('just closed: admits ' + share(circuit.admitting, 1), true));
  if (circuit && circuit.probes > 0) parts.push(hot(circuit.probes + ' probe' + (circuit.probes === 1 ? '' : 's') + ' under way', false));
  const line = make('p', { class: 'facts' });
  parts.forEach((part, i) => line.append(i > 0 ? ' · ' : '', part));
  return line;
}

function card(one, overview, most) {
  const all = total(one);
  const state = one.circuit ? one.circuit.state : one.troubledKeys > 0 ? 'OPEN' : 'none';
  const idle = all === 0 && (state === 'CLOSED' || state === 'none');
  return make('li', { class: 'card ' + (idle ? 'idle' : state) },
    make('h3', {}, make('a', { href: '#/d/' + encodeURIComponent(one.name) }, one.name), pill(one), idle ? make('span', { class: 'pill idle' }, 'no traffic') : null),
    ...sentences(one).map(text => make('p', { class: 'why' }, text)),
    bar(one),
    make('p', { class: 'facts' }, all === 0 ? 'no calls in the last ' + overview.seconds + ' s'
      : (all / overview.seconds).toFixed(1) + ' calls/s: ' + Object.entries(ENDS).filter(([end]) => one.ends[end] > 0).map(([end, words]) => one.ends[end] + ' ' + words).join(', ')),
    spark(one, most),
    facts(one, overview.seconds));
}

function drawCards(overview) {
  if (String(getSelection()) !== '') return; // somebody is copying a text
  const wanted = $('filter').value.trim().toLowerCase();
  const all = overview.dependencies.filter(one => one.name.toLowerCase().includes(wanted));
  const most = Math.max(1, ...overview.dependencies.flatMap(one => one.good.map((good, i) => good + one.bad[i])));
  const focused = document.activeElement && document.activeElement.closest('#cards') ? document.activeElement.getAttribute('href') : null;
  $('cards').replaceChildren(...all.map(one => card(one, overview, most)));
  if (focused !== null) [...$('cards').querySelectorAll('a')].find(link => link.getAttribute('href') === focused)?.focus();
  $('shown').textContent = all.length === overview.all ? '' : all.length + ' of ' + overview.all + ' shown';
}

function drawSaturation(overview) {
  const rows = [];
  for (const one of overview.dependencies) {
    if (one.bulkhead) rows.push([one.name, 'bulkhead' + (one.bulkhead.orphans > 0 ? ', ' + one.bulkhead.orphans + ' held by work whose caller has gone' : ''), one.bulkhead.used, one.bulkhead.most, one.bulkhead.refused]);
    if (one.bulkhead && one.bulkhead.mostWaiting > 0) rows.push([one.name, 'its queue', one.bulkhead.waiting, one.bulkhead.mostWaiting, '']);
    if (one.limit) rows.push([one.name, 'concurrency limit (' + one.limit.algorithm + ', ' + one.limit.lowest + ' to ' + one.limit.highest + ')', one.limit.used, one.limit.most, one.limit.refused]);
    if (one.rate) rows.push([one.name, 'rate limiter, ' + one.rate.available + ' permits at once', '', '', one.rate.refused]);
    if (one.throttle) rows.push([one.name, 'adaptive throttle, holds back ' + share(one.throttle.heldBack, 1), one.throttle.heldBack, 1, one.throttle.refused]);
    if (one.budget) rows.push([one.name, 'retry budget, in ' + one.budget.unit + ' left', one.budget.left, one.budget.most, one.budget.refused]);
  }
  $('unsaturated').hidden = rows.length > 0;
  $('saturation').hidden = rows.length === 0;
  $('saturation').tBodies[0].replaceChildren(...rows.map(([name, what, used, most, refusals]) => make('tr', {},
    make('td', {}, name), make('td', {}, what),
    make('td', {}, used === '' ? '–' : what.startsWith('adaptive') ? share(used, 1) : used + ' of ' + most),
    make('td', {}, used === '' ? '' : make('meter', { min: 0, max: Math.max(1, most), value: used, 'aria-label': name + ', ' + what }, String(used))),
    make('td', {}, String(refusals)))));
}

// ---------------------------------------------------------------- token, theme, keys

function askForToken() {
  if (!$('login').open) $('login').showModal();
}

$('login').addEventListener('close', () => { if (!page.connected) connect(); });
$('login-form').addEventListener('submit', async event => {
  event.preventDefault();
  const answer = await fetch('login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ token: $('token').value }) });
  $('token').value = '';
  if (answer.ok) { $('login-wrong').textContent = ''; $('login').close(); route(); }
  else $('login-wrong').textContent = (await answer.json()).title;
});

$('detail').addEventListener('close', () => {
  page.detail = null;
  if (location.hash.startsWith('#/d/')) history.pushState(null, '', location.pathname);
});

$('theme').addEventListener('click', () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  remember(root.dataset.theme);
});

/** A browser may forbid to keep anything. */
function remember(theme) {
  try {
    if (theme !== null) localStorage.setItem('plimsoll-theme', theme);
    return localStorage.getItem('plimsoll-theme');
  } catch (forbidden) { return null; }
}
const remembered = remember(null);
if (remembered) document.documentElement.dataset.theme = remembered;

document.addEventListener('keydown', event => {
  if (event.target.closest('input, select, textarea, dialog') || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '/') { event.preventDefault(); $('filter').focus(); }
  if (event.key === 't') $('timeline').focus();
});
$('filter').addEventListener('input', draw);
$('kind').addEventListener('change', drawTimeline);
addEventListener('hashchange', route);
setInterval(() => { live(); if (page.overview !== null && page.connected) drawVerdict(page.overview); }, 500);
setInterval(() => { if (page.detail !== null && page.connected && !document.hidden) refreshDetail(); }, 2000);

connect();
route();
