'use strict';
// The dependencies. A card is made once and kept: only what has changed is written, so that what somebody points at, has focused or
// has read aloud stays as it is, and a hundred cards are cheap.

const cards = new Map(); // what is drawn, by the dependency's name

/** Lines of a label and a text, in place. */
function fill(list, lines) {
  list.hidden = lines.length === 0;
  while (list.children.length > lines.length) list.lastElementChild.remove();
  lines.forEach(([label, text], i) => {
    if (i === list.children.length) list.append(make('div', {}, make('dt'), ' ', make('dd'), ' '));
    write(list.children[i].firstElementChild, label);
    write(list.children[i].lastElementChild, text);
  });
}

/** Words one after the other, some of them hot, in place. */
function fillWords(line, words) {
  while (line.children.length > words.length) line.lastElementChild.remove();
  words.forEach(([text, hot], i) => {
    if (i === line.children.length) line.append(make('span'));
    write(line.children[i], text);
    put(line.children[i], 'class', hot ? 'hot' : '');
  });
}

function shape(tag, attributes) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function newCard({ name, process }) {
  const card = {
    pill: make('span', { class: 'pill' }), idle: make('span', { class: 'pill idle' }, 'no traffic'), answers: make('dl', { class: 'answers' }),
    bar: make('div', { class: 'bar', role: 'img' }), ends: {}, counts: make('p', { class: 'facts' }), facts: make('p', { class: 'facts' }),
    spark: shape('svg', { class: 'spark', viewBox: '0 0 60 20', preserveAspectRatio: 'none', 'aria-hidden': 'true' }),
    good: shape('path', { class: 'good' }), bad: shape('path', { class: 'bad' }), refused: shape('path', { class: 'refused' }),
  };
  for (const end of Object.keys(ENDS)) card.bar.append(card.ends[end] = make('i', { class: end }));
  card.spark.append(card.refused, card.bad, card.good);
  card.node = make('li', { class: 'card' },
    make('h3', {}, make('a', { href: near(name) }, within(process, name)), process === undefined ? null : make('small', {}, process), card.pill, card.idle),
    card.answers, card.bar, card.counts, card.spark, card.facts);
  return card;
}

function redraw(card, one, overview, most) {
  const all = total(one);
  const state = one.circuit ? one.circuit.state : one.troubledKeys > 0 ? 'OPEN' : 'none';
  const idle = all === 0 && (state === 'CLOSED' || state === 'none');
  const troubled = isOperating(one.circuit) && inTrouble(one);
  const [kind, text] = pill(one);
  put(card.node, 'class', 'card ' + (idle || one.gone !== undefined ? 'idle' : troubled ? kind : state));
  put(card.pill, 'class', 'pill ' + kind);
  write(card.pill, text);
  card.idle.hidden = !idle;
  fill(card.answers, answersOf(one));
  const ends = Object.entries(ENDS).filter(([end]) => one.ends[end] > 0).map(([end, words]) => count(one.ends[end]) + ' ' + words).join(', ');
  put(card.bar, 'aria-label', all === 0 ? 'no traffic' : ends);
  for (const [end, part] of Object.entries(card.ends)) {
    const width = all === 0 ? '0%' : (100 * one.ends[end] / all).toFixed(2) + '%';
    if (part.style.width !== width) part.style.width = width;
  }
  write(card.counts, all === 0 ? 'no calls in the last ' + secondsOf(one, overview) + ' s' : (all / secondsOf(one, overview)).toFixed(1) + ' calls/s: ' + ends);
  put(card.refused, 'd', columns(one.refused, one.refused.map(() => 0), most));
  put(card.bad, 'd', columns(one.bad, one.refused, most));
  put(card.good, 'd', columns(one.good, one.bad.map((bad, i) => bad + one.refused[i]), most));
  fillWords(card.facts, facts(one, overview));
}

/** Its badge: how it looks, what it says, and the same in a few words. */
function pill(one) {
  if (one.gone !== undefined) return ['idle', 'its process is gone', 'gone'];
  if (one.troubledKeys > 0) return ['OPEN', count(one.keys) + ' keys, ' + count(one.troubledKeys) + ' not closed', count(one.troubledKeys) + ' keys not closed'];
  const present = troublesOf(one).filter(each => !each.over);
  const shut = present.find(each => each.shut); // all calls are refused, as where a circuit is open
  const trouble = shut || present[0];
  if (isOperating(one.circuit) && trouble === undefined && fails(one)) return ['troubled', '▲ FAILING', 'failing'];
  if (isOperating(one.circuit) && trouble !== undefined) return [shut ? 'OPEN' : 'troubled', '▲ ' + trouble.label, trouble.label.toLowerCase()];
  if (one.keys !== undefined) return ['none', count(one.keys) + ' keys', 'well'];
  if (one.circuit === undefined) return ['none', 'no circuit breaker', 'well'];
  const [sign, name, words] = stateOf(one.circuit.state);
  return [one.circuit.state, sign + ' ' + name + ': ' + words, name.toLowerCase()];
}

/** One column for each second of the last minute, on one scale for all cards, standing on others. */
function columns(values, below, most) {
  const from = 60 - values.length;
  return values.map((value, i) => {
    if (value === 0) return '';
    const height = Math.max(0.6, 20 * value / most);
    return 'M' + (from + i) + ' ' + (20 - 20 * below[i] / most).toFixed(2) + 'h.9v-' + height.toFixed(2) + 'h-.9z';
  }).join('');
}

function facts(one, overview) {
  const words = [];
  if (one.measured > 0) {
    words.push(['half of the attempts took at most ' + millis(one.p50) + ', 99 of 100 ' + millis(one.p99), one.timeout && one.p99 > 0.8 * one.timeout]);
  } else if (total(one) > one.ends.REFUSED && fresh(overview)) {
    words.push(['latencies since ' + clock(overview.heardSince), false]);
  }
  if (one.timeout) words.push(['an attempt may take ' + millis(one.timeout), false]);
  const place = one.bulkhead || one.limit;
  if (place) words.push([place.used + ' of ' + place.most + ' in flight', place.used >= place.most]);
  if (one.bulkhead && one.bulkhead.mostWaiting > 0) words.push([one.bulkhead.waiting + ' of ' + one.bulkhead.mostWaiting + ' waiting', one.bulkhead.waiting > 0]);
  const circuit = one.circuit;
  if (circuit && circuit.moreOpen !== undefined && circuit.moreOpen <= 20) words.push([failuresOpen(circuit.moreOpen), circuit.moreOpen <= 2]);
  if (circuit && circuit.state === 'CLOSED' && circuit.admitting < 1) words.push(['just closed: lets ' + share(circuit.admitting, 1) + ' of the calls pass', true]);
  return words;
}

// The process sends the most harmful ones only. What else the filter is to find it is asked for, again and again while there is a filter.

const SEARCH_PAUSE = 1000; // milliseconds between two questions for the same
const SEARCH_PATIENCE = 5000;
const found = { wanted: '', rows: [], matching: 0, all: 0, why: '', asking: false, asked: '', askedAt: 0 };
const wantedWords = () => $('filter').value.trim().toLowerCase();
const there = dependencies => dependencies.filter(one => one.gone === undefined).length;
const isCut = overview => there(overview.dependencies) < overview.all;
const isFound = overview => isCut(overview) && found.wanted !== '' && found.wanted === wantedWords();

async function search() {
  const wanted = wantedWords();
  if (found.asking || wanted === '' || !page.connected || !isCut(page.overview)) return;
  if (found.asked === wanted && Date.now() - found.askedAt < SEARCH_PAUSE) return;
  Object.assign(found, { asking: true, asked: wanted, askedAt: Date.now() });
  let answered = '';
  let why = '';
  try {
    const answer = await fetch('api/dependencies?filter=' + encodeURIComponent(wanted), { signal: AbortSignal.timeout(SEARCH_PATIENCE) });
    if (answer.ok) {
      const { dependencies, matching, all, at } = await answer.json();
      Object.assign(found, { wanted, rows: complete(dependencies, at), matching, all });
      answered = wanted;
    } else why = (await answer.json()).errors.join('; ');
  } catch (gone) { /* what is here is shown */ }
  if (answered === '') found.wanted = ''; // what was found before is of then
  Object.assign(found, { asking: false, why });
  drawCards(page.overview);
  drawAnswers();
  if (wantedWords() !== wanted) search();
}

/** How many there are, when not all of them are shown. */
function shownWords(shown, overview) {
  if (there(shown) >= overview.all) return '';
  if (wantedWords() === '') return count(there(shown)) + ' of ' + count(overview.all) + ' shown, the most harmful first; the filter finds ' + (overview.processes === undefined ? 'the others' : 'more of them');
  if (isCut(overview) && !isFound(overview)) return found.why === '' ? 'looking for others …' : 'others are not looked for now: ' + found.why;
  const words = isFound(overview) && found.matching > shown.length ? count(shown.length) + ' of ' + count(found.matching) + ' that match shown, the most harmful first'
    : count(shown.length) + ' of ' + count(overview.all) + ' shown';
  return words + (overview.processes !== undefined && isFound(overview) && found.all < overview.all ? '; of each process the most harmful are looked at' : '');
}

/** What somebody copies stays, as long as it is so. */
const staysAsItIs = (card, one) => isSelecting(card.node) && card.pill.getAttribute('class') === 'pill ' + pill(one)[0];

function drawCards(overview) {
  const selecting = isSelecting($('cards'));
  const wanted = wantedWords();
  const all = isFound(overview) ? found.rows : overview.dependencies.filter(one => one.name.toLowerCase().includes(wanted));
  const known = isFound(overview) ? [...overview.dependencies, ...found.rows] : overview.dependencies;
  const most = known.reduce((sum, one) => one.good.reduce((max, good, i) => Math.max(max, good + one.bad[i] + one.refused[i]), sum), 1);
  for (const one of all) {
    if (!cards.has(one.name)) cards.set(one.name, newCard(one));
    const card = cards.get(one.name);
    if (!selecting || !staysAsItIs(card, one)) redraw(card, one, overview, most);
  }
  arrange($('cards'), all.map(one => cards.get(one.name).node));
  const present = new Set(known.map(one => one.name));
  for (const name of cards.keys()) if (!present.has(name)) cards.delete(name);
  write($('shown'), shownWords(all, overview));
}

/** In this order; but while somebody points at them, or is in them, those that are there stay where they are. */
function arrange(list, nodes) {
  const wanted = new Set(nodes);
  for (const node of [...list.children]) if (!wanted.has(node)) node.remove();
  const stay = list.matches(':hover, :focus-within') || isSelecting(list);
  let at = list.firstElementChild;
  for (const node of nodes) {
    if (node === at) at = at.nextElementSibling;
    else if (!stay || node.parentNode !== list) list.insertBefore(node, at);
  }
}
