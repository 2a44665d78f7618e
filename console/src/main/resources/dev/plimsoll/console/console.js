'use strict';
// What the page knows and shows. `hello` says which process speaks, `story` is an entry of the timeline, `overview` the present.
// Everything is written as text: nothing that a dependency says can become part of the page.

const $ = id => document.getElementById(id);
const STATES = {
  CLOSED: ['✔', 'CLOSED', 'calls pass'], OPEN: ['✖', 'OPEN', 'calls are refused'], HALF_OPEN: ['◐', 'HALF OPEN', 'being tried again'],
  FORCED_OPEN: ['⊘', 'FORCED OPEN', 'calls are refused'], DISABLED: ['∅', 'DISABLED', 'calls pass, unjudged'], METRICS_ONLY: ['◉', 'METRICS ONLY', 'calls pass, nothing opens'],
};
const stateOf = state => STATES[state] || ['▲', state, 'this page does not know it'];
const DONE = {
  OPEN: 'All calls to it are refused at once, so that nobody waits for it.',
  HALF_OPEN: 'A few calls are let through as probes; all others are refused.',
  FORCED_OPEN: 'All calls to it are refused.',
  DISABLED: 'All calls pass, and none is judged.',
  METRICS_ONLY: 'All calls pass and are judged, but nothing opens.',
};
const doneOf = state => DONE[state] || 'This page does not know.';
const ENDS = { ANSWERED: 'answered', FAILED: 'failed', TIMED_OUT: 'timed out', REFUSED: 'refused', CANCELLED: 'cancelled' };
const MOST_STORIES = 2000; // on the page; the process keeps more

const page = { run: null, hello: null, stories: [], overview: null, arrived: 0, skew: 0, lastId: 0, detail: null, connected: false, refused: '', unshown: '', asked: false, today: null };
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

/** A number stays with its unit when a line ends. */
const glued = text => text.replace(/(\d) (?=(?:%|ms|s|min|h)(?![\p{L}\d]))/gu, '$1\u00a0');

/** Only what is new is written, so that nothing moves, blinks or is read aloud again. */
function write(node, text) {
  const whole = glued(text);
  if (node.textContent !== whole) node.textContent = whole;
}
function put(node, attribute, value) { if (node.getAttribute(attribute) !== value) node.setAttribute(attribute, value); }

const isSelecting = part => { const selection = getSelection(); return !selection.isCollapsed && part.contains(selection.anchorNode); };
const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const day = at => DAY.format(at);
const time = at => TIME.format(at);
const date = at => new Date(at).toDateString(); // quicker, to compare
const clock = at => (date(at) === date(now()) ? '' : day(at) + ' ') + time(at);
/** By which clock all times on the page are told. */
function zone(at) {
  const minutes = -new Date(at).getTimezoneOffset();
  const hours = String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0') + ':' + String(Math.abs(minutes) % 60).padStart(2, '0');
  return minutes === 0 ? 'UTC' : 'UTC' + (minutes < 0 ? '−' : '+') + hours;
}
const count = number => number.toLocaleString('en');
const share = (part, whole) => whole === 0 ? '–' : (100 * part / whole).toFixed(part === whole || part === 0 ? 0 : 1) + ' %';
const millis = value => value === undefined ? '–' : value < 10 ? value.toFixed(2) + ' ms' : value < 1000 ? value.toFixed(0) + ' ms' : Number((value / 1000).toFixed(2)) + ' s';
const plain = error => error.replace(/^(?:[a-z][\w$]*\.)+(?=[A-Z])/, ''); // without the package of its class
/** To the second for ten minutes, and then to the nearest minute. */
function span(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return seconds + ' s';
  if (seconds < 600) return Math.floor(seconds / 60) + ' min' + (seconds % 60 === 0 ? '' : ' ' + seconds % 60 + ' s');
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? minutes + ' min' : Math.floor(minutes / 60) + ' h' + (minutes % 60 === 0 ? '' : ' ' + minutes % 60 + ' min');
}
/** How long it is, of two times that are told to the second. */
const between = (from, to) => span(1000 * (Math.floor(to / 1000) - Math.floor(from / 1000)));

// ---------------------------------------------------------------- what comes

function heard(kind, data) {
  if (kind === 'hello') hello(data);
  else if (kind === 'story') story(data);
  else if (kind === 'lost') breakLine('Some entries are lost: this page was away for longer than the replay window.');
  else if (kind === 'overview') present(data);
  else if (kind === 'cut') { page.connected = false; live(); }
  else if (kind === 'refused') { page.refused = data; live(); }
  else if (kind === 'token') { page.asked = true; askForToken(); }
}

/** For a tab that comes later, and what it makes of it. */
const everything = () => ({ ...page, detail: null });

function adopt(all) {
  for (const name of ['run', 'hello', 'stories', 'overview', 'arrived', 'skew', 'lastId', 'connected', 'refused', 'asked']) page[name] = all[name];
  if (page.hello !== null) greet();
  if (page.asked) askForToken();
  drawTimeline();
  draw();
  live();
}

function hello(message) {
  found.wanted = ''; // it may have been another process that knew of them
  if (page.run !== null && page.run !== message.run) {
    breakLine('A new process begins here: what is below is of the one before, as far as this page had received it.');
    page.lastId = 0;
  }
  page.run = message.run;
  page.hello = message;
  page.connected = true;
  page.refused = '';
  page.asked = false;
  greet();
  live();
}

function greet() {
  drawService();
  write($('kept'), 'newest first; the newest ' + count(MOST_STORIES) + ' are shown, and after a lost connection the last ' + count(page.hello.replay) + ' can be caught up on');
  if ($('login').open && page.connected) $('login').close();
}

/** What is to come is told from when the process has said so, and not all that is shown was said at the same time. */
const stamp = (all, at) => all.forEach(one => Object.assign(one, { at, arrived: Date.now() }));

/** A sparkline without anything in it is not sent. */
function complete(dependencies, at) {
  stamp(dependencies, at);
  for (const one of dependencies) {
    const none = (one.good || one.bad || one.refused || []).map(() => 0);
    for (const series of ['good', 'bad', 'refused']) one[series] = one[series] || none;
  }
  return dependencies;
}

function present(overview) {
  complete(overview.dependencies, overview.at);
  stamp(bannersOf(overview), overview.at);
  page.overview = overview;
  page.arrived = Date.now();
  page.skew = page.arrived - overview.at;
  draw();
}

// Of several processes: which there are, and which of them are not heard.

const MOST_NAMES = 3;
const processesOf = overview => (overview && overview.processes) || [];
const isGone = one => one.gone !== undefined;
const wasNever = one => one.wasThere === false; // nothing was ever heard of it
const goneWords = one => one.name + (wasNever(one) ? ' is not there' : ' is gone');

/** What the page is of; and who is not heard. */
function drawService() {
  if (page.hello === null) return;
  const all = processesOf(page.overview);
  const gone = all.filter(isGone);
  const mark = words => make('span', { class: 'unheard' }, words);
  part($('service'), [page.hello.service, all.map(one => [one.name, isGone(one)])], () => {
    if (all.length > 0 && all.length <= MOST_NAMES) return all.flatMap((one, i) => [i === 0 ? '' : ', ', isGone(one) ? mark(one.name + ' (not heard)') : one.name]);
    const names = gone.slice(0, MOST_NAMES).map(one => one.name).join(', ') + (gone.length > MOST_NAMES ? ' and ' + (gone.length - MOST_NAMES) + ' more' : '');
    return gone.length === 0 ? [page.hello.service] : [page.hello.service + ', ', mark('not heard: ' + names)];
  });
}

/** Each in a box of its own, before all that the others say. */
function drawGone(overview) {
  if (isSelecting($('gone'))) return;
  const all = processesOf(overview);
  const gone = all.filter(isGone);
  const shown = gone.length === all.length ? ' What is shown is of then.'
    : ' What is shown of it is of then' + (gone.length === 1 ? '; all else on this page is of the processes that are heard.' : '.');
  const boxes = gone.slice(0, MOST_NAMES).map(one => [goneWords(one) + (wasNever(one) ? ': nothing was ever heard of it.' : ': nothing is heard of it.'), [sinceLine(one.gone),
    ['Why', capital(one.why) + '.' + (one.answers ? '' : ' The process may have stopped, or cannot be reached.')],
    ['Done about it', 'It is tried again every ' + (one.every === 1 ? 'second' : one.every + ' s') + '.' + (wasNever(one) ? '' : shown)]]]);
  const others = gone.slice(MOST_NAMES);
  if (others.length > 0) boxes.push([others.length + ' more ' + (others.length === 1 ? 'is' : 'are') + (others.some(wasNever) ? ' not heard: ' : ' gone: ') + others.map(one => one.name).join(', ') + '.', []]);
  const list = $('gone');
  list.hidden = boxes.length === 0;
  while (list.children.length > boxes.length) list.lastElementChild.remove();
  boxes.forEach(([words, lines], i) => {
    if (i === list.children.length) list.append(make('div', { class: 'verdict bad' }, make('p'), make('dl', { class: 'answers' })));
    write(list.children[i].firstElementChild, words);
    fill(list.children[i].lastElementChild, lines);
  });
}

const isStale = () => !page.connected || Date.now() - page.arrived > 3500;

function live() {
  const old = Date.now() - page.arrived;
  const label = $('live');
  const stale = isStale();
  const all = processesOf(page.overview);
  const heardOf = all.filter(one => !isGone(one)).length;
  label.classList.toggle('stale', page.arrived > 0 && (stale || page.unshown !== '' || (all.length > 0 && heardOf === 0)));
  label.classList.toggle('part', !stale && heardOf > 0 && heardOf < all.length);
  if (stale && page.arrived > 0) tellStale(); else if (page.unshown !== '') tellUnshown(); else $('verdict').classList.remove('stale');
  write(label, page.refused !== '' ? page.refused : page.unshown !== '' ? 'not shown' : page.connected && !stale ? (heardOf < all.length ? heardOf + ' of ' + all.length + ' ' : '') + 'live' : page.arrived === 0 ? 'connecting …'
    : page.connected ? 'stale for ' + span(old) : 'the process does not answer, for ' + span(old) + '; what is shown is of ' + clock(page.arrived - page.skew));
  if (page.arrived > 0) tellTime(now());
  if (page.connected && page.arrived > 0 && old > 10000) { page.connected = false; connect(); } // whoever was to tell us does not
}

/** The process speaks, and the page does not understand it; a newer process perhaps. */
function tellUnshown() {
  $('verdict').hidden = false;
  put($('verdict'), 'class', 'verdict stale');
  write($('verdict').firstElementChild, 'This page cannot show what ' + (page.hello === null ? 'the process' : page.hello.service) + ' says (' + page.unshown + '): what is below may be of before.');
  write($('said'), 'The page cannot show what the process says.');
}

/** What is shown may be long over: the largest words on the page are the first to say so. */
function tellStale() {
  $('gone').hidden = true;
  $('verdict').hidden = false;
  put($('verdict'), 'class', 'verdict stale');
  write($('verdict').firstElementChild, 'Nothing is heard of ' + (page.hello === null ? 'the process' : page.hello.service) + ' since ' + clock(page.arrived - page.skew)
    + ': what is below is of then.');
  write($('said'), 'The process does not answer.');
  document.title = '✖ does not answer · ' + (page.hello === null ? '' : page.hello.service + ' · ') + 'Plimsoll';
}

/** The present by the clock of the process; at midnight what was told without its day gets one. */
function tellTime(at) {
  write($('now'), day(at) + ', ' + time(at) + ' ' + zone(at));
  if (page.today !== date(at)) {
    page.today = date(at);
    items = new WeakMap(); // for what was today is dated
    drawTimeline();
    drawFromNear();
  }
}

// ---------------------------------------------------------------- the timeline

const untold = []; // entries that are not drawn yet; a page that was away gets many at once

function story(entry) {
  if (entry.sequence <= page.lastId) return;
  page.lastId = entry.sequence;
  keep(entry);
  if (page.detail === entry.dependency.split('/')[0]) refreshDetail();
}

function breakLine(text) {
  keep({ break: true, text });
}

const LATE = 2000; // milliseconds: what is found by counting is told when its second is over

/**
 * Where it belongs by the clock. Of several processes one may tell late, because it was away; one alone is no later than counting takes,
 * and what seems to be later comes from a clock that was set back.
 */
function placeOf(entry) {
  const place = page.stories.findIndex(other => other.break || other.at <= entry.at || (entry.process === undefined && other.at - entry.at > LATE));
  return place < 0 ? page.stories.length : place;
}

function keep(entry) {
  const place = placeOf(entry);
  page.stories.splice(place, 0, entry);
  page.stories.length = Math.min(page.stories.length, MOST_STORIES);
  if (place > 0) untold.late = true;
  if (untold.push(entry) === 1) setTimeout(drawStories, 20);
}

/** Where several processes are on the page, a name begins with that of its process. */
const within = (process, name) => process === undefined ? name : name.slice(process.length + 1);
const called = one => within(one.process, one.name) + (one.process === undefined ? '' : ' of ' + one.process);
/** Which process calls it. */
const callerOf = one => one.process !== undefined ? one.process : page.hello === null ? 'the process' : page.hello.service;

const isShown = entry => entry.break || $('kind').value === '' || entry.kind === $('kind').value;

const near = name => '#/d/' + encodeURIComponent(name);

/** A link, where there is something to be seen from near: what is about the service itself is no dependency. */
function whereOf(entry) {
  const name = entry.dependency.split('/')[0];
  const words = within(entry.process, entry.dependency);
  const others = ['DRAIN', 'HEALTH', 'PROCESS'].includes(entry.kind);
  return others && !(page.overview !== null && page.overview.dependencies.some(one => one.name === name)) ? words : make('a', { href: near(name) }, words);
}

function storyItem(entry) {
  if (entry.break) return make('li', { class: 'break' }, entry.text);
  return make('li', { class: entry.tone, 'data-kind': entry.kind },
    make('time', { datetime: new Date(entry.at).toISOString() }, clock(entry.at) + '.' + String(entry.at % 1000).padStart(3, '0')),
    make('span', {}, entry.dependency === '' ? '' : whereOf(entry), ' ', make('small', {}, entry.process)),
    make('span', { class: 'title' }, glued(entry.title)),
    make('span', { class: 'text' }, glued(entry.why)));
}

let items = new WeakMap(); // what is drawn stays, and with it what somebody has focused

function itemOf(entry) {
  if (!items.has(entry)) items.set(entry, storyItem(entry));
  return items.get(entry);
}

function drawStories() {
  if (untold.late) { drawTimeline(); return; }
  const list = $('timeline');
  list.prepend(...untold.splice(0).reverse().slice(0, MOST_STORIES).filter(isShown).map(itemOf));
  while (list.children.length > MOST_STORIES) list.lastElementChild.remove();
}

function drawTimeline() {
  untold.length = 0;
  untold.late = false;
  arrange($('timeline'), page.stories.filter(isShown).map(itemOf));
}

// ---------------------------------------------------------------- the present

function draw() {
  if (page.overview === null) return;
  try {
    page.unshown = '';
    drawAll();
  } catch (error) { // what cannot be drawn must not look as if it were the present
    page.unshown = String(error);
    live();
    throw error;
  }
}

function drawAll() {
  live();
  drawService();
  drawVerdict(page.overview);
  drawBanners(page.overview);
  if (document.hidden) return; // it is drawn when somebody looks
  drawUsers(page.overview);
  drawCards(page.overview);
  drawSaturation(page.overview);
  drawAnswers();
  search();
}

/** Whether calls are not listened to for as long yet as the numbers are of. */
const fresh = overview => overview.heardSince !== undefined && overview.at - overview.heardSince < 1000 * overview.seconds;

/** What became of the others. */
function notAnswered(users) {
  const failed = users.bad - users.refused;
  const cancelled = users.calls - users.answered - users.bad;
  const ends = [[users.refused, 'refused'], [failed, 'failed or timed out'], [cancelled, 'cancelled']].filter(([many]) => many > 0).map(([many, end]) => count(many) + ' ' + end).join(', ');
  return ends === '' ? '' : '; ' + ends;
}

const MOST_REFUSERS = 3;
const secondsOf = (one, overview) => one.seconds || overview.seconds; // of which its numbers are: fewer when its guard is young

/** Where most is refused: of all guarded calls, so it need not add up to what users feel. */
function refusers(overview) {
  const all = overview.dependencies.filter(one => one.gone === undefined && one.ends.REFUSED > 0).sort((a, b) => b.ends.REFUSED - a.ends.REFUSED);
  const most = all.slice(0, MOST_REFUSERS);
  const refusals = one => one.ends.REFUSED / secondsOf(one, overview);
  const rate = refused => ' (' + refused.toFixed(1) + ')';
  const others = all.slice(MOST_REFUSERS).reduce((sum, one) => sum + refusals(one), 0);
  return most.length === 0 ? '' : '; most at ' + most.map(one => called(one) + rate(refusals(one))).join(', ') + (others === 0 ? '' : (isCut(overview) ? ', others shown' : ', others') + rate(others));
}

function drawUsers(overview) {
  const users = overview.users;
  write($('span'), 'of the last ' + users.seconds + ' s');
  const fellBack = users.fellBack === 0 ? '' : '; ' + share(users.fellBack, users.answered) + ' of these by a fallback or another answer';
  const calls = count(users.answered) + ' of ' + count(users.calls) + (users.heard ? ' calls' : ' guarded calls, nested ones too: users are counted from now on');
  tile(0, 'answered', share(users.answered, users.calls), calls + fellBack + notAnswered(users), users.calls > 0 && users.bad > 0.01 * users.calls);
  tile(1, '99 of 100 took at most', millis(users.p99), fresh(overview) ? 'latencies since ' + clock(overview.heardSince) : users.measured === 0 ? 'nothing to measure' : count(users.measured) + (users.measured === 1 ? ' call' : ' calls') + ' of the last 5 to 10 s; refused ones are not measured', false);
  tile(2, 'refused', (users.refused / users.seconds).toFixed(1), 'per second' + (users.refused > 0 ? refusers(overview) : ''), users.refused > 0);
  tile(3, 'attempts for each call', overview.begun === 0 ? '–' : (overview.attempts / overview.begun).toFixed(2), 'amplification, by retries and hedges', overview.begun > 0 && overview.attempts > 1.2 * overview.begun);
}

function tile(i, title, value, note, bad) {
  const tiles = $('users').children;
  if (i === tiles.length) $('users').append(make('div', {}, make('dt'), make('dd', {}, make('span'), ' ', make('small'))));
  put(tiles[i], 'class', bad ? 'bad' : '');
  write(tiles[i].firstElementChild, title);
  write(tiles[i].lastElementChild.firstElementChild, value);
  write(tiles[i].lastElementChild.lastElementChild, note);
}

const left = (one, duration) => Math.max(0, duration - (Date.now() - one.arrived));
const badOf = one => one.ends.FAILED + one.ends.TIMED_OUT + one.ends.REFUSED;
const total = one => Object.values(one.ends).reduce((sum, each) => sum + each, 0);
const troublesOf = one => one.troubles || [];
const isOperating = circuit => circuit === undefined || circuit.state === 'CLOSED'; // it does not say itself what is wrong
const fails = one => one.failsSince !== undefined; // more than one call in twenty, whatever guards it; what is refused says itself why
const inTrouble = one => one.troubledKeys > 0 || !isOperating(one.circuit) || fails(one) || troublesOf(one).some(trouble => !trouble.over);
const onlyOver = one => fails(one) && troublesOf(one).every(trouble => trouble.over); // what was refused is over, and calls fail on
const isOver = one => !inTrouble(one) && troublesOf(one).length > 0 && one.bad.slice(-3).every(failed => failed === 0); // until a moment ago it was in trouble
const capital = text => text.charAt(0).toUpperCase() + text.slice(1);
const failuresOpen = more => more + ' more failure' + (more === 1 ? '' : 's') + ' in a row open' + (more === 1 ? 's' : '') + ' its circuit';
const until = one => one.circuit.operated.endsIn === undefined ? 'until somebody resets it' : 'until ' + clock(one.at + one.circuit.operated.endsIn);

/** How it stands with a dependency that is not well, in one sentence. */
function sentence(one) {
  const circuit = one.circuit;
  if (one.troubledKeys > 0) return called(one) + ' is in trouble for ' + count(one.troubledKeys) + ' of its ' + count(one.keys) + ' keys.';
  const state = circuit ? circuit.state : 'none';
  if (state === 'OPEN') return called(one) + ' is in trouble: its circuit is open, so ' + callerOf(one) + ' refuses calls to it before they are sent.';
  if (state === 'HALF_OPEN') return called(one) + ' is in trouble, and is being tried again.';
  if (state === 'FORCED_OPEN') return called(one) + ' is shut off: forced open by ' + circuit.operated.who + ' ' + until(one) + '.';
  if (state === 'DISABLED') return called(one) + ' is not guarded: its circuit breaker was disabled by ' + circuit.operated.who + ' ' + until(one) + '.';
  if (state === 'METRICS_ONLY') return called(one) + ' is watched only: its circuit breaker never opens, by ' + circuit.operated.who + ' ' + until(one) + '.';
  if (troublesOf(one).length > 0 && !onlyOver(one)) return called(one) + ' ' + troublesOf(one)[0].sentence;
  return called(one) + (fails(one) ? ' is in trouble: ' : ' does not do quite well: ') + count(badOf(one)) + ' of its last ' + count(total(one)) + ' calls went badly' + (circuit ? ', and its circuit is still closed.' : '.');
}

/** Since when, why, what is done about it, and when it is tried again. */
function answersOf(one) {
  const circuit = one.circuit;
  if (one.gone !== undefined) return [['Since', clock(one.gone) + ' ' + one.process + ' is gone: what is shown of it is of then']];
  if (one.troubledKeys > 0) return [['Why', 'Each key has a circuit of its own: look at ' + called(one) + ' to see which are not closed.']];
  const also = list => list.length === 0 ? [] : [['Also', capital(list.map(trouble => trouble.label.toLowerCase()).join(', ')) + '.']];
  if (isOperating(circuit)) {
    const [first, ...others] = onlyOver(one) ? [] : troublesOf(one);
    return first !== undefined ? [...linesOf(one, first, lastError(one)), ...also(others)] : badOf(one) > 0 ? failing(one) : [];
  }
  const since = sinceLine(circuit.since);
  const held = circuit.operated;
  if (held) {
    const end = held.endsIn === undefined ? 'Somebody has to reset it.' : when(one, held.endsIn) + '; then it is closed.';
    return [since, ['Why', held.who + ': ' + held.reason], ['Done about it', doneOf(circuit.state)], ['Ends', end], ...also(troublesOf(one))];
  }
  return [since, ['Why', circuit.reason + (circuit.lastError ? '; last error: ' + plain(circuit.lastError) : '')], ['Done about it', doneOf(circuit.state)], ['Next try', again(one)],
    ...also(troublesOf(one))];
}

const sinceLine = at => ['Since', clock(at) + ', for ' + between(at, now())];
const lastError = one => one.failingSince === undefined ? '' : plain((one.circuit && one.circuit.lastError) || one.lastFailure || '');
/** A time to come: by the clock, and in how long. */
function when(one, duration) {
  const end = one.at + duration;
  return clock(end) + ', in ' + between(end - left(one, duration), end);
}
const soon = (one, duration) => left(one, duration) < 1000 ? 'within a second' : 'at ' + when(one, duration);

/** What the process says of something that is not as it should be: of a dependency, or of a banner, which is a trouble itself. */
function linesOf(one, trouble, error) {
  const later = trouble.laterIn === undefined ? trouble.later : capital((trouble.later + ' ' + soon(one, trouble.laterIn)).trim());
  return [sinceLine(trouble.since), ['Why', trouble.why + (error === '' ? '' : ' Last error: ' + error)], ['Done about it', trouble.done], [trouble.asks, later]];
}

/** Calls fail, and nothing refuses any. When it is only one now and then, no entry of what changed has that time. */
function failing(one) {
  const circuit = one.circuit;
  const few = one.failingSince === undefined ? [] : [['Since', sinceLine(one.failingSince)[1] + '; so few are no entry of what changed']];
  return [...(fails(one) ? [sinceLine(one.failsSince)] : few),
    ['Why', lastError(one) === '' ? 'How its last calls ended stands at ' + called(one) + ', from now on.' : 'Last error: ' + lastError(one)],
    ['Done about it', 'Calls still pass' + (!circuit ? ': it has no circuit breaker.' : circuit.moreOpen === undefined ? '.' : '; ' + failuresOpen(circuit.moreOpen) + '.')],
    ['Next try', 'With every call.']];
}

/** When, what is tried, and what then becomes of the circuit. */
function again(one) {
  const { state, probes, nextProbe } = one.circuit;
  const then = thenOf(one.circuit);
  if (state === 'HALF_OPEN' && probes > 0) return 'now: ' + probes + ' probe' + (probes === 1 ? ' is' : 's are') + ' under way' + (then && '; ' + then);
  const waits = state === 'OPEN' && nextProbe !== undefined && left(one, nextProbe) > 0;
  return (waits ? 'at ' + when(one, nextProbe) : 'with the next call') + (then && ': ' + triedOf(one.circuit) + '; ' + then);
}

/** What is tried. Of a circuit that is half open nobody knows how much of it is done already. */
function triedOf({ state, mostProbes, goodProbes }) {
  if (state === 'HALF_OPEN') return 'a probe';
  const alone = goodProbes === 1 ? 'one probe' : 'one probe at a time';
  return mostProbes === 1 ? alone : 'up to ' + mostProbes + ' probes' + (goodProbes > mostProbes ? ' at once' : '');
}

/** What then becomes of the circuit; nothing where the process is an older one, which does not say. */
function thenOf({ state, mostProbes, goodProbes, slowOpens }) {
  if (mostProbes === undefined || goodProbes === undefined) return '';
  const close = goodProbes === 1 ? 'a good one closes it' : goodProbes + ' good ones ' + (state === 'HALF_OPEN' ? 'in all ' : '') + 'close it';
  return close + ', a failure ' + (slowOpens ? 'or a slow one ' : '') + 'opens it again';
}

/** To what the first sentence is about. */
function drawNearer(one) {
  $('nearer').hidden = one === undefined;
  if (one === undefined) return;
  const link = $('nearer').firstElementChild;
  put(link, 'href', near(one.name));
  write(link, 'Details of ' + called(one));
}

const MOST_OTHERS = 8;
const chips = new Map(); // of what else is in trouble, by the dependency's name; kept like cards, so that a focused one stays focused

const isHeldOne = one => one.circuit !== undefined && one.circuit.operated !== undefined; // by an operator
const isShut = one => ['OPEN', 'FORCED_OPEN'].includes(pill(one)[0]); // red; what is amber goes on in part

/** What else is in trouble: what is shut off first, then the most harmful first; and last what somebody has done on purpose. */
function drawOthers(others) {
  const troubled = others.filter(one => !isHeldOne(one));
  drawChips($('others'), [...troubled.filter(isShut), ...troubled.filter(one => !isShut(one))]);
  drawChips($('held'), others.filter(isHeldOne));
  for (const name of chips.keys()) if (!others.some(one => one.name === name)) chips.delete(name);
}

/** In a few words each, and why. */
function drawChips(list, all) {
  const shown = all.slice(0, MOST_OTHERS);
  list.hidden = all.length === 0;
  for (const one of shown) {
    if (!chips.has(one.name)) chips.set(one.name, make('li', {}, make('a', { href: near(one.name) }), ' ', make('small'), ' '));
    const [link, why] = chips.get(one.name).children;
    const [kind, , few] = pill(one);
    put(link, 'class', 'pill ' + kind);
    write(link, called(one) + ': ' + few);
    write(why, whyOf(one));
  }
  arrange(list.querySelector('ul'), shown.map(one => chips.get(one.name)));
  write(list.lastElementChild, all.length > MOST_OTHERS ? 'and ' + (all.length - MOST_OTHERS) + ' more' : '');
}

/** In one line; numbers that change each second are left to the card. */
function whyOf(one) {
  const circuit = one.circuit;
  if (!isOperating(circuit)) return circuit.operated ? 'by ' + circuit.operated.who + ' since ' + clock(circuit.since) + ' ' + until(one) + ': ' + circuit.operated.reason : 'since ' + clock(circuit.since) + ': ' + circuit.reason;
  const trouble = troublesOf(one).find(each => !each.over);
  return trouble !== undefined ? 'since ' + clock(trouble.since) : fails(one) ? 'since ' + clock(one.failsSince) : '';
}

const bannersOf = overview => overview.banners || [];
const isBad = banner => !['NEUTRAL', 'GOOD'].includes(banner.tone); // an older process says BAD, and a newer one something else maybe

/** What is about the service itself: its level, drains, what it sheds. A banner stays where it is as long as it is there. */
function drawBanners(overview) {
  if (isSelecting($('banners')) || isSelecting($('calm'))) return;
  drawBannersIn($('banners'), bannersOf(overview).filter(isBad));
  drawBannersIn($('calm'), bannersOf(overview).filter(banner => !isBad(banner)));
}

function drawBannersIn(list, all) {
  list.hidden = all.length === 0;
  while (list.children.length > all.length) list.lastElementChild.remove();
  all.forEach((banner, i) => {
    if (i === list.children.length) list.append(make('div', {}, make('p'), make('dl', { class: 'answers' })));
    put(list.children[i], 'class', 'banner ' + banner.tone);
    write(list.children[i].firstElementChild, called(banner) + ' ' + banner.sentence);
    fill(list.children[i].lastElementChild, linesOf(banner, banner, ''));
  });
}

function drawVerdict(overview) {
  if (isStale()) { tellStale(); return; }
  drawGone(overview);
  const harmful = overview.dependencies.filter(one => one.gone === undefined && (inTrouble(one) || badOf(one) > 0)); // the most harmful first, as they come
  const troubled = harmful.filter(inTrouble);
  const first = harmful.find(one => !isOver(one)) || harmful[0];
  const said = bannersOf(overview).filter(isBad);
  const gone = processesOf(overview).filter(isGone);
  let text = (gone.length > 0 ? 'What is left does well: ' : 'All is well: ') + overview.all + ' ' + (overview.all === 1 ? 'dependency' : 'dependencies') + ', no circuit is open.';
  let tone = gone.length > 0 ? '' : 'good';
  if (gone.length > 0 && gone.length === overview.processes.length) text = '';
  else if (overview.all === 0) { text = 'There is no guard yet, so there is nothing to see.'; tone = ''; }
  else if (harmful.length > 0) {
    text = sentence(first);
    tone = isShut(first) ? 'bad' : troubled.length > 0 ? 'impaired' : '';
  } else if (said.length > 0) { text = 'Its dependencies do well: ' + overview.all + ', and no circuit is open.'; tone = ''; }
  else if (overview.users.calls === 0) { text = 'No circuit is open, and nobody calls: there was no traffic for ' + overview.seconds + ' s.'; tone = ''; }
  // Read aloud when a state changes, and not with each second that passes.
  write($('said'), gone.map(one => goneWords(one) + '. ').join('') + bannersOf(overview).map(one => called(one) + ': ' + one.label + '. ').join('') + (troubled.length > 0 ? troubled.map(one => called(one) + ' is in trouble, ' + pill(one).at(-1)).sort().join('; ') : tone === 'good' ? 'All is well' : ''));
  const wrong = troubled.length + said.length + gone.length;
  document.title = (wrong > 0 ? '✖ ' + wrong + ' in trouble · ' : '') + (page.hello === null ? '' : page.hello.service + ' · ') + 'Plimsoll';
  const looks = 'verdict ' + tone;
  if (isSelecting($('verdict')) && $('verdict').getAttribute('class') === looks) return; // what somebody copies stays; but not when it is no more so
  $('verdict').hidden = text === '';
  put($('verdict'), 'class', looks);
  write($('verdict').firstElementChild, text);
  fill($('answers'), harmful.length > 0 ? answersOf(first) : []);
  drawNearer(harmful.length > 0 ? first : undefined);
  drawOthers(troubled.filter(one => one !== first));
}

function drawSaturation(overview) {
  const rows = [];
  for (const one of overview.dependencies) {
    if (one.bulkhead) rows.push([called(one), 'bulkhead' + (one.bulkhead.orphans > 0 ? ', ' + one.bulkhead.orphans + ' held by work whose caller has gone' : ''), one.bulkhead.used, one.bulkhead.most, one.bulkhead.refused]);
    if (one.bulkhead && one.bulkhead.mostWaiting > 0) rows.push([called(one), 'its queue', one.bulkhead.waiting, one.bulkhead.mostWaiting, '']);
    if (one.limit) rows.push([called(one), 'concurrency limit (' + one.limit.algorithm + ', ' + one.limit.lowest + ' to ' + one.limit.highest + ')', one.limit.used, one.limit.most, one.limit.refused]);
    if (one.rate) rows.push([called(one), 'rate limiter, ' + one.rate.limit, '', '', one.rate.refused]);
    if (one.throttle) rows.push([called(one), 'adaptive throttle, holds back ' + share(one.throttle.heldBack, 1), one.throttle.heldBack, 1, one.throttle.refused]);
    if (one.budget) rows.push([called(one), 'retry budget, in ' + one.budget.unit, Number((one.budget.most - one.budget.left).toFixed(1)), one.budget.most, one.budget.refused]);
  }
  $('unsaturated').hidden = rows.length > 0;
  $('saturation').hidden = rows.length === 0;
  const body = $('saturation').tBodies[0];
  while (body.rows.length > rows.length) body.lastElementChild.remove();
  rows.forEach((row, i) => {
    if (i === body.rows.length) body.append(make('tr', {}, make('td'), make('td'), make('td'), make('td', {}, make('meter', { min: 0, optimum: 0 })), make('td')));
    drawPlace(body.rows[i].cells, row);
  });
}

function drawPlace(cells, [name, what, used, most, refusals]) {
  write(cells[0], name);
  write(cells[1], what);
  write(cells[2], used === '' ? '–' : what.startsWith('adaptive') ? share(used, 1) : used + ' of ' + most);
  const meter = cells[3].firstElementChild;
  meter.hidden = used === '';
  put(meter, 'max', String(Math.max(1, most)));
  put(meter, 'low', String(0.7 * Math.max(1, most))); // beyond it is yellow, and where it is full red
  put(meter, 'high', String(0.99 * Math.max(1, most)));
  put(meter, 'value', String(used === '' ? 0 : used));
  put(meter, 'aria-label', name + ', ' + what);
  write(cells[4], String(refusals));
}

// ---------------------------------------------------------------- token, theme, keys

function askForToken() {
  if (!$('login').open) $('login').showModal();
}

$('login').addEventListener('close', () => { if (!page.connected) connectAgain(); });
$('login-form').addEventListener('submit', async event => {
  event.preventDefault();
  let answer;
  try {
    answer = await fetch('login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ token: $('token').value }) });
  } catch (away) { write($('login-wrong'), 'The process does not answer.'); return; }
  $('token').value = '';
  if (answer.ok) { write($('login-wrong'), ''); $('login').close(); route(); }
  else write($('login-wrong'), (await answer.json()).title);
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
document.addEventListener('visibilitychange', draw);
$('filter').addEventListener('input', draw); // which asks the process as well
$('kind').addEventListener('change', drawTimeline);
addEventListener('hashchange', route);
setInterval(() => { live(); if (page.overview !== null && page.connected && page.unshown === '') { drawVerdict(page.overview); drawBanners(page.overview); } }, 500);
setInterval(() => { if (page.detail !== null && !document.hidden) refreshDetail(); }, 2000); // also when it does not answer: then it says so

begin();
route();
